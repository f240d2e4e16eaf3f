"""The published database where the lake lies in a bucket, between machines that share a catalogue."""

import json
from pathlib import Path

import pytest

from archive_pipeline.errors import PassingError
from archive_pipeline.settings import Bucket
from archive_pipeline.store.bucket import BucketObjects
from archive_pipeline.store.lake import Lake
from archive_pipeline.warehouse import exchange as exchange_module
from archive_pipeline.warehouse import follow, open_database
from archive_pipeline_tests.s3 import S3
from archive_pipeline_tests.warehouse.archive import Archive, video
from archive_pipeline_tests.warehouse.synthetic import Content
from archive_pipeline_tests.warehouse.test_embargo import ALWAYS, OPEN, SECRET, under_embargo


@pytest.fixture
def bucket(s3: S3, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bucket:
    for name, value in s3.environment.items():
        monkeypatch.setenv(name, value)
    return Bucket(f"s3://{s3.bucket()}/lake", tmp_path / "scratch")


@pytest.fixture
def machines(bucket: Bucket, tmp_path: Path) -> tuple[Archive, Archive]:
    """Two machines with homes of their own, one bucket and one catalogue."""
    made = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        archive = Archive(tmp_path / name)
        archive.lake = Lake(bucket)
        made.append(archive)
    made[1].catalogue = made[0].catalogue
    return made[0], made[1]


def videos(archive: Archive, bucket: Bucket) -> int:
    follow(bucket, archive.link)
    with open_database(archive.link) as connection:
        return int(connection.execute("SELECT count(*) FROM videos").fetchall()[0][0])


def test_what_one_machine_publishes_another_fetches_once(
    s3: S3, bucket: Bucket, machines: tuple[Archive, Archive]
) -> None:
    one, two = machines
    one.ready(video("a.mp4"), Content(1))
    one.publish()
    assert videos(two, bucket) == 1
    assert two.is_published()
    s3.proxy.requests.clear()
    assert videos(two, bucket) == 1
    assert s3.proxy.requests == {"GET": 1}


def test_the_next_publisher_continues_from_what_another_published(
    bucket: Bucket, machines: tuple[Archive, Archive]
) -> None:
    one, two = machines
    one.ready(video("a.mp4"), Content(1))
    one.publish()
    two.ready(video("b.mp4"), Content(2))
    assert not two.is_published()
    publication = two.publish()
    assert (publication.full, publication.n_videos_changed) == (False, 1)
    assert videos(one, bucket) == 2
    assert one.is_published()


def test_of_two_that_publish_at_once_the_first_counts_and_the_second_follows(
    bucket: Bucket, machines: tuple[Archive, Archive], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = machines
    one.ready(video("a.mp4"), Content(1))
    upload = BucketObjects.upload

    def overtaken(self: BucketObjects, key: str, file: object) -> None:
        monkeypatch.setattr(BucketObjects, "upload", upload)
        two.publish()
        upload(self, key, file)  # type: ignore[arg-type]

    monkeypatch.setattr(BucketObjects, "upload", overtaken)
    with pytest.raises(PassingError, match="publisher_busy"):
        one.publish()
    assert videos(one, bucket) == 1
    one.publish()
    assert one.is_published()
    assert two.is_published()


def test_superseded_versions_go_after_their_time(
    machines: tuple[Archive, Archive], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, _ = machines
    for number in range(3):
        one.ready(video(f"{number}.mp4"), Content(number))
        one.publish()
    stored = [o.key for o in one.lake.objects.listed("warehouse") if o.key.endswith(".duckdb")]
    assert len(stored) == 3
    monkeypatch.setattr(exchange_module, "_SUPERSEDED_S", -10.0)
    one.ready(video("last.mp4"), Content(9))
    one.publish()
    pointer = json.loads(one.lake.objects.read("warehouse/newest.json"))
    left = {o.key for o in one.lake.objects.listed("warehouse")}
    assert f"warehouse/{pointer['digest']}.duckdb" in left
    assert not left & set(stored[:2]) - {f"warehouse/{digest}.duckdb" for digest in pointer["superseded"]}


def test_what_is_withheld_from_now_on_is_in_no_version_that_stays(
    bucket: Bucket, machines: tuple[Archive, Archive]
) -> None:
    one, two = machines
    for number, name in enumerate((OPEN, SECRET)):
        one.ready(name, Content(number))
        one.publish()
    assert videos(two, bucket) == 2
    under_embargo(one, open=ALWAYS)
    one.publish()
    assert videos(two, bucket) == 1
    stored = [o.key for o in one.lake.objects.listed("warehouse") if o.key.endswith(".duckdb")]
    kept = [one.lake.objects.read(key) for key in stored]
    kept += [file.read_bytes() for machine in machines for file in machine.folder.glob("*.duckdb")]
    assert len(stored) == 1
    assert len(kept) == 3
    assert not any(SECRET.video_id.encode() in content for content in kept)
