"""A box on a picture of the archive is a picture to search with."""

import io
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page as Tab
from playwright.sync_api import expect

from archive_pipeline_tests.web.running import Page, Site


def given(page: Page, **asked: Any) -> Any:
    return page.client.post("/api/pictures/parts", json=asked)


def cut(page: Page, **asked: Any) -> Image.Image:
    answer = given(page, **asked)
    assert answer.status_code == 201, answer.text
    picture = Image.open(io.BytesIO(page.client.get("/api/pictures/" + answer.json()["image"]).content))
    assert picture.size == (answer.json()["width"], answer.json()["height"])
    return picture


def test_a_part_of_a_frame_is_cut_from_the_file_in_its_size(page: Page) -> None:
    """Of boat.mp4 (320×180): of a picture of seven bars the fourth, which is green."""
    bar = cut(page, video="films/boat.mp4", at_s=6.4, box=(3.2 / 7, 0.05, 3.8 / 7, 0.4))
    assert bar.size == (28, 63)
    red, green, blue = np.asarray(bar).reshape(-1, 3).mean(axis=0)
    assert green > 100
    assert max(red, blue) < 60


def test_the_last_moment_has_a_picture_too(page: Page) -> None:
    assert cut(page, video="films/boat.mp4", at_s=8.0, box=(0, 0, 1, 0.5)).size == (320, 90)


def test_where_the_file_is_gone_it_is_cut_from_what_is_stored(page: Page, site: Site) -> None:
    file = site.films / "tape.mxf"
    file.rename(away := site.home / "tape.mxf")
    try:
        stored = cut(page, video="films/tape.mxf", at_s=1.0, box=(0, 0, 0.5, 0.5))
    finally:
        away.rename(file)
    assert stored.size == (160, 90)


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"video": "films/boat.mp4", "at_s": 1, "box": (0.5, 0.5, 0.5, 0.9)}, "bad_box"),
        ({"video": "films/boat.mp4", "at_s": 1, "box": (-0.1, 0, 0.5, 0.9)}, "bad_box"),
        ({"video": "films/boat.mp4", "at_s": 1, "box": (0.5, 0.5, 0.51, 0.52)}, "box_too_small"),
        ({"video": "films/boat.mp4", "at_s": 1e6, "box": (0, 0, 1, 1)}, "no_such_moment"),
        ({"video": "films/none.mp4", "at_s": 1, "box": (0, 0, 1, 1)}, "unknown_video"),
        ({"photo": "00000000-0000-5000-8000-000000000001", "box": (0, 0, 1, 1)}, "unknown_photo"),
        ({"photo": "../../etc/passwd", "box": (0, 0, 1, 1)}, "bad_shot_id"),
        ({"box": (0, 0, 1, 1)}, "bad_parameter"),
    ],
)
def test_what_cannot_be_cut_out_says_why(page: Page, asked: dict[str, Any], code: str) -> None:
    answer = given(page, **asked)
    assert answer.status_code in (404, 422)
    assert answer.json()["error_code"] == code


def test_a_box_drawn_in_the_player_is_searched_by(tab: Tab) -> None:
    tab.goto("/video/films/boat.mp4?t=6.4")
    tab.wait_for_function("document.querySelector('video')?.readyState >= 2")
    expect(tab.locator("[data-clock]")).to_contain_text("00:00:06.4")  # it has gone there, which ends a box
    tab.locator("[data-cut-out]").click()
    field = tab.locator("[data-part]")
    expect(field).to_be_focused()
    tab.keyboard.press("Escape")
    expect(field).to_have_count(0)
    tab.keyboard.press("b")
    expect(field).to_be_focused()
    place = field.bounding_box()
    assert place
    assert place["width"] / place["height"] == pytest.approx(320 / 180, rel=0.02), "the picture, not the bars beside it"
    tab.mouse.move(place["x"] + place["width"] * 3.2 / 7, place["y"] + place["height"] * 0.05)
    tab.mouse.down()
    tab.mouse.move(place["x"] + place["width"] * 3.8 / 7, place["y"] + place["height"] * 0.4, steps=4)
    tab.mouse.up()
    tab.locator("[data-part-find]").click()
    tab.wait_for_url("**/?image=*")
    expect(tab.locator(".ap-card").first).to_be_visible()
