"""Albums of photos through real Dagster runs: what is searched, what a change costs, what a broken photo costs."""

from pathlib import Path

import pytest
from PIL import Image, ImageDraw

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
    assert photos.ingest() == {"site//": True, "site/trip/": True}
    assert photos.rows("SELECT album, path, format, width, height, status FROM photos ORDER BY path") == [
        ("site//", "green.jpg", "JPEG", 400, 300, "ready"),
        ("site//", "red.jpg", "JPEG", 400, 300, "ready"),
        ("site/trip/", "trip/blue.jpg", "JPEG", 400, 300, "ready"),
        ("site/trip/", "trip/yellow.jpg", "JPEG", 400, 300, "ready"),
    ]
    assert photos.rows("SELECT album, path, n_photos, n_failed, status FROM albums ORDER BY album") == [
        ("site//", "/", 2, 0, "ready"),
        ("site/trip/", "trip/", 2, 0, "ready"),
    ]
    assert photos.rows("FROM videos") == []
    assert photos.ingest() == {}
