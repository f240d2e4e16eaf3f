"""Albums of photos through real Dagster runs: what is searched, what a change costs, what a broken photo costs."""

import io
import os
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import dagster as dg
import numpy as np
import polars as pl
import pytest
from PIL import ExifTags, Image, ImageDraw

from archive_pipeline.automation.collection_automation import collection_automation
from archive_pipeline.errors import PassingError, RequestError
from archive_pipeline.media.ffmpeg import find_ffmpeg
from archive_pipeline.media.photos.reading import PhotoReaders
from archive_pipeline.search.picture import read_picture
from archive_pipeline.search.request import Request
from archive_pipeline.settings import Settings
from archive_pipeline.stages.archive_search import open_finder
from archive_pipeline.stages.photos import FormerPhotos, read_album
from archive_pipeline.stages.phrase_comparison import shot_vector
from archive_pipeline.store.naming import VideoName
from archive_pipeline.store.schema import table
from archive_pipeline.warehouse.rows import rows_of
from archive_pipeline.web.api import convert
from archive_pipeline.web.archive import WebArchive
from archive_pipeline_tests.pipeline.site import Site
from archive_pipeline_tests.thorough import thorough

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
    lake, trip = photos.archive.lake, VideoName("site", b"trip/")
    lake.delete("photos", trip)
    shown = rows_of(lake, photos.archive.catalogue.entries("site"))
    assert shown["albums"].select("album", "status").rows() == [("site/./", "ready"), ("site/trip/", "failed")]
    assert shown["failures"].select("video_id", "error_code").rows() == [("site/trip/", "lake_unreadable")]
    assert shown["photos"]["album"].unique().to_list() == ["site/./"]


_KILLED_WRITING = """
import os, sys
from archive_pipeline.store import lake
from archive_pipeline_tests.pipeline.site import Site
append = lake.TableWriter.append
def dying(self, rows):
    append(self, rows)
    if self._schema.name == sys.argv[1]:
        os.kill(os.getpid(), 9)
lake.TableWriter.append = dying
Site.ingest(Site.__new__(Site))
"""


def test_after_kills_in_the_middle_of_an_album_no_photo_is_lost_or_there_twice(photos: Site) -> None:
    for table_name in ("photo_pictures", "points"):
        died = subprocess.run(
            [sys.executable, "-c", _KILLED_WRITING, table_name], capture_output=True, check=False, timeout=500
        )
        assert died.returncode == -9, died.stderr.decode()
    assert photos.ingest() == {"site/./": True, "site/trip/": True}
    assert photos.ingest() == {}
    shown = photos.rows("SELECT path, photo_id::VARCHAR FROM photos WHERE status = 'ready' ORDER BY path")
    assert [path for path, _ in shown] == ["green.jpg", "red.jpg", "trip/blue.jpg", "trip/yellow.jpg"]
    archive = photos.archive
    embedded = [
        one
        for entry in archive.catalogue.entries("site")
        for one in archive.lake.read("photo_embeddings", entry.name, ["photo_id"])["photo_id"]
    ]
    assert sorted(embedded) == sorted(one for _, one in shown)
    (space,) = archive.index.spaces()
    assert archive.index.count(space) == len(shown)
    assert set(archive.index.fetch(space, embedded)) == set(embedded)
    assert [entry.attempts for entry in archive.catalogue.entries("site")] == [0, 0]


def test_a_photo_is_found_by_words_and_by_a_picture(photos: Site) -> None:
    photos.ingest()
    with open_finder(Settings()) as finder:
        red = finder.find(Request(text="a red circle", limit=4)).shots
        assert {one.shot.file for one in red} == {f"{colour}.jpg" for colour in COLOURS}
        picture = read_picture((photos.source / "trip" / "blue.jpg").read_bytes())
        (blue, *_) = finder.find(Request(image=picture, rerank=True)).shots
        assert (blue.shot.file, blue.shot.video_id, blue.shot.is_photo) == ("blue.jpg", "site/trip/", True)
        assert blue.score > 0.97
        _, vector = shot_vector(finder, photos.archive.lake, blue.id)
        assert float(np.linalg.norm(vector)) == pytest.approx(1, abs=1e-3)
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
    was = broken.stat()
    whole = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(whole, "JPEG")
    broken.write_bytes(whole.getvalue().ljust(was.st_size, b"\0"))  # a file that only the archive can read now
    os.utime(broken, ns=(was.st_atime_ns, was.st_mtime_ns))
    assert photos.ingest(retry_failed=True) == {"site/trip/": True}
    assert photos.rows("SELECT status FROM photos WHERE path = 'trip/broken.jpg'") == [("ready",)]
    draw(broken, "red", number=7)
    assert photos.ingest() == {"site/trip/": True}
    assert photos.rows("SELECT n_photos, n_failed FROM albums WHERE album = 'site/trip/'") == [(3, 0)]
    newest = photos.materializations("photos")[0].metadata
    assert (newest["read"].value, newest["taken_over"].value) == (1, 2)
    assert photos.materializations("photo_embeddings")[0].metadata["encoded"].value == 1


@pytest.mark.verify
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


@pytest.mark.verify
def test_a_forced_ingest_reads_all_photos_again_and_says_the_same(photos: Site) -> None:
    photos.ingest()
    before = photos.rows("FROM photos ORDER BY path")
    photos.ingest(force=True)
    assert photos.rows("FROM photos ORDER BY path") == before
    assert photos.materializations("photos")[0].metadata["taken_over"].value == 0


