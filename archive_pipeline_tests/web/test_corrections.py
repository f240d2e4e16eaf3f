"""Corrections on the page and over REST: beside the machine's word, found by search within seconds, handed on."""

from collections.abc import Iterator

import polars as pl
import pytest
from playwright.sync_api import Page as Tab
from playwright.sync_api import expect

from archive_pipeline.store.lake import Lake
from archive_pipeline.store.naming import VideoName
from archive_pipeline.store.provenance import Provenance
from archive_pipeline.store.schema import table
from archive_pipeline_tests.waiting import until
from archive_pipeline_tests.web.running import Page

VIDEO = VideoName("films", b"tape.mxf")
HOSTILE = "<img src=x onerror='window.harmed = 1'>{{ 7*7 }}"


@pytest.fixture(scope="module")
def told(page: Page) -> Iterator[Page]:
    """tape.mxf has two segments of words, one of them wrong. What was corrected is taken back at the end."""
    lake = Lake(page.site.home / "lake")
    said = {"start_s": [0.2, 2.2], "end_s": [1.5, 3.5], "text": ["Weather for tomorow", "Thank you"]}
    rows = pl.DataFrame({**said, "segment": [0, 1], "source": "server", "speaker": None})
    rows = rows.with_columns(video_id=pl.lit(VIDEO.video_id))
    lake.write("transcripts", VIDEO, table("transcripts").completed(rows), Provenance("transcript", "1"))
    yield page
    lake.delete("transcripts", VIDEO)
    for made in page.client.get("/api/corrections", params={"video_id": VIDEO.video_id}).json():
        if made["state"] in ("kept", "moved", "lost"):
            back = {"video_id": VIDEO.video_id, "correction": made["correction"]}
            assert page.client.post("/api/corrections/taken_back", json=back).status_code == 204


def shots(page: Page) -> list[dict[str, object]]:
    return list(page.client.get(f"/api/videos/{VIDEO.video_id}").json()["shots"])


def correct(page: Page, field: str, target: object, value: str) -> None:
    given = {"video_id": VIDEO.video_id, "field": field, "target": str(target), "value": value, "by": "Ana"}
    answer = page.client.post("/api/corrections", json=given)
    assert answer.status_code == 204, answer.text


def wait_until_found(page: Page, text: str, shot_id: object) -> None:
    asked = {"text": text, "match": "words"}

    def is_found() -> bool:
        found = page.client.get("/api/search", params=asked).json()["shots"]
        return any(one["id"] == shot_id for one in found if one["by_words"])

    until(is_found, f"{text} among what is found")


def test_a_corrected_title_counts_at_once_is_found_and_is_handed_on(told: Page) -> None:
    second = shots(told)[1]["id"]
    correct(told, "title", second, "A mandelbrot seahorse")
    correct(told, "title", second, "The zanzibar valley")
    (made,) = shots(told)[1]["corrected"]  # type: ignore[misc]
    assert (made["value"], made["corrected_by"], made["state"]) == ("The zanzibar valley", "Ana", "kept")
    every = told.client.get("/api/corrections", params={"video_id": VIDEO.video_id}).json()
    assert [one["state"] for one in every] == ["superseded", "kept"]
    wait_until_found(told, "zanzibar", second)
    table_of = told.client.get("/api/export/csv", params={"shot": second}).text
    assert "The zanzibar valley" in table_of
    correct(told, "title", second, "")
    assert shots(told)[1]["corrected"] == []


def test_corrected_words_are_beside_the_machines_and_in_the_subtitles(told: Page) -> None:
    correct(told, "text", 0, "Weather for tomorrow & <always>")
    correct(told, "speaker", 0, "Ana Núñez")
    first, second = told.client.get("/api/transcripts", params={"video_id": VIDEO.video_id}).json()
    assert (first["text"], first["machine_text"]) == ("Weather for tomorrow & <always>", "Weather for tomorow")
    assert (second["text"], second["corrected"]) == ("Thank you", [])
    subtitles = told.client.get("/api/export/subtitles", params={"video": VIDEO.video_id}).text
    assert "<v Ana Núñez>Weather for tomorrow &amp; &lt;always&gt;" in subtitles
    assert "tomorow" not in subtitles


