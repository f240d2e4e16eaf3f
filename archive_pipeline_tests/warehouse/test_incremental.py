"""A database that grew by many small publications holds what one rebuild from the lake holds."""

import tempfile
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive_pipeline.warehouse import snapshot
from archive_pipeline_tests.thorough import examples
from archive_pipeline_tests.warehouse.archive import Archive, query, video
from archive_pipeline_tests.warehouse.synthetic import Content

VIDEOS = [video("a.mp4"), video("b 'b'.mp4"), video("ñ.mp4", "film")]
CHANGES = ("ready", "ready", "failed", "removed", "moved", "returned", "seen", "publish", "publish")

changes = st.tuples(st.sampled_from(CHANGES), st.sampled_from(range(len(VIDEOS))), st.integers(0, 2))


def change(archive: Archive, kind: str, index: int, seed: int) -> None:
    """Something that may happen, or nothing where it cannot."""
    name, content, place = VIDEOS[index], Content(seed, duration_s=4.0), f"{index} at {seed}".encode()
    entry = archive.catalogue.entry(name)
    if kind == "publish":
        archive.publish()
    elif entry and entry.status == "removed":
        if kind == "returned":  # another content in its place would be a video of another name
            archive.returned(name, place)
    elif kind == "ready":
        archive.ready(name, content)
    elif kind == "failed":
        archive.failed(name, content, stage=("source_video", "frames", "embeddings")[seed])
    elif kind == "seen":
        archive.register(name, content)
    elif entry and kind == "removed":
        archive.removed(name)
    elif entry and kind == "moved":
        archive.moved(name, place)


@settings(max_examples=examples(6), deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(changes, min_size=4, max_size=12))
def test_whatever_happens_small_publications_and_a_rebuild_agree(history: list[tuple[str, int, int]]) -> None:
    with tempfile.TemporaryDirectory() as home:
        archive = Archive(Path(home))
        archive.ready(video("untouched.mp4"), Content(3, duration_s=4.0))
        archive.publish()
        for kind, index, seed in history:
            change(archive, kind, index, seed)
        for index, name in enumerate(VIDEOS):  # runs that were asked for end
            entry = archive.catalogue.entry(name)
            if entry and entry.pending:
                change(archive, "ready", index, 0)
        last = archive.publish()
        assert not last.full
        grown = archive.content()
        rebuilt = archive.publish(full=True)
        assert rebuilt.full
        assert archive.content() == grown
        assert rebuilt.rows == last.rows == {name: len(rows) for name, rows in grown.items()}


def test_only_what_changed_is_read_again(archive: Archive) -> None:
    archive.ready(VIDEOS[0], Content(0))
    archive.publish()
    archive.lake.delete("shots", VIDEOS[0])  # nobody told the catalogue, so nobody looks
    archive.ready(VIDEOS[1], Content(1))
    publication = archive.publish()
    assert (publication.full, publication.n_videos_changed) == (False, 1)
    assert query(archive.link, "SELECT count(DISTINCT video_id) FROM shots") == [(2,)]


def test_a_changed_schema_is_a_rebuild(archive: Archive, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    archive.ready(VIDEOS[0], Content(0))
    archive.publish()
    view = tmp_path / "longest.sql"
    view.write_text("CREATE VIEW longest AS SELECT max(duration_s) AS s FROM videos")
    files = [*snapshot.schema_files(), view]
    monkeypatch.setattr(snapshot, "schema_files", lambda: files)
    snapshot.schema_digest.cache_clear()
    try:
        assert archive.publish().full
        assert query(archive.link, "SELECT s FROM longest") == [(12.0,)]
    finally:
        snapshot.schema_digest.cache_clear()


def test_another_catalogue_is_a_rebuild(archive: Archive) -> None:
    for seed, name in enumerate(VIDEOS):
        archive.ready(name, Content(seed))
    archive.publish()
    fresh = Archive(archive.home)
    for file in archive.home.glob("catalogue.sqlite*"):
        file.unlink()
    fresh.ready(VIDEOS[0], Content(0))
    fresh.register(VIDEOS[1], Content(1))
    assert fresh.publish().full
    assert len(fresh.rows("videos")) == 1


def test_a_version_that_somebody_wrote_to_is_not_built_upon(archive: Archive) -> None:
    archive.ready(VIDEOS[0], Content(0))
    version = archive.publish().version_path
    (archive.folder / f"{version.name}.wal").unlink()
    with duckdb.connect(str(version)) as connection:
        connection.execute("DELETE FROM shots")
    assert archive.rows("shots") == []
    assert archive.publish().full
    assert len(archive.rows("shots")) == 3


@pytest.mark.parametrize("damage", [b"", b"noise" * 10_000])
def test_a_damaged_version_is_not_built_upon(archive: Archive, damage: bytes) -> None:
    archive.ready(VIDEOS[0], Content(0))
    version = archive.publish().version_path
    version.chmod(0o644)
    version.write_bytes(damage)
    assert archive.publish().full
    assert len(archive.rows("shots")) == 3


def test_a_missing_version_is_made_again(archive: Archive) -> None:
    archive.ready(VIDEOS[0], Content(0))
    archive.publish().version_path.unlink()
    assert archive.publish().full
    assert len(archive.rows("shots")) == 3