@pytest.mark.verify
def test_lost_points_and_tables_are_made_again(photos: Site) -> None:
    photos.ingest()
    index, lake = photos.archive.index, photos.archive.lake
    (space,) = index.spaces()
    index.drop_space(space)
    lake.delete("photo_embeddings", VideoName("site", b"trip/"))
    assert photos.ingest() == {"site/trip/": True}
    assert photos.archive.index.count(space) == 4


def test_the_api_tells_a_photo_from_a_shot_and_shows_its_picture(photos: Site) -> None:
    photos.ingest()
    archive = WebArchive(Settings())
    try:
        found = convert.answer(archive, archive.finder.find(Request(text="a red circle", limit=4)))
        by_path = {shot.path: shot for shot in found.shots}
        assert by_path.keys() == {"green.jpg", "red.jpg", "trip/blue.jpg", "trip/yellow.jpg"}
        blue = by_path["trip/blue.jpg"]
        assert (blue.photo_id, blue.title, blue.still) == (blue.id, "blue.jpg", f"/media/photos/{blue.id}")
        with Image.open(io.BytesIO(archive.photo(blue.id))) as picture:
            middle = picture.convert("RGB").getpixel((picture.width * 7 // 16, picture.height * 5 // 12))
            assert picture.size == (400, 300)
        assert middle[2] > 200 > 60 > middle[0]
        groups = convert.answer(archive, archive.finder.find(Request(text="a red circle", by_video=True))).videos
        assert {group.title for group in groups} == {"site/./", "site/trip/"}
        with pytest.raises(RequestError, match="is an album of photos"):
            archive.programmes.get("site/trip/")
    finally:
        archive.close()


@thorough
def test_words_that_people_wrote_into_a_photo_find_it(photos: Site) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.ImageDescription] = "La romeria de San Isidro"
    with Image.open(photos.source / "red.jpg") as picture:
        picture.save(photos.source / "told.jpg", exif=exif)
    photos.ingest()
    with open_finder(Settings()) as finder:
        (told,) = finder.find(Request(text="romeria", match="words")).shots
    assert told.shot.file == "told.jpg"
    assert ["".join(text for text, _ in one.snippet.parts) for one in told.texts] == ["La romeria de San Isidro"]


def test_a_watched_collection_asks_for_each_album_once(photos: Site, instance: dg.DagsterInstance) -> None:
    photos.describe(kind="photos", watch=True)
    (sensor,) = (one for one in collection_automation(Settings()).sensors if one.name == "site")
    assert sensor.job_name == "ingest_album"

    def asked() -> list[str | None]:
        with dg.build_sensor_context(instance=instance, resources={"archive": photos.archive}) as context:
            result = sensor(context)
        return [r.partition_key for r in result.run_requests] if isinstance(result, dg.SensorResult) else []

    assert asked() == ["site/./", "site/trip/"]
    assert set(instance.get_dynamic_partitions("albums")) == {"site/./", "site/trip/"}
    assert instance.get_dynamic_partitions("videos") == []


@pytest.mark.verify
def test_every_invariant_of_an_album_is_checked_and_holds(photos: Site, instance: dg.DagsterInstance) -> None:
    photos.ingest()
    events = [
        event.dagster_event.asset_check_evaluation_data
        for run in instance.get_runs(dg.RunsFilter(job_name="ingest_album"))
        for event in instance.all_logs(run.run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION)
        if event.dagster_event
    ]
    assert Counter(one.check_name for one in events) == {
        "no_photo_is_lost": 2,
        "photo_embeddings_are_unit_and_finite": 2,
        "points_are_exactly_the_photos": 2,
    }
    assert all(one.passed and one.blocking for one in events)


def test_a_disk_that_goes_while_photos_are_read_takes_nothing_away(tmp_path: Path) -> None:
    album = VideoName("site", b"trip/")
    row = {"path": "trip/gone.jpg", "bytes": 1, "mtime_ns": 1, "sha256": "a" * 64}
    nothing = FormerPhotos(*(pl.DataFrame(schema=table(name).polars_schema) for name in ("photos", "photo_pictures")))
    with PhotoReaders(find_ffmpeg(None), 1) as readers, pytest.raises(PassingError, match="is it mounted") as raised:
        list(read_album(album, album.path, tmp_path, pl.DataFrame([row]), nothing, readers))
    assert raised.value.code == "source_missing"


def test_a_photo_of_an_album_that_moved_is_read_where_it_is_now(tmp_path: Path) -> None:
    draw(tmp_path / "journey" / "red.jpg", "red")
    row = {"path": "trip/red.jpg", "bytes": 1, "mtime_ns": 1, "sha256": "a" * 64}
    nothing = FormerPhotos(*(pl.DataFrame(schema=table(name).polars_schema) for name in ("photos", "photo_pictures")))
    with PhotoReaders(find_ffmpeg(None), 1) as readers:
        ((read, jpeg),) = read_album(
            VideoName("site", b"trip/"), b"journey/", tmp_path, pl.DataFrame([row]), nothing, readers
        )
    assert (read["status"], read["path"]) == ("ready", "trip/red.jpg"), "paths are brought up when they are published"
    assert jpeg
