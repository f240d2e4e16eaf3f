"""One contract for the lake in a folder and in an S3 bucket."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import polars as pl
import pytest

from archive_pipeline.errors import ConfigurationError, DamagedTableError, PassingError
from archive_pipeline.settings import Bucket
from archive_pipeline.store.bucket import BucketObjects
from archive_pipeline.store.lake import Lake
from archive_pipeline.store.naming import VideoName
from archive_pipeline.store.provenance import Provenance
from archive_pipeline.store.reviews import Review, Reviews
from archive_pipeline.web.kept_files import KeptFiles
from archive_pipeline_tests.s3 import S3

VIDEO = VideoName("nodo", b"a b/\xff%.mp4")
LONG = VideoName("nodo", "año/".encode() * 60 + b"end.mp4")
TYPES = {"frame": pl.Int32, "source_frame": pl.Int32, "leader": pl.String}
MADE = Provenance("scenes", "1", {"min_scene_s": 2.0})


@pytest.fixture
def bucket(s3: S3, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bucket:
    for name, value in s3.environment.items():
        monkeypatch.setenv(name, value)
    return Bucket(f"s3://{s3.bucket()}/some/prefix", tmp_path / "scratch")


@pytest.fixture(params=["folder", "bucket", "bucket with pieces kept"])
def lake(request: pytest.FixtureRequest, tmp_path: Path) -> Lake:
    if request.param == "folder":
        return Lake(tmp_path / "lake")
    pieces = KeptFiles(tmp_path / "kept", 1 << 30) if "kept" in request.param else None
    return Lake(request.getfixturevalue("bucket"), pieces)


def scenes(video: VideoName, n: int) -> pl.DataFrame:
    starts = [float(i) for i in range(n)]
    ends = [start + 1 for start in starts]
    rows = {"video_id": [video.video_id] * n, "scene": range(n), "class": [0] * n, "start_s": starts, "end_s": ends}
    return pl.DataFrame(rows).cast({"scene": pl.Int32, "class": pl.Int32})


def pictures(video: VideoName, n: int) -> pl.DataFrame:
    rows = {
        "video_id": [video.video_id] * n,
        "frame": range(n),
        "pts_s": [i / 3 for i in range(n)],
        "source_frame": range(n),
        "leader": [None] * n,
    }
    jpegs = [os.urandom(30_000) for _ in range(n)]
    return pl.DataFrame(rows).cast(TYPES).with_columns(jpeg=pl.Series(jpegs, dtype=pl.Binary))


@pytest.mark.parametrize("video", [VIDEO, LONG], ids=["odd", "long"])
def test_a_table_is_written_read_listed_looked_at_and_deleted(lake: Lake, video: VideoName) -> None:
    assert (lake.version("scenes", video), lake.provenance("scenes", video)) == (None, None)
    assert lake.read("scenes", video).is_empty()
    lake.write("scenes", video, scenes(video, 3), MADE)
    assert lake.read("scenes", video).equals(scenes(video, 3))
    assert lake.read("scenes", video, ["end_s", "scene"]).columns == ["end_s", "scene"]
    assert lake.provenance("scenes", video) == MADE
    assert lake.damage("scenes", video, deep=True) is None
    assert list(lake.videos("scenes", "nodo")) == [video]
    assert lake.collections("scenes") == ["nodo"]
    (size,) = [n_bytes for _, _, n_bytes in lake.sizes(["scenes"], [video])]
    assert size == len(lake.content("scenes", video)) == lake.n_bytes(["scenes"], "nodo")
    lake.delete("scenes", video)
    lake.delete("scenes", video)
    assert not lake.exists("scenes", video)
    assert list(lake.videos("scenes", "nodo")) == []


def test_what_an_earlier_release_did_not_know_is_null(lake: Lake) -> None:
    """Version 0.1.0 wrote `pictures` without `leader`."""
    table = pictures(VIDEO, 3)
    with lake.objects.writing(lake.key("pictures", VIDEO)) as file:
        table.drop("leader").write_parquet(file)
    assert lake.read("pictures", VIDEO).equals(table)
    assert lake.read("pictures", VIDEO, ["leader", "frame"]).equals(table.select("leader", "frame"))
    assert lake.rows("pictures", VIDEO, ["frame", "leader"], 1, 1).equals(table[1:2].select("frame", "leader"))
    assert pl.concat(lake.batches("pictures", VIDEO, ["leader", "jpeg"], 2)).equals(table.select("leader", "jpeg"))
    with lake.objects.writing(lake.key("pictures", VIDEO)) as file:
        table.drop("pts_s").write_parquet(file)
    with pytest.raises(DamagedTableError):
        lake.read("pictures", VIDEO, ["pts_s"])


def test_a_table_written_anew_has_another_version(lake: Lake) -> None:
    lake.write("scenes", VIDEO, scenes(VIDEO, 1), MADE)
    before = lake.version("scenes", VIDEO)
    lake.write("scenes", VIDEO, scenes(VIDEO, 2), MADE)
    assert lake.version("scenes", VIDEO) not in (before, None)


def test_rows_and_columns_of_a_large_table_are_read_by_range(lake: Lake) -> None:
    table = pictures(VIDEO, 300)
    with lake.writer("pictures", VIDEO, lambda: MADE) as writer:
        for batch in table.iter_slices(50):
            writer.append(batch)
    for _ in range(2):
        assert lake.rows("pictures", VIDEO, ["frame", "jpeg"], 140, 160).equals(table[140:161].select("frame", "jpeg"))
        assert lake.read("pictures", VIDEO, ["pts_s"]).equals(table.select("pts_s"))
    assert lake.read("pictures", VIDEO).equals(table)
    assert pl.concat(lake.batches("pictures", VIDEO, table.columns, 64)).equals(table)


def test_many_sizes_come_by_list_as_they_come_one_by_one(lake: Lake) -> None:
    videos = [VideoName("nodo", f"{number}.mp4".encode()) for number in range(60)]
    for video in videos[::2]:
        lake.write("scenes", video, scenes(video, 1), MADE)
    there = [n_bytes is not None for _, table, n_bytes in lake.sizes(["scenes", "shots"], videos) if table == "scenes"]
    assert there == [True, False] * 30
    rows = [found.height for found in lake.read_each("scenes", videos) if isinstance(found, pl.DataFrame)]
    assert rows == [1, 0] * 30


def test_a_write_that_fails_leaves_the_table_before_it(lake: Lake) -> None:
    lake.write("scenes", VIDEO, scenes(VIDEO, 1), MADE)
    with pytest.raises(ZeroDivisionError), lake.writer("scenes", VIDEO, lambda: 1 / 0) as writer:
        writer.append(scenes(VIDEO, 9))
    assert lake.read("scenes", VIDEO).height == 1


def test_of_two_writers_the_one_that_ends_last_stands_and_the_table_is_whole(lake: Lake) -> None:
    def write(n: int) -> None:
        for _ in range(5):
            lake.write("scenes", VIDEO, scenes(VIDEO, n), MADE)

    writers = [threading.Thread(target=write, args=(n,)) for n in (3, 4_000)]
    for one in writers:
        one.start()
    while any(one.is_alive() for one in writers):
        assert lake.read("scenes", VIDEO).height in (0, 3, 4_000)
    assert lake.damage("scenes", VIDEO, deep=True) is None


def test_noise_is_a_damaged_table_that_can_be_put_away(lake: Lake) -> None:
    with lake.objects.writing(lake.key("scenes", VIDEO)) as file:
        file.write(b"PAR1, and noise")
    with pytest.raises(DamagedTableError) as caught:
        lake.read("scenes", VIDEO)
    assert lake.damage("scenes", VIDEO)
    lake.discard(caught.value)
    assert not lake.exists("scenes", VIDEO)


def test_reviews_of_many_at_once_are_all_kept(lake: Lake) -> None:
    shot = "6c6f7265-6d20-4970-8375-6d20646f6c6f"

    def review(number: int) -> None:
        Reviews(lake).add(Review(VIDEO.video_id, shot, "policy", f"question {number}", "confirmed"))

    people = [threading.Thread(target=review, args=(number,)) for number in range(8)]
    for one in people:
        one.start()
    for one in people:
        one.join()
    assert sorted(Reviews(lake).all()["question"]) == [f"question {number}" for number in range(8)]


_TORN = """
import sys, time
from pathlib import Path
from archive_pipeline.settings import Bucket
from archive_pipeline.store.lake import Lake
from archive_pipeline_tests.store.test_lake_places import MADE, VIDEO, pictures
place = Path(sys.argv[1]) if sys.argv[1].startswith("/") else Bucket(sys.argv[1], Path(sys.argv[2]))
with Lake(place).writer("pictures", VIDEO, lambda: MADE) as writer:
    for _ in range(5):
        writer.append(pictures(VIDEO, 400))
    print("written", flush=True)
    time.sleep(600 if sys.argv[3] == "writes" else 0)
