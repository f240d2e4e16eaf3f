"""Filters and facets by the archive's list, the date and the spoken language: on the page and through the API."""

import json
import re
from collections.abc import Iterator
from datetime import date

import pytest
from playwright.sync_api import Browser, expect
from typer.testing import CliRunner

from archive_pipeline.cli import app
from archive_pipeline.search.configured import open_index
from archive_pipeline.stages.qdrant_points import refresh_points
from archive_pipeline.store.lake import Lake
from archive_pipeline.store.naming import VideoName
from archive_pipeline.store.provenance import Provenance
from archive_pipeline_tests.waiting import until
from archive_pipeline_tests.web.running import Page, Site
from archive_pipeline_tests.web.test_words import rows

LISTED = {
    VideoName("films", b"boat.mp4"): ("Telediario", "RTV", "1998", date(1998, 1, 1), date(1998, 12, 31)),
    VideoName("films", b"news.ts"): ("Telediario", "Reuters", "3/5/1998", date(1998, 5, 3), date(1998, 5, 3)),
    VideoName("films", b"master.mov"): ("Cine", "RTV", "1985", date(1985, 1, 1), date(1985, 12, 31)),
}
NEWS = VideoName("films", b"news.ts")


@pytest.fixture(scope="module")
def listed(site: Site, page: Page) -> Iterator[Page]:
    """Three of the films are in a list, and something is said in the first shot of one."""
    lake = Lake(site.home / "lake")
    for video, (programme, rights, written, first, last) in LISTED.items():
        said = {"video_id": video.video_id, "programme": programme, "rights": rights, "date": written}
        said |= {"first_day": first, "last_day": last, "other": [{"heading": "Género", "value": "Mar"}]}
        lake.write("listed", video, rows("listed", said), Provenance("archive_list", "1"))
    first_shot = lake.read("shots", NEWS).sort("shot").row(0, named=True)
    spoken = {"video_id": NEWS.video_id, "segment": 0, "text": "Buenas noches", "language": "es", "source": "sidecar"}
    spoken |= {name: first_shot[name] for name in ("start_s", "end_s")}
    lake.write("transcripts", NEWS, rows("transcripts", spoken), Provenance("transcript", "1"))
    _indexed(site, lake)
    _wait_for(page, {"boat.mp4", "news.ts", "master.mov"})
    yield page
    for video in LISTED:
        lake.delete("listed", video)
    lake.delete("transcripts", NEWS)
    _indexed(site, lake)


def _indexed(site: Site, lake: Lake) -> None:
    with open_index(site.home / "qdrant") as index:
        for video in LISTED:
            assert refresh_points(lake, index, video)


def found(page: Page, **asked: object) -> set[str]:
    answer = page.client.get("/api/search", params={"text": "a red boat", "limit": 200, "copies": True, **asked})
    assert answer.status_code == 200, answer.text
    return {shot["video_id"].removeprefix("films/") for shot in answer.json()["shots"]}


def _wait_for(page: Page, expected: set[str]) -> None:
    until(lambda: found(page, where="genero:mar") == expected, "what is listed among what is found")


def test_a_search_is_narrowed_by_date_column_and_language(listed: Page) -> None:
    assert found(listed, **{"from": "1998", "to": "1998-04"}) == {"boat.mp4"}
    assert found(listed, **{"from": "1998-05-03"}) == {"boat.mp4", "news.ts"}
    assert found(listed, to="1990") == {"master.mov"}
    assert found(listed, where=["programa=telediario", "rights:rtv"]) == {"boat.mp4"}
    assert found(listed, where=["programme:Cine", "programme:telediario"]) == {"boat.mp4", "news.ts", "master.mov"}
    assert found(listed, language="es") == {"news.ts"}
    groups = listed.client.get("/api/search", params={"text": "boat", "where": "rights:RTV", "by_video": True}).json()
    assert {group["video_id"] for group in groups["videos"]} == {"films/boat.mp4", "films/master.mov"}


def test_the_page_of_videos_is_narrowed_by_date(listed: Page) -> None:
    """What is published has no dates here (test_video_lists.py has)."""
    assert "boat.mp4" in listed.client.get("/videos").text
    dated = listed.client.get("/videos", params={"from": "1998", "to": "1998-04"})
    assert dated.status_code == 200
    assert "boat.mp4" not in dated.text
    wrong = listed.client.get("/videos", params={"from": "yesterday"})
    assert wrong.status_code == 200
    assert "1998-06-15" in wrong.text, "it is told how a date is written"


def test_facets_come_with_the_answer_where_they_are_asked_for(listed: Page) -> None:
    asked = {"text": "a red boat", "where": "programme:Telediario", "copies": True, "limit": 200}
    assert listed.client.get("/api/search", params=asked).json()["facets"] is None
    answer = listed.client.get("/api/search", params=asked | {"facets": True}).json()
    facets = {one["column"] or one["facet"]: one["values"] for one in answer["facets"]["facets"]}
    n = answer["facets"]["n_shots"]
    assert n == len(answer["shots"])
    assert facets["collection"] == [{"value": "films", "n_shots": n}]
    assert facets["programme"] == [{"value": "Telediario", "n_shots": n}]
    assert facets["decade"] == [{"value": "1990", "n_shots": n}]
    assert facets["language"] == [{"value": "es", "n_shots": 1}]


@pytest.mark.parametrize("wrong", [{"from": "yesterday"}, {"where": "Telediario"}, {"from": "1999", "to": "1998"}])
def test_what_is_no_filter_is_refused(listed: Page, wrong: dict[str, str]) -> None:
    refused = listed.client.get("/api/search", params={"text": "x", **wrong})
    assert (refused.status_code, refused.json()["error_code"]) == (422, "bad_filter")


