"""Writing in photos through real Dagster runs: read, found, shown; what a change, a broken photo and a kill cost."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import dagster as dg
import polars as pl
import pytest
from PIL import Image, ImageDraw, ImageFont
from typer.testing import CliRunner

from archive_pipeline.automation.due_analyses import due_analyses
from archive_pipeline.automation.execution import LocalRuns
from archive_pipeline.cli import app
from archive_pipeline.errors import MediaError, PassingError
from archive_pipeline.media.ffmpeg import find_ffmpeg
from archive_pipeline.media.photos.reading import PhotoReaders
from archive_pipeline.settings import Settings
from archive_pipeline.stages.photo_files import PhotoFiles, PhotoPictures
from archive_pipeline.store.naming import VideoName
from archive_pipeline.web.archive import WebArchive
from archive_pipeline.web.photos.photo import photo_of
from archive_pipeline_tests.pipeline.site import NAME, Site
from archive_pipeline_tests.thorough import thorough

ROOT, TRIP = VideoName(NAME, b"./"), VideoName(NAME, b"trip/")


def draw_sign(target: Path, text: str, colour: str = "navy") -> Path:
    """A photo of a sign on a wall; its letters have a 30th of the height, too few pixels in the lake's picture."""
    target.parent.mkdir(parents=True, exist_ok=True)
    picture = Image.new("RGB", (1600, 1200), colour)
    paint = ImageDraw.Draw(picture)
    paint.rectangle((300, 400, 1300, 500), fill="white")
    paint.text((340, 430), text, fill="black", font=ImageFont.load_default(40))
    picture.save(target, quality=90)
    return target


@pytest.fixture
def signs(site: Site) -> Site:
    """Two albums: a sign and a wall without one in the source itself, two signs in a folder."""
    site.describe(kind="photos", analyses=["visible_text"])
    draw_sign(site.source / "street.jpg", "Calle Mayor")
    Image.new("RGB", (800, 600), "red").save(site.source / "wall.jpg")
    draw_sign(site.source / "trip" / "inn.jpg", "Posada del Rey", "green")
    draw_sign(site.source / "trip" / "mill.jpg", "Molino Viejo", "brown")
    assert all(site.ingest().values())
    return site


def read(album: VideoName, *, force: bool = False) -> bool:
    with dg.DagsterInstance.get() as instance:
        tags = {"archive/force": "true"} if force else {}
        runs = LocalRuns(instance, "describe_album")
        return runs.execute(album.partition_key, tags, assets=("photo_visible_text",))[1]


def publish() -> None:
    with dg.DagsterInstance.get() as instance:
        assert LocalRuns(instance, "publish").execute()[1]


def newest(site: Site) -> dict[str, object]:
    found = site.materializations("photo_visible_text")[0].metadata
    return {name: found[name].value for name in ("photos", "photos_with_text", "failed", "read", "taken_over")}


def failures(site: Site, album: VideoName) -> dict[str, str]:
    """Codes by the names of the photos that could not be read."""
    lake = site.archive.lake
    rows = lake.read("photo_readings", album).drop_nulls("error_code").join(lake.read("photos", album), on="photo_id")
    return dict(rows.select(pl.col("path").str.extract(r"([^/]*)$"), "error_code").iter_rows())


def due(site: Site) -> list[str]:
    archive = site.archive
    return [one.video.video_id for one in due_analyses(archive, archive.collection(NAME))]


def test_a_sign_is_a_row_is_found_by_its_words_and_is_shown_with_its_photo(signs: Site) -> None:
    assert due(signs) == ["site/./", "site/trip/"]
    assert all(map(read, (ROOT, TRIP)))
    assert due(signs) == []
    publish()
    rows = signs.rows(
        "SELECT path, text, kind, pts_s FROM visible_texts JOIN photos ON shot_id = photo_id ORDER BY path"
    )
    assert rows == [
        ("street.jpg", "Calle Mayor", "other", 0.0),
        ("trip/inn.jpg", "Posada del Rey", "other", 0.0),
        ("trip/mill.jpg", "Molino Viejo", "other", 0.0),
    ]
    ((x0, y0, x1, y1),) = signs.rows("SELECT x0, y0, x1, y1 FROM visible_texts WHERE text = 'Calle Mayor'")
    assert (x0, y0) == pytest.approx((340 / 1600, 435 / 1200), abs=0.02)
    assert x1 - x0 > 2 * (y1 - y0) > 0
    assert signs.rows("SELECT video_id, analysis, status FROM analyses ORDER BY video_id") == [
        ("site/./", "photo_visible_text", "done"),
        ("site/trip/", "photo_visible_text", "done"),
    ]
    told = CliRunner().invoke(app, ["search", "posada", "--match", "words", "--json"])
    assert told.exit_code == 0, told.output
    (found,) = json.loads(told.stdout)["shots"]
    assert (found["video_id"], [text["part"] for text in found["texts"]]) == ("site/trip/", ["read"])
    archive = WebArchive(Settings())
    try:
        assert [one.text for one in photo_of(archive, found["id"]).visible_texts] == ["Posada del Rey"]
    finally:
        archive.close()


