"""What a model says of a video, on its page and in the API: all of it is text, whatever it looks like."""

from collections.abc import Iterator

import polars as pl
import pytest
from playwright.sync_api import Page as Tab
from playwright.sync_api import expect

from archive_pipeline.store.lake import Lake
from archive_pipeline.store.naming import VideoName
from archive_pipeline.store.provenance import Provenance
from archive_pipeline.store.schema import table
from archive_pipeline_tests.warehouse.described import description_rows, summary_columns
from archive_pipeline_tests.web.running import Page

VIDEO = VideoName("films", b"boat.mp4")
BOX = {"left": 0.05, "top": 0.1, "right": 0.5, "bottom": 0.5}
SCRIPT = "<script>window.harmed = 1</script><img src=x onerror='window.harmed = 1'>{{ harmed }}"


@pytest.fixture(scope="module")
def described(page: Page) -> Iterator[Page]:
    """boat.mp4 is described by a model that means harm; its last shot was refused."""
    lake = Lake(page.site.home / "lake")
    shots = lake.read("shots", VIDEO)
    made_from = lake.provenance("shots", VIDEO)
    assert made_from
    rows = description_rows(shots["shot_id"].to_list(), shots["start_s"].to_numpy())
    ok = pl.col("status") == "ok"
    rows = rows.with_columns(
        pl.when(ok).then(pl.lit(SCRIPT)).alias(name) for name in ("title", "description", "visible_text", "setting")
    ).with_columns(reason=pl.when(~ok).then(pl.lit(SCRIPT)), box_frame_s=shots["keyframe_s"])
    region = {"label": "boat", "description": SCRIPT, "faithfulness": 0.25, **BOX}
    regions = pl.lit(pl.Series([[region]], dtype=rows.schema["regions"]))
    rows = rows.with_columns(regions=pl.when(ok).then(regions))
    seen = [("boat", 0.9, *BOX.values()), ("person", 0.8, 0.6, 0.1, 0.9, 0.9)]
    found = pl.DataFrame(
        [
            (shot_id, at_s, "rt-detr", *one)
            for shot_id, at_s in shots["shot_id", "keyframe_s"].iter_rows()
            for one in seen
        ],
        schema={n: kind for n, kind in table("detections").polars_schema.items() if n != "video_id"},
        orient="row",
    )
    told = pl.DataFrame(summary_columns(shots["scene"].to_list())).with_columns(
        title=pl.lit(SCRIPT), summary=pl.lit(SCRIPT)
    )
    descriptions = Provenance("descriptions", "1", inputs={"shots": made_from.fingerprint})
    summaries = Provenance("summaries", "1", inputs={"descriptions": descriptions.fingerprint})
    written = (
        ("descriptions", rows, descriptions),
        ("summaries", told, summaries),
        ("detections", found, Provenance("objects", "1")),
    )
    for name, content, provenance in written:
        lake.write(name, VIDEO, content.with_columns(video_id=pl.lit(VIDEO.video_id)), provenance)
    yield page
    for name, *_ in written:
        lake.delete(name, VIDEO)


def test_the_api_tells_what_is_known_of_shots_scenes_and_the_programme(described: Page) -> None:
    video = described.client.get("/api/videos/films/boat.mp4").json()
    first, *_, last = video["shots"]
    assert first["description"]["title"] == SCRIPT, "as it was written: whoever shows it escapes it"
    assert first["description"]["objects"][0] == {
        "label": "boat",
        "action": "sails",
        "box": {"left": 0.05, "top": 0.1, "right": 0.5, "bottom": 0.5},
    }
    assert first["description"]["objects"][1]["box"] is None
    assert first["description"]["regions"] == [
        {"label": "boat", "description": SCRIPT, "faithfulness": 0.25, "box": BOX}
    ]
    assert [(one["label"], one["score"], one["detector"], one["box"]["left"]) for one in first["found"]] == [
        ("boat", 0.9, "rt-detr", 0.05),
        ("person", 0.8, "rt-detr", 0.6),
    ]
    assert first["found"][0]["found_s"] == first["description"]["box_frame_s"] == first["keyframe_s"]
    assert (last["description"]["status"], last["description"]["objects"]) == ("refused", [])
    assert video["summary"]["summary"] == SCRIPT
    assert video["scenes"][0]["summary"]["summary"] == SCRIPT
    other = described.client.get("/api/videos/films/tape.mxf").json()
    assert (other["summary"], other["shots"][0]["description"], other["shots"][0]["found"]) == (None, None, [])


@pytest.mark.usefixtures("described")
def test_the_page_shows_it_as_text(tab: Tab) -> None:
    tab.goto("/video/films/boat.mp4")
    told = tab.locator("[data-told]")
    expect(told.locator("h3")).to_have_text(SCRIPT)
    expect(told).to_contain_text("boat (sails), person")
    expect(told).to_contain_text("Written by a model, which may be wrong: Qwen/Qwen2.5-VL-7B-Instruct")
    expect(tab.locator("[data-summary] h2")).to_have_text(SCRIPT)
    tab.goto("/video/films/boat.mp4?shot=3")
    expect(tab.locator("[data-told]")).to_contain_text(f"Not described: {SCRIPT} (refused)")
    assert tab.evaluate("window.harmed") is None
    assert tab.locator("[data-told] script, [data-told] img, [data-summary] img").count() == 0


@pytest.mark.usefixtures("described")
def test_parts_of_the_picture_are_drawn_on_it_and_searched_with(tab: Tab) -> None:
    tab.goto("/video/films/boat.mp4?t=0.1")
    parts = tab.locator("[data-part-of]")
    expect(parts).to_have_count(2)  # what was found where the sentence is about is the same part
    expect(parts.nth(0)).to_contain_text("boat rt-detr 0.90")
    expect(parts.nth(0).locator("p")).to_have_text(SCRIPT)
    expect(parts.nth(1)).to_contain_text("person rt-detr 0.80")
    box = tab.locator("[data-box].now")
    expect(box).to_have_count(0)
    parts.nth(1).hover()
    expect(box).to_have_count(1)
    picture = tab.locator("[data-parts] img").bounding_box()
    drawn = box.bounding_box()
    assert picture
    assert drawn
    assert (drawn["x"] - picture["x"]) / picture["width"] == pytest.approx(0.6, abs=0.02)
    assert drawn["height"] / picture["height"] == pytest.approx(0.8, abs=0.02)
    parts.nth(0).get_by_role("button").focus()
    expect(tab.locator("[data-part-of].now")).to_contain_text("boat")
    assert tab.evaluate("window.harmed") is None
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/?image=*")
    expect(tab.locator(".ap-card").first).to_be_visible()


def test_a_video_without_descriptions_shows_none(tab: Tab) -> None:
    tab.goto("/video/films/tape.mxf")
    expect(tab.locator(".ap-programme")).to_have_attribute("data-shot", "0")
    assert tab.locator("[data-told], [data-summary], [data-parts]").count() == 0