"""


@pytest.mark.parametrize("while_it", ["writes", "uploads"])
def test_a_writer_that_is_killed_leaves_the_table_before_it(lake: Lake, tmp_path: Path, while_it: str) -> None:
    lake.write("pictures", VIDEO, pictures(VIDEO, 2), MADE)
    place = lake.objects.shown("").rstrip("/")
    command = [sys.executable, "-c", _TORN, place, str(tmp_path / "scratch"), while_it]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as writer:
        assert writer.stdout
        assert writer.stdout.readline() == b"written\n"
        writer.send_signal(signal.SIGKILL)
    assert lake.read("pictures", VIDEO, ["frame"]).height in ((2, 2000) if while_it == "uploads" else (2,))
    assert lake.damage("pictures", VIDEO, deep=True) is None
    if isinstance(lake.objects, BucketObjects):
        assert list((tmp_path / "scratch").iterdir()) == []


def test_a_server_that_is_busy_for_a_moment_is_asked_again(s3: S3, bucket: Bucket) -> None:
    lake = Lake(bucket)
    s3.proxy.refusals = 2
    lake.write("scenes", VIDEO, scenes(VIDEO, 3), MADE)
    s3.proxy.refusals = 2
    assert lake.read("scenes", VIDEO).height == 3
    assert s3.proxy.refusals == 0


def test_a_server_that_stays_busy_is_a_passing_error_and_no_empty_table(
    s3: S3, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("archive_pipeline.store.bucket._TRIES", 1)
    lake = Lake(bucket)
    lake.write("scenes", VIDEO, scenes(VIDEO, 3), MADE)
    s3.proxy.refusals = 1000
    try:
        for ask in (lake.read, lake.provenance, lake.version, lake.damage, lake.delete, lake.exists):
            with pytest.raises(PassingError) as caught:
                ask("scenes", VIDEO)
            assert caught.value.code == "lake_unavailable"
        with pytest.raises(PassingError):
            lake.write("scenes", VIDEO, scenes(VIDEO, 3), MADE)
        with pytest.raises(PassingError):
            list(lake.videos("scenes", "nodo"))
    finally:
        s3.proxy.refusals = 0


def test_a_server_that_is_away_is_a_passing_error(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("archive_pipeline.store.bucket._TRIES", 1)
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    with pytest.raises(PassingError, match="lake_unavailable"):
        Lake(bucket).read("scenes", VIDEO)


@pytest.mark.usefixtures("bucket")
def test_a_bucket_that_is_not_there_is_no_empty_lake(tmp_path: Path) -> None:
    nowhere = Lake(Bucket("s3://nobodys-bucket/x", tmp_path))
    for ask in (nowhere.read, nowhere.version, nowhere.provenance):
        with pytest.raises(ConfigurationError, match="no_bucket"):
            ask("scenes", VIDEO)
    with pytest.raises(ConfigurationError, match="no_bucket"):
        nowhere.write("scenes", VIDEO, scenes(VIDEO, 1), MADE)


def test_without_a_key_it_says_what_to_set(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("archive_pipeline.store.bucket._TRIES", 1)
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    with pytest.raises((ConfigurationError, PassingError), match="AWS_"):
        Lake(bucket).read("scenes", VIDEO)


def test_what_is_kept_on_this_machine_is_not_asked_for_again(s3: S3, bucket: Bucket, tmp_path: Path) -> None:
    lake = Lake(bucket, KeptFiles(tmp_path / "kept", 1 << 30))
    lake.write("pictures", VIDEO, pictures(VIDEO, 200), MADE)
    first = lake.rows("pictures", VIDEO, ["jpeg"], 100, 100)
    s3.proxy.requests.clear()
    assert lake.rows("pictures", VIDEO, ["jpeg"], 100, 100).equals(first)
    assert s3.proxy.requests == {"HEAD": 1}