def test_a_photo_more_costs_one_photo_and_one_less_takes_its_rows_along(signs: Site) -> None:
    assert read(TRIP)
    assert newest(signs) == {"photos": 2, "photos_with_text": 2, "failed": 0, "read": 2, "taken_over": 0}
    draw_sign(signs.source / "trip" / "bridge.jpg", "Puente Nuevo")
    (signs.source / "trip" / "mill.jpg").unlink()
    plan, _ = signs.prepare(accept_removals=True)
    assert plan.n_photos == 2, "of the album that is to run"
    assert signs.ingest(accept_removals=True) == {"site/trip/": True}
    assert signs.rows("SELECT text FROM visible_texts") == [("Posada del Rey",)], "of photos that are there"
    assert read(TRIP)
    assert newest(signs) == {"photos": 2, "photos_with_text": 2, "failed": 0, "read": 1, "taken_over": 1}
    texts = signs.archive.lake.read("visible_texts", TRIP)["text"].to_list()
    assert texts == ["Puente Nuevo", "Posada del Rey"], "in the order of the photos"
    assert read(TRIP, force=True)
    assert newest(signs)["read"] == 2


def test_a_broken_photo_costs_itself_and_is_read_when_it_is_whole(signs: Site) -> None:
    inn, mill = (signs.source / "trip" / name for name in ("inn.jpg", "mill.jpg"))
    whole = inn.read_bytes()
    inn.write_bytes(whole[:3000])
    assert read(TRIP)
    assert failures(signs, TRIP) == {"inn.jpg": "photo_damaged"}
    assert newest(signs) == {"photos": 2, "photos_with_text": 1, "failed": 1, "read": 1, "taken_over": 1}
    inn.write_bytes(whole)
    mill.unlink()
    assert signs.ingest(accept_removals=True) == {"site/trip/": True}
    assert due(signs) == ["site/./", "site/trip/"]
    assert read(TRIP)
    assert failures(signs, TRIP) == {}
    assert signs.archive.lake.read("visible_texts", TRIP)["text"].to_list() == ["Posada del Rey"]


def test_a_photo_that_is_gone_costs_itself_and_a_disk_that_is_gone_nothing(tmp_path: Path) -> None:
    draw_sign(tmp_path / "trip" / "inn.jpg", "Posada del Rey")
    paths = ["trip/inn.jpg", "trip/mill.jpg"]
    table = pl.DataFrame({"photo_id": ["a", "b"], "path": paths, "width": 1600, "height": 1200})
    with PhotoReaders(find_ffmpeg(None), 1) as readers:
        pictures = PhotoPictures(PhotoFiles(b"trip/", tmp_path, readers), NAME, table)
        with Image.open(io.BytesIO(pictures.of_photo("a", 720))) as picture:
            assert picture.size == (960, 720)
        with pytest.raises(MediaError, match="archive-pipeline ingest site") as gone:
            pictures.of_photo("b", 720)
        assert gone.value.code == "photo_missing"
        (tmp_path / "trip").rename(tmp_path / "unmounted")
        with pytest.raises(PassingError, match="is it mounted") as unmounted:
            pictures.of_photo("b", 720)
        assert unmounted.value.code == "source_missing"


@thorough
def test_photos_that_became_ready_without_a_change_of_the_album_are_read(signs: Site) -> None:
    late = draw_sign(signs.source / "trip" / "late.jpg", "Ermita Vieja")
    whole = late.read_bytes()
    late.write_bytes(whole[:3000].ljust(len(whole), b"\0"))
    was = late.stat()
    assert signs.ingest() == {"site/trip/": True}
    assert read(TRIP)
    assert due(signs) == ["site/./"]
    late.write_bytes(whole)
    os.utime(late, ns=(was.st_atime_ns, was.st_mtime_ns))  # as if a decoder had been installed: its file is the same
    assert signs.ingest(retry_failed=True) == {"site/trip/": True}
    assert due(signs) == ["site/./", "site/trip/"]
    assert read(TRIP)
    assert newest(signs) == {"photos": 3, "photos_with_text": 3, "failed": 0, "read": 1, "taken_over": 2}
    assert due(signs) == ["site/./"]


_KILLED_READING = """
import os
from archive_pipeline.language.vlm import journal
from archive_pipeline_tests.pipeline.test_photo_visible_text import TRIP, read
append = journal.FileJournal.append
def dying(self, *entry):
    append(self, *entry)
    os.kill(os.getpid(), 9)
journal.FileJournal.append = dying
read(TRIP)
"""


def test_after_a_kill_in_the_middle_no_photo_is_read_twice(signs: Site) -> None:
    died = subprocess.run([sys.executable, "-c", _KILLED_READING], capture_output=True, check=False, timeout=500)
    assert died.returncode == -9, died.stderr.decode()
    assert signs.archive.lake.read("visible_texts", TRIP).is_empty()
    assert read(TRIP)
    assert newest(signs) == {"photos": 2, "photos_with_text": 2, "failed": 0, "read": 1, "taken_over": 1}
    assert not [path for path in (signs.home / "answers").rglob("*") if path.is_file()]


def test_what_is_asked_of_photos_is_said_in_the_words_of_their_collection(site: Site) -> None:
    def asked(*only: str) -> tuple[int, str]:
        told = CliRunner().invoke(app, ["describe", NAME, "--json", *only])
        return told.exit_code, json.loads(told.stdout).get("error_code", "")

    site.describe(kind="photos")
    assert asked() == (1, "no_analyses")
    assert asked("--only", "transcript") == (1, "unknown_analysis")
    site.describe(kind="photos", analyses=["visible_text", "transcript"])
    assert asked() == (1, "wrong_collection")


def test_the_sensor_asks_for_albums_that_lack_it(signs: Site, instance: dg.DagsterInstance) -> None:
    result = signs.describing_tick(instance)
    assert isinstance(result, dg.SensorResult)
    asked = [(one.job_name, one.partition_key, one.asset_selection) for one in result.run_requests or ()]
    wanted = [dg.AssetKey("photo_visible_text")]
    assert asked == [("describe_album", "site/./", wanted), ("describe_album", "site/trip/", wanted)]
