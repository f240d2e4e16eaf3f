"""What analysts find in the published database."""

import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from archive_pipeline.errors import ConfigurationError
from archive_pipeline.store.naming import VideoName
from archive_pipeline.store.schema import tables
from archive_pipeline_tests.warehouse.archive import Archive, query, video
from archive_pipeline_tests.warehouse.synthetic import Content

DETAILS = ("frames", "cuts", "classes", "scenes", "shots", "video_statistics")
TAPE = video("tape.mp4")


def test_a_ready_video_has_its_rows_in_every_table(archive: Archive) -> None:
    archive.ready(TAPE, Content(1))
    publication = archive.publish()
    for name in DETAILS:
        stored = archive.lake.read(name, TAPE)
        assert stored.height
        assert publication.rows[name] == len(archive.rows(name)) == stored.height
    assert (publication.full, publication.n_videos_changed) == (True, 1)
    assert publication.version_path == archive.folder / "archive-000001.duckdb"
    assert publication.version_path == archive.link.resolve()


def test_a_row_of_videos_joins_what_the_catalogue_and_the_lake_know(archive: Archive) -> None:
    content = Content(1, duration_s=20.0, decoded_share=0.5)
    archive.ready(TAPE, content)
    archive.publish()
    with duckdb.connect(str(archive.link), read_only=True) as connection:
        row = connection.sql("FROM videos").pl().row(0, named=True)
    assert row | {"ingested_at": None} == {
        "video_id": "news/tape.mp4",
        "collection": "news",
        "path": "tape.mp4",
        "sha256": content.sha256,
        "bytes": content.bytes,
        "container": "mov,mp4,m4a,3gp,3g2,mj2",
        "video_codec": "hevc",
        "width": 1280,
        "height": 720,
        "rotation": 0,
        "is_mirrored": False,
        "sample_aspect_ratio": 1.0,
        "frame_rate": 25.0,
        "is_vfr": False,
        "is_interlaced": True,
        "duration_s": 10.0,
        "start_s": 0.0,
        "end_s": 10.0,
        "n_source_frames": 250,
        "decoded_share": 0.5,
        "has_audio": True,
        "audio_codec": "aac",
        "source_timecode": "10:00:00:00",
        "drop_frame": False,
        "note": None,
        "status": "ready",
        "error_code": None,
        "error": None,
        "ingested_at": None,
        "removed_at": None,
    }
    entry = archive.catalogue.entry(TAPE)
    assert entry
    assert entry.finished_at
    assert abs(row["ingested_at"] - entry.finished_at) < timedelta(milliseconds=1)


def test_a_failed_video_has_rows_in_videos_and_failures_only(archive: Archive) -> None:
    archive.ready(TAPE, Content(1))
    archive.publish()
    archive.failed(TAPE, Content(1), stage="embeddings", code="model_broken")
    publication = archive.publish()
    assert {name: n for name, n in publication.rows.items() if n} == {"videos": 1, "failures": 1, "collections": 2}
    assert query(archive.link, "SELECT video_id, stage, error_code, message, permanent, attempts FROM failures") == [
        ("news/tape.mp4", "embeddings", "model_broken", "model_broken: do something.", True, 1)
    ]
    shown = "SELECT status, error_code, error, video_codec, duration_s FROM videos"
    assert query(archive.link, shown) == [("failed", "model_broken", "model_broken: do something.", "hevc", 12.0)]


def test_facts_of_an_older_content_are_not_shown_for_a_file_that_failed_to_open(archive: Archive) -> None:
    archive.ready(TAPE, Content(1))
    archive.failed(TAPE, Content(2), stage="source_video")
    archive.publish()
    shown = query(archive.link, "SELECT sha256, bytes, video_codec, duration_s FROM videos")
    assert shown == [(Content(2).sha256, Content(2).bytes, None, None)]


def test_a_file_that_changed_keeps_its_old_results_until_its_run_ends(archive: Archive) -> None:
    archive.ready(TAPE, Content(1))
    archive.register(TAPE, Content(2))
    archive.publish(full=True)
    assert query(archive.link, "SELECT status, sha256, bytes, video_codec FROM videos") == [
        ("ready", Content(1).sha256, Content(1).bytes, "hevc")
    ]


def test_a_removed_video_keeps_its_row_and_loses_all_others(archive: Archive) -> None:
    archive.ready(TAPE, Content(1))
    archive.publish()
    archive.removed(TAPE)
    publication = archive.publish()
    assert {name: n for name, n in publication.rows.items() if n} == {"videos": 1, "collections": 2}
    assert query(archive.link, "SELECT status, video_codec FROM videos") == [("removed", "hevc")]
    [(removed_at, ingested_at)] = query(archive.link, "SELECT removed_at, ingested_at FROM videos")
    assert removed_at > ingested_at
    archive.returned(TAPE, b"tape.mp4")
    archive.publish()
    assert query(archive.link, "SELECT removed_at FROM videos") == [(None,)]


