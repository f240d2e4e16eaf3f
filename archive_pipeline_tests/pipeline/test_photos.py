"""Albums of photos through real Dagster runs: what is searched, what a change costs, what a broken photo costs."""

from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from archive_pipeline.search.picture import read_picture
from archive_pipeline.search.request import Request
from archive_pipeline.settings import Settings
from archive_pipeline.stages.archive_search import open_finder
from archive_pipeline_tests.pipeline.site import Site

COLOURS = ("red", "green", "blue", "yellow")


def draw(target: Path, colour: str, number: int = 0) -> Path:
    """A photo of a circle; no two of another number are alike."""
    target.parent.mkdir(parents=True, exist_ok=True)
    picture = Image.new("RGB", (400, 300), "white")
    ImageDraw.Draw(picture).ellipse((100 + number, 50, 250 + number, 200), fill=colour)
    picture.save(target, quality=90)
    return target


@pytest.fixture
def photos(site: Site) -> Site:
    """Two albums: two photos in the source itself, two in a folder."""
    site.describe(kind="photos")
    for number, colour in enumerate(COLOURS):
        draw(site.source / ("trip" if number > 1 else "") / f"{colour}.jpg", colour)
    return site


def test_a_folder_of_photos_becomes_points_and_rows(photos: Site) -> None:
    assert photos.ingest() == {"site/./": True, "site/trip/": True}
    assert photos.rows("SELECT album, path, format, width, height, status FROM photos ORDER BY path") == [
        ("site/./", "green.jpg", "JPEG", 400, 300, "ready"),
        ("site/./", "red.jpg", "JPEG", 400, 300, "ready"),
        ("site/trip/", "trip/blue.jpg", "JPEG", 400, 300, "ready"),
        ("site/trip/", "trip/yellow.jpg", "JPEG", 400, 300, "ready"),
    ]
    assert photos.rows("SELECT album, path, n_photos, n_failed, status FROM albums ORDER BY album") == [
        ("site/./", "./", 2, 0, "ready"),
        ("site/trip/", "trip/", 2, 0, "ready"),
    ]
    assert photos.rows("FROM videos") == []
    assert photos.ingest() == {}


def test_a_photo_is_found_by_words_and_by_a_picture(photos: Site) -> None:
    photos.ingest()
    with open_finder(Settings()) as finder:
        red = finder.find(Request(text="a red circle", limit=4)).shots
        assert {one.shot.file for one in red} == {f"{colour}.jpg" for colour in COLOURS}
        picture = read_picture((photos.source / "trip" / "blue.jpg").read_bytes())
        (blue, *_) = finder.find(Request(image=picture, rerank=True)).shots
        assert (blue.shot.file, blue.shot.video_id, blue.shot.is_photo) == ("blue.jpg", "site/trip/", True)
        assert blue.score > 0.97
        liked = finder.find(Request(like=(blue.id,))).shots
        assert blue.id not in {one.id for one in liked}
        assert len(liked) == 3
