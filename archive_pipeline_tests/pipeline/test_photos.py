"""Albums of photos through real Dagster runs: what is searched, what a change costs, what a broken photo costs."""

import shutil
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from archive_pipeline.search.picture import read_picture
from archive_pipeline.search.request import Request
from archive_pipeline.settings import Settings
from archive_pipeline.stages.archive_search import open_finder
from archive_pipeline.store.naming import VideoName
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


def test_a_broken_photo_costs_itself_and_is_tried_again_when_it_is_asked_for(photos: Site) -> None:
    broken = photos.source / "trip" / "broken.jpg"
    broken.write_bytes((photos.source / "red.jpg").read_bytes()[:2000])
    photos.ingest()
    assert photos.rows("SELECT path, status, error_code FROM photos WHERE album = 'site/trip/' ORDER BY path") == [
        ("trip/blue.jpg", "ready", None),
        ("trip/broken.jpg", "failed", "photo_damaged"),
        ("trip/yellow.jpg", "ready", None),
    ]
    assert photos.rows("SELECT n_photos, n_failed, status FROM albums WHERE album = 'site/trip/'") == [(2, 1, "ready")]
    assert photos.ingest() == {}
    computed = photos.computed("photo_embeddings")
    assert photos.ingest(retry_failed=True) == {"site/trip/": True}
    assert photos.computed("photo_embeddings") == computed, "nothing was mended, so nothing is encoded"
    draw(broken, "red", number=7)
    assert photos.ingest() == {"site/trip/": True}
    assert photos.rows("SELECT n_photos, n_failed FROM albums WHERE album = 'site/trip/'") == [(3, 0)]
    newest = photos.materializations("photos")[0].metadata
    assert (newest["read"].value, newest["taken_over"].value) == (1, 2)
    assert photos.materializations("photo_embeddings")[0].metadata["encoded"].value == 1


def test_an_album_of_which_no_photo_can_be_read_fails_and_says_why(photos: Site) -> None:
    for photo in (photos.source / "trip").iterdir():
        photo.write_bytes(b"")
    assert photos.ingest() == {"site/./": True, "site/trip/": False}
    assert photos.rows("SELECT video_id, stage, error_code, permanent FROM failures") == [
        ("site/trip/", "photo_embeddings", "no_photo", True)
    ]
    assert photos.rows("SELECT DISTINCT error_code FROM photos WHERE album = 'site/trip/'") == [("photo_empty",)]
    assert photos.rows("SELECT collections, n_videos FROM failures_by_code") == [(["site"], 1)]
    assert photos.ingest() == {}
    draw(photos.source / "trip" / "blue.jpg", "blue")
    assert photos.ingest(accept_removals=True) == {"site/trip/": True}


def test_photos_are_changed_moved_and_removed(photos: Site) -> None:
    photos.ingest()
    ids = dict(photos.rows("SELECT path, photo_id FROM photos"))
    (photos.source / "trip").rename(photos.source / "journey")
    assert photos.ingest() == {}, "a folder that moves keeps its results"
    moved = dict(photos.rows("SELECT path, photo_id FROM photos WHERE album = 'site/trip/'"))
    assert moved == {f"journey/{name}.jpg": ids[f"trip/{name}.jpg"] for name in ("blue", "yellow")}
    draw(photos.source / "journey" / "blue.jpg", "green", number=9)
    draw(photos.source / "journey" / "new.jpg", "red", number=30)
    assert photos.ingest(accept_removals=True) == {"site/trip/": True}
    after = dict(photos.rows("SELECT path, photo_id FROM photos WHERE album = 'site/trip/'"))
    assert after.keys() == {"journey/blue.jpg", "journey/new.jpg", "journey/yellow.jpg"}
    assert after["journey/yellow.jpg"] == ids["trip/yellow.jpg"]
    assert after["journey/blue.jpg"] != ids["trip/blue.jpg"]
    index = photos.archive.index
    (space,) = index.spaces()
    assert set(index.video_points(space, "site/trip/")) == set(map(str, after.values()))

    (photos.source / "journey" / "new.jpg").unlink()
    plan, videos = photos.prepare()
    assert "MB of known photos" in (plan.held or "")
    assert videos == []
    assert photos.ingest(accept_removals=True) == {"site/trip/": True}
    shutil.rmtree(photos.source / "journey")
    assert photos.prepare()[0].held
    assert photos.ingest(accept_removals=True) == {}
    assert photos.rows("SELECT album, status FROM albums ORDER BY album") == [
        ("site/./", "ready"),
        ("site/trip/", "removed"),
    ]
    assert photos.rows("SELECT count(*) FROM photos") == [(2,)]
    assert index.count(space) == 2


def test_a_forced_ingest_reads_all_photos_again_and_says_the_same(photos: Site) -> None:
    photos.ingest()
    before = photos.rows("FROM photos ORDER BY path")
    photos.ingest(force=True)
    assert photos.rows("FROM photos ORDER BY path") == before
    assert photos.materializations("photos")[0].metadata["taken_over"].value == 0


def test_lost_points_and_tables_are_made_again(photos: Site) -> None:
    photos.ingest()
    index, lake = photos.archive.index, photos.archive.lake
    (space,) = index.spaces()
    index.drop_space(space)
    lake.delete("photo_embeddings", VideoName("site", b"trip/"))
    assert photos.ingest() == {"site/trip/": True}
    assert photos.archive.index.count(space) == 4