def test_a_moved_video_changes_its_path_and_no_other_row(archive: Archive) -> None:
    archive.ready(TAPE, Content(1))
    archive.publish()
    before = archive.content()
    archive.moved(TAPE, b"elsewhere/\xff.mp4")
    archive.publish()
    after = archive.content()
    assert query(archive.link, "SELECT video_id, path FROM videos") == [("news/tape.mp4", "elsewhere/\\xff.mp4")]
    assert [name for name in before if before[name] != after[name]] == ["videos"]


def test_a_video_that_no_run_has_finished_is_not_shown(archive: Archive) -> None:
    archive.register(TAPE, Content(1))
    assert archive.publish().rows["videos"] == 0


def test_collections_follow_their_files(archive: Archive) -> None:
    archive.publish()
    assert query(archive.link, "SELECT collection, title, source, fps, schedule FROM collections ORDER BY ALL") == [
        ("film", "Home movies", "/archive/film", 1.0, "watch"),
        ("news", "Evening news", "/archive/news", 3.0, None),
    ]
    archive.collections = archive.collections[:1]
    assert archive.publish().rows["collections"] == 1


def test_publishing_without_a_change_does_nothing(archive: Archive) -> None:
    archive.ready(TAPE, Content(1))
    first = archive.publish()
    second = archive.publish()
    assert second.version_path == first.version_path
    assert (second.n_videos_changed, second.rows) == (0, first.rows)


def test_a_publication_is_due_when_a_video_a_collection_or_an_evaluation_changed(archive: Archive) -> None:
    for change in (
        lambda: None,  # nothing was ever published
        lambda: archive.ready(TAPE, Content(1)),
        lambda: archive.removed(TAPE),
        lambda: archive.collections.pop(),
        lambda: archive.evaluated("news", r_at_1=0.5),
    ):
        change()
        assert not archive.is_published()
        archive.publish()
        assert archive.is_published()


def test_any_file_name_is_published(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "it's [a] *folder* %20 {b}")
    names = [b"[x]*?.mp4", b'it\'s "q".mp4', b"\xff\xfe.mp4", b"x" * 255, b"-a\n.mp4", b"s3:\\c=d/e=f%.mp4", b" #2"]
    for seed, name in enumerate(names):
        archive.ready(VideoName("news", name), Content(seed))
    archive.publish()
    assert query(archive.link, "SELECT count(DISTINCT video_id) FROM shots") == [(len(names),)]


@pytest.mark.parametrize("name", ["what?", "caf\udce9"])
def test_a_home_that_duckdb_cannot_write_in_is_refused_with_a_reason(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigurationError, match="unusable_home"):
        Archive(tmp_path / name).publish()


@pytest.mark.parametrize("damage", [lambda file: file.write_bytes(b"PAR1, but the rest is noise"), Path.unlink])
def test_a_damaged_lake_table_fails_its_video_and_no_other(archive: Archive, damage: Callable[[Path], None]) -> None:
    archive.ready(TAPE, Content(1))
    archive.ready(video("good.mp4"), Content(2))
    damage(Path(archive.lake.objects.shown(archive.lake.key("scenes", TAPE))))
    archive.publish()
    assert query(archive.link, "SELECT video_id, stage, error_code FROM failures") == [
        ("news/tape.mp4", "warehouse", "lake_unreadable")
    ]
    for name in DETAILS:
        assert query(archive.link, f"SELECT DISTINCT video_id FROM {name}") == [("news/good.mp4",)]


def test_every_table_view_and_column_is_explained_in_the_database(published: Archive) -> None:
    unexplained = query(
        published.link,
        """
        SELECT table_name, NULL FROM duckdb_tables() WHERE comment IS NULL
        UNION ALL SELECT view_name, NULL FROM duckdb_views() WHERE comment IS NULL AND NOT internal
        UNION ALL SELECT table_name, column_name FROM duckdb_columns() WHERE comment IS NULL AND NOT internal
        """,
    )
    assert unexplained == []
    assert query(published.link, "SELECT count(*) > 5 FROM duckdb_views() WHERE NOT internal") == [(True,)]
    stored = {name for (name,) in query(published.link, "SELECT table_name FROM duckdb_tables()")}
    assert stored == {name for name, table in tables().items() if table.published}


def test_clients_older_than_duckdb_2_can_read_the_file(published: Archive) -> None:
    """They know storage versions up to 67 (DuckDB 1.4); the number stands at byte 12."""
    assert int.from_bytes(published.link.read_bytes()[12:20], "little") <= 67


def test_a_file_of_somebody_s_own_in_the_place_of_the_link_is_not_overwritten(archive: Archive) -> None:
    archive.link.write_text("precious")
    with pytest.raises(ConfigurationError, match="database_not_a_link"):
        archive.publish()
    assert archive.link.read_text() == "precious"


def test_an_archive_that_was_copied_elsewhere_publishes_there(archive: Archive, tmp_path: Path) -> None:
    archive.ready(TAPE, Content(1))
    archive.publish()
    copy = Archive(tmp_path / "copy")
    shutil.copytree(archive.home, copy.home, symlinks=True, ignore=shutil.ignore_patterns("copy"))
    copy.removed(TAPE)
    assert copy.publish().version_path.parent == copy.folder
    assert query(copy.link, "SELECT status FROM videos") == [("removed",)]
    assert query(archive.link, "SELECT status FROM videos") == [("ready",)]
