"""Footage that films share, which the real analysis found: where else it is seen, and copies folded in results."""

import re

import pytest
from playwright.sync_api import Browser, expect

from archive_pipeline_tests.thorough import thorough
from archive_pipeline_tests.web.running import Page

pytestmark = thorough

# The films have a test picture of two seconds in common, each at another time of it.
STARTS_S = {"films/boat.mp4": 0.0, "films/tape.mxf": 2.0, "films/master.mov": 2.002}


@pytest.mark.parametrize("video_id", STARTS_S)
def test_each_film_names_the_others_and_when(analysed: Page, video_id: str) -> None:
    shared = analysed.client.get(f"/api/shared/{video_id}").json()
    others = {
        one["other_video_id"]: (one["start_s"], one["other_start_s"])
        for one in shared
        if abs(one["start_s"] - STARTS_S[video_id]) < 0.5
    }
    assert set(others) == set(STARTS_S) - {video_id}
    for other, starts_s in others.items():
        assert starts_s == pytest.approx((STARTS_S[video_id], STARTS_S[other]), abs=0.5)
    assert all(one["page"].startswith(f"/video/{one['other_video_id']}?t=") for one in shared)


def test_copies_are_folded_until_somebody_asks_for_them(analysed: Page) -> None:
    def shots(**options: str) -> dict[str, list[str]]:
        answer = analysed.client.get("/api/search", params={"text": "colour bars", "limit": "30", **options})
        return {shot["id"]: shot["copies"] for shot in answer.json()["shots"]}

    folded, every = shots(), shots(copies="true")
    assert not any(every.values())
    assert max(map(len, folded.values())) >= 2
    assert len(folded) < len(every)
    assert sorted(key for best, copies in folded.items() for key in (best, *copies)) == sorted(every)


def test_a_film_s_page_leads_to_the_moment_in_the_other_film(browser: Browser, analysed: Page) -> None:
    context = browser.new_context(base_url=analysed.address, locale="en-GB", viewport={"width": 1360, "height": 1000})
    tab = context.new_page()
    tab.goto("/video/films/boat.mp4")
    shared = tab.locator("[data-shared]")
    expect(shared.get_by_role("heading", name="Also in")).to_be_visible()
    row = shared.get_by_role("row").filter(has_text="films/tape.mxf").first
    expect(row).to_contain_text("2.0 s")
    row.get_by_role("link", name="films/tape.mxf").click()
    expect(tab).to_have_url(re.compile(r"/video/films/tape\.mxf\?t=2\.\d+$"))
    expect(tab.locator("[data-shared]").get_by_role("link", name="films/boat.mp4").first).to_be_visible()
    context.close()


def test_and_more_shows_all_copies_and_the_switch_folds_them(browser: Browser, analysed: Page) -> None:
    context = browser.new_context(base_url=analysed.address, locale="en-GB", viewport={"width": 1360, "height": 1000})
    tab = context.new_page()
    tab.goto("/?text=colour+bars")
    copies, switch = tab.locator("[data-copies]"), tab.get_by_role("switch", name="All copies")
    expect(copies.first).to_have_text(re.compile(r"^and \d more$"))
    expect(switch).not_to_be_checked()
    copies.first.click()
    expect(tab).to_have_url(re.compile("copies=1"))
    expect(switch).to_be_checked()
    expect(tab.locator(".ap-card").first).to_be_visible()
    expect(copies).to_have_count(0)
    switch.click()
    expect(copies.first).to_be_visible()
    context.close()