def test_the_command_line_narrows_and_counts_as_well(listed: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ARCHIVE_HOME", "ARCHIVE_COLLECTIONS", "DAGSTER_HOME"):
        monkeypatch.setenv(name, listed.site.environment[name])
    words = "search", "a red boat", "--from", "1998", "--where", "programa=telediario", "--copies", "--facets"
    answer = json.loads(CliRunner().invoke(app, [*words, "--json", "-k", "100"]).stdout)
    assert {shot["video_id"] for shot in answer["shots"]} == {"films/boat.mp4", "films/news.ts"}
    facets = {facet["column"] or facet["name"]: dict(facet["counts"]) for facet in answer["facets"]["facets"]}
    assert facets["programme"] == {"Telediario": len(answer["shots"])}
    assert f"Telediario {len(answer['shots'])}" in CliRunner().invoke(app, words).output
    alone = "search", "--where", "programa=telediario", "--facets"
    listing = json.loads(CliRunner().invoke(app, [*alone, "--json", "-k", "1"]).stdout)
    assert (listing["n_shots"], listing["n_videos"], listing["has_more"]) == (len(answer["shots"]), 2, True)
    assert listing["shots"][0]["score"] is None
    assert f"{listing['n_shots']} shots of 2 videos, in order" in CliRunner().invoke(app, alone).output


def test_a_click_on_a_facet_narrows_and_one_on_its_chip_widens(listed: Page, browser: Browser) -> None:
    with browser.new_context() as context:
        tab = context.new_page()
        tab.goto(f"{listed.address}/?text=a+red+boat&copies=1")
        panel = tab.locator(".ap-facets")
        expect(panel.locator("[data-column=programme] button").first).to_contain_text("Telediario")
        panel.get_by_role("button", name="Cine").click()
        expect(tab).to_have_url(re.compile(r"where=programme%3ACine"))
        expect(tab.locator(".ap-card[data-shot]").first).to_be_visible()
        expect(tab.locator(".ap-card .name", has_text="boat")).to_have_count(0)
        expect(panel.get_by_role("button", name="Cine")).to_have_attribute("aria-pressed", "true")
        tab.locator(".ap-chip", has_text="Programme: Cine").click()
        expect(tab).not_to_have_url(re.compile("where="))
        panel.get_by_role("button", name="1990–1999").click()
        expect(tab).to_have_url(re.compile("from=1990&to=1999"))
        expect(tab.locator("[data-filter=dated_from]")).to_have_value("1990")
        tab.locator(".ap-chip", has_text="From: 1990").click()
        expect(tab.locator("[data-filter=dated_from]")).to_have_value("")
        panel.get_by_role("button", name=re.compile("Spanish")).click()
        expect(tab.locator(".ap-card[data-shot]")).to_have_count(1)


def test_filters_alone_list_what_passes_in_order_with_counts(listed: Page) -> None:
    asked = {"where": "programme:Telediario", "limit": 200, "facets": True}
    answer = listed.client.get("/api/search", params=asked).json()
    places = [(shot["video_id"], shot["start_s"]) for shot in answer["shots"]]
    assert places == sorted(places)
    assert {video for video, _ in places} == {"films/boat.mp4", "films/news.ts"}
    assert (answer["n_shots"], answer["n_videos"]) == (len(places), 2)
    facets = {one["column"] or one["facet"]: one["values"] for one in answer["facets"]["facets"]}
    assert facets["programme"] == [{"value": "Telediario", "n_shots": len(places)}]
    assert facets["language"] == [{"value": "es", "n_shots": 1}]
    groups = listed.client.get("/api/search", params=asked | {"by_video": True, "limit": 9}).json()["videos"]
    assert [group["video_id"] for group in groups] == ["films/boat.mp4", "films/news.ts"]
    saved = listed.client.post("/api/saved", json={"name": "a list", "query": "where=programme%3ATelediario"})
    assert saved.status_code == 201, saved.text
    listed.client.delete(f"/api/saved/{saved.json()['saved']}")


def test_who_picks_a_facet_without_words_sees_what_there_is(listed: Page, browser: Browser) -> None:
    with browser.new_context(locale="en-GB") as context:
        tab = context.new_page()
        tab.goto(f"{listed.address}/")
        panel = tab.locator(".ap-facets")
        panel.get_by_role("button", name="Telediario").click()
        expect(tab.locator("[data-found]")).to_contain_text("of 2 videos")
        expect(panel.locator("summary + p")).to_contain_text("Counted in all")
        panel.get_by_role("button", name=re.compile("Spanish")).click()
        expect(tab.locator(".ap-card[data-shot]")).to_have_count(1)
        expect(tab.locator("[data-chip=language]")).to_have_text(re.compile("Spoken: Spanish"))


def test_a_class_is_called_by_its_name(listed: Page, browser: Browser) -> None:
    """In the page's language, in the panel and on its chip."""
    classes = listed.client.get("/api/videos/films/boat.mp4").json()["classes"]
    named = next(one for one in classes if one["name_es"])
    with browser.new_context(locale="es-ES") as context:
        tab = context.new_page()
        tab.goto(f"{listed.address}/?video=films%2Fboat.mp4")
        called = f"{named['class'] + 1}: {named['name_es']}"
        tab.locator(".ap-facets [data-facet=class]").get_by_role("button", name=called).click()
        expect(tab.locator("[data-chip=semantic_class]")).to_contain_text(called)