def test_shots_are_joined_divided_and_as_before_when_that_is_undone(told: Page) -> None:
    before = shots(told)
    first, second = before[:2]
    correct(told, "title", first["id"], "Colours")
    correct(told, "boundary", second["start_s"], "none")
    joined = shots(told)
    assert [one["id"] for one in joined[1:]] == [one["id"] for one in before[2:]], "the others keep their ids"
    assert (joined[0]["start_s"], joined[0]["end_s"]) == (first["start_s"], second["end_s"])
    assert joined[0]["id"] not in (first["id"], second["id"])
    assert [one["value"] for one in joined[0]["corrected"]] == ["Colours"]  # type: ignore[attr-defined]
    handed_on = told.client.get("/api/export/csv", params={"video": VIDEO.video_id}).text.splitlines()
    assert len(handed_on) == 1 + len(joined)
    assert "Colours" in handed_on[1]
    correct(told, "boundary", 1.0, "here")
    assert [one["start_s"] for one in shots(told)][:2] == [0.0, 1.0]
    correct(told, "boundary", 1.0, "none")
    correct(told, "boundary", second["start_s"], "here")
    assert [one["id"] for one in shots(told)] == [one["id"] for one in before]
    correct(told, "title", first["id"], "")


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"target": "00000000-0000-5000-8000-000000000001"}, 404, "unknown_target"),
        ({"field": "text", "target": "99"}, 404, "unknown_target"),
        ({"field": "class_name", "target": "-1"}, 404, "unknown_target"),
        ({"field": "text", "target": "'; DROP TABLE shots; --"}, 404, "unknown_target"),
        ({"video_id": "films/../../etc"}, 404, "unknown_video"),
        ({"video_id": "films/broken.mp4"}, 404, "video_not_ready"),
        ({"field": "boundary", "target": "1.0", "value": "none"}, 422, "no_boundary"),
        ({"field": "boundary", "target": "0.0", "value": "here"}, 422, "no_boundary"),
        ({"field": "boundary", "target": "1.0", "value": "perhaps"}, 422, "bad_correction"),
        ({"field": "boundary", "target": "nan", "value": "here"}, 422, "no_boundary"),
        ({"field": "path"}, 422, "bad_parameter"),
        ({"value": "x" * 10_000_000}, 422, "bad_parameter"),
        ({"value": "a\u0000b"}, 422, "bad_correction"),
        ({"value": "\u202eevil"}, 422, "bad_correction"),
        ({"sha256": "other"}, 422, "bad_parameter"),
    ],
)
def test_what_cannot_be_corrected_is_refused(told: Page, changes: dict[str, str], status: int, code: str) -> None:
    given = {"video_id": VIDEO.video_id, "field": "title", "target": shots(told)[0]["id"], "value": "x", **changes}
    answer = told.client.post("/api/corrections", json=given)
    assert (answer.status_code, answer.json()["error_code"]) == (status, code)


def test_another_site_cannot_correct(told: Page) -> None:
    given = {"video_id": VIDEO.video_id, "field": "title", "target": shots(told)[0]["id"], "value": "x"}
    answer = told.client.post("/api/corrections", json=given, headers={"origin": "https://evil.example"})
    assert answer.status_code == 403
    assert shots(told)[0]["corrected"] == []


def test_a_title_is_corrected_in_the_player_and_found_by_search(told: Page, tab: Tab) -> None:
    third = shots(told)[-1]
    tab.goto(f"/video/{VIDEO.video_id}?shot={third['shot']}")
    tab.locator("[data-correct]").click()
    tab.locator(f'[data-field="title:{third["id"]}"]').fill(f"Quetzalcoatl {HOSTILE}")
    tab.locator('[data-field="by"]').fill("Luis")
    tab.locator("[data-save]").click()
    expect(tab.locator("[data-told] h3")).to_have_text(f"Quetzalcoatl {HOSTILE}")
    expect(tab.locator("[data-corrected]")).to_contain_text("Corrected by Luis")
    assert tab.evaluate("window.harmed") is None
    wait_until_found(told, "quetzalcoatl", third["id"])
    tab.goto("/?text=quetzalcoatl&match=words")
    expect(tab.locator(f'.ap-card[data-shot="{third["id"]}"]')).to_be_visible()
    assert tab.evaluate("window.harmed") is None
