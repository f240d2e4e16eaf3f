"""What shots show: offered, searched for and shown, in both languages."""

import re
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, expect
from playwright.sync_api import Page as Tab

from archive_pipeline_tests.web.running import Page

BARS = "drawn_place/bars"  # what `smptebars` is taken for


def test_the_concepts_that_hold_somewhere_are_offered_in_both_languages(page: Page) -> None:
    offered = {one["name"]: one for one in page.client.get("/api/concepts").json()}
    assert offered[BARS]["label"] == {"en": "Colour bars", "es": "Barras de color"}
    assert offered[BARS]["vocabulary"] == {"en": "Place (drawn)", "es": "Lugar (dibujado)"}
    assert offered[BARS]["n_shots"] >= 2
    names = [name.partition("/")[0] for name in offered]
    assert names == sorted(names)


def test_a_search_finds_only_what_shows_all_that_is_asked(page: Page) -> None:
    found = page.client.get("/api/search", params={"text": "colour bars", "concept": BARS}).json()["shots"]
    assert {shot["video_id"] for shot in found} >= {"films/boat.mp4", "films/tape.mxf"}
    for shot in found:
        assert BARS in [concept["name"] for concept in shot["concepts"]]
    both = {"text": "colour bars", "concept": [BARS, "drawn_place/beach"]}
    assert page.client.get("/api/search", params=both).json()["shots"] == []


@pytest.mark.parametrize("wrong", ["bars", "<script>/x", "a/b/c", "A/b", "x" * 500 + "/y"])
def test_what_is_no_concept_is_refused(page: Page, wrong: str) -> None:
    answer = page.client.get("/api/search", params={"text": "x", "concept": wrong})
    assert answer.status_code == 422
    assert answer.json()["error_code"] == "bad_filter"


def test_the_shots_of_a_video_tell_their_concepts(page: Page) -> None:
    shots = page.client.get("/api/videos/films/tape.mxf").json()["shots"]
    assert BARS in [concept["name"] for concept in shots[0]["concepts"]]


def test_the_filter_narrows_the_page_and_cards_say_what_they_show(tab: Tab) -> None:
    tab.goto("/?text=colour+bars")
    expect(tab.locator(".ap-card").first).to_be_visible()
    before = tab.locator(".ap-card").count()
    tab.get_by_role("combobox", name="Shows").click()
    tab.get_by_role("option", name="Colour bars · Place (drawn)").click()
    expect(tab).to_have_url(re.compile(re.escape(f"concept={quote(BARS, safe='')}")))
    tab.wait_for_function(f"document.querySelectorAll('.ap-card').length < {before}")
    for card in tab.locator(".ap-card .concepts").all():
        expect(card).to_contain_text("Colour bars")


def test_a_concept_that_nobody_knows_can_be_in_an_address_and_be_taken_away(tab: Tab) -> None:
    tab.goto("/?text=boat&concept=mine/ship")
    expect(tab.get_by_role("alert").filter(has_text="unknown_concept")).to_be_visible()
    tab.locator(".q-chip", has_text="mine/ship").get_by_role("button").click()
    expect(tab.locator(".ap-card").first).to_be_visible()


def test_the_page_of_a_video_lists_what_it_shows_and_leads_to_a_search(browser: Browser, page: Page) -> None:
    context = browser.new_context(base_url=page.address, locale="es-ES")
    tab = context.new_page()
    tab.goto("/video/films/tape.mxf?shot=0")
    expect(tab.locator(".ap-facts").first).to_contain_text("Barras de color")
    panel = tab.locator("section[data-concepts]")
    expect(panel).to_contain_text("Lo que se ve")
    panel.get_by_role("link", name="Barras de color").click()
    expect(tab.locator(".ap-card").first).to_contain_text("Barras de color")
    context.close()
