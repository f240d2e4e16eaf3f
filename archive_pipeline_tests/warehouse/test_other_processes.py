"""Whatever other processes do with the database, no later reader fails or sees what is not in the lake."""

import time
from pathlib import Path

import duckdb
import pytest

from archive_pipeline.errors import PassingError
from archive_pipeline.warehouse import open_database, versions
from archive_pipeline_tests.thorough import mostly_thorough, thorough
from archive_pipeline_tests.waiting import PATIENCE_S
from archive_pipeline_tests.warehouse.archive import Archive, query, video
from archive_pipeline_tests.warehouse.processes import PUBLISHER, READER, WRITER, running, start
from archive_pipeline_tests.warehouse.synthetic import Content

TAPES = [video(f"tape {i}.mp4") for i in range(4)]
N_PUBLICATIONS = 20


def let_root_in(version: Path) -> None:
    """Mode 0444 keeps everybody out but root; tests may run as somebody else."""
    version.chmod(0o644)


@pytest.fixture
def tapes(archive: Archive) -> Archive:
    for seed, name in enumerate(TAPES):
        archive.ready(name, Content(seed))
    archive.publish()
    return archive


@thorough
def test_a_reader_in_a_tight_loop_never_fails_while_versions_come_and_go(
    tapes: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(versions, "_GRACE_S", 1.0)
    with running(READER, tapes.link) as reader:
        for number in range(N_PUBLICATIONS):
            tapes.ready(TAPES[number % len(TAPES)], Content(number, duration_s=6.0 + number))
            assert not tapes.publish().full
        printed, _ = reader.communicate(input="")
    assert reader.returncode == 0, printed
    n_opened, n_versions = map(int, printed.split())
    assert n_opened >= n_versions > N_PUBLICATIONS / 3
    assert len(list(tapes.folder.glob("archive-*.duckdb"))) < N_PUBLICATIONS / 2


def test_writing_to_a_published_version_fails_even_for_root(tapes: Archive) -> None:
    let_root_in(tapes.link.resolve())
    before = tapes.content()
    with duckdb.connect(str(tapes.link)) as connection:
        for statement in ("DELETE FROM shots", "CREATE TABLE notes AS FROM range(1000000)", "DROP TABLE frames"):
            with pytest.raises(duckdb.Error, match=r"Cannot open file .*wal"):
                connection.execute(statement)
    assert tapes.content() == before


@pytest.mark.parametrize(
    "barred", mostly_thorough([True, False], [True]), ids=["as published", "after somebody removed the bar"]
)
def test_a_killed_writer_leaves_nothing_to_later_readers(tapes: Archive, barred: bool) -> None:
    before, version = tapes.content(), tapes.link.resolve()
    let_root_in(version)
    if not barred:
        (tapes.folder / f"{version.name}.wal").unlink()
    with running(WRITER, tapes.link):
        pass
    if barred:
        assert tapes.content() == before
    tapes.publish()
    assert tapes.content() == before
    assert (tapes.link.resolve() != version) or barred
    tapes.ready(TAPES[0], Content(7))
    tapes.publish()
    grown = tapes.content()
    tapes.publish(full=True)
    assert tapes.content() == grown


def test_while_a_writer_holds_the_version_the_next_publication_replaces_it(tapes: Archive) -> None:
    before, version = tapes.content(), tapes.link.resolve()
    let_root_in(version)
    with running(WRITER, tapes.link):
        with pytest.raises(duckdb.IOException, match="lock"):
            tapes.content()
        assert not tapes.is_published()  # so that one is due, although nothing has changed
        tapes.publish()
        assert tapes.link.resolve() != version
        assert tapes.content() == before


@thorough
def test_while_a_writer_holds_the_newest_version_the_one_before_it_is_opened(tapes: Archive) -> None:
    tapes.removed(TAPES[0])
    let_root_in(tapes.publish().version_path)
    with running(WRITER, tapes.link), open_database(tapes.link) as connection:
        ready = connection.execute("SELECT count(*) FROM videos WHERE status = 'ready'").fetchall()
    assert ready == [(len(TAPES),)]


@thorough
def test_a_log_that_duckdb_1_left_beside_the_link_is_not_replayed(tapes: Archive) -> None:
    log = tapes.link.with_name("archive.duckdb.wal")
    log.unlink()
    log.write_bytes(b"the log of another version")
    tapes.removed(TAPES[0])
    tapes.publish()
    assert log.is_symlink()
    assert not log.exists()


@pytest.mark.parametrize(
    "moment",
    [
        *(pytest.param(moment, marks=thorough) for moment in ("named", "cleaning")),
        *(pytest.param(moment, marks=pytest.mark.verify) for moment in ("copying", "inserting", "checkpoint")),
    ],
)
def test_a_publisher_killed_at_any_moment_leaves_a_good_version(tapes: Archive, moment: str) -> None:
    before = tapes.content()
    tapes.ready(TAPES[0], Content(9))
    publisher = start(PUBLISHER, tapes.home, moment)
    printed, _ = publisher.communicate()
    assert publisher.returncode == -9, printed
    found = tapes.content()
    assert (found == before) == (moment != "cleaning")
    tapes.publish()
    grown = tapes.content()
    assert grown != before
    assert list(tapes.folder.glob(".building*")) == []
    tapes.publish(full=True)
    assert tapes.content() == grown


@thorough
def test_two_processes_that_publish_at_once_publish_once(tapes: Archive) -> None:
    tapes.ready(TAPES[0], Content(9))
    n_before = len(list(tapes.folder.glob("archive-*.duckdb")))
    publishers = [start(PUBLISHER, tapes.home, "never") for _ in range(3)]
    printed = [publisher.communicate()[0] for publisher in publishers]
    assert [publisher.returncode for publisher in publishers] == [0, 0, 0], printed
    assert set(printed) == {f"{tapes.catalogue.sequence()}\n"}
    assert len(list(tapes.folder.glob("archive-*.duckdb"))) == n_before + 1
    grown = tapes.content()
    tapes.publish(full=True)
    assert tapes.content() == grown


@thorough
def test_old_versions_go_when_nobody_has_them_open(tapes: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(versions, "_GRACE_S", -1.0)
    used = tapes.link.resolve()
    with running(READER, used):
        made = []
        for number in range(4):
            tapes.ready(TAPES[0], Content(number))
            made.append(tapes.publish().version_path)
        assert set(tapes.folder.glob("archive-*.duckdb")) == {used, *made[-2:]}
    tapes.ready(TAPES[0], Content(9))
    made.append(tapes.publish().version_path)
    assert set(tapes.folder.glob("archive-*.duckdb")) == set(made[-2:])
    assert {path.name for path in tapes.folder.iterdir()} == {
        ".lock", *(name for path in made[-2:] for name in (path.name, f"{path.name}.wal"))
    }  # fmt: skip


def test_a_version_just_replaced_stays_for_those_who_are_about_to_open_it(tapes: Archive) -> None:
    for number in range(4):
        tapes.ready(TAPES[0], Content(number))
        tapes.publish()
    assert len(list(tapes.folder.glob("archive-*.duckdb"))) == 5


def test_opening_survives_a_version_that_vanishes_meanwhile(tapes: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    read_link, gone = versions.Versions.current, list[Path]()

    def current(self: versions.Versions) -> Path | None:
        found = read_link(self)
        if found and not gone:
            gone.append(found)
            tapes.publish(full=True)
            found.unlink()
        return found

    monkeypatch.setattr(versions.Versions, "current", current)
    with open_database(tapes.link) as connection:
        assert connection.execute("SELECT count(*) FROM videos").fetchall() == [(len(TAPES),)]


def test_opening_what_was_never_published_says_what_to_do(archive: Archive) -> None:
    started = time.monotonic()
    with pytest.raises(PassingError, match="archive-pipeline ingest"):
        open_database(archive.link)
    assert time.monotonic() - started < PATIENCE_S


def test_a_connection_is_read_only_and_names_its_version(tapes: Archive) -> None:
    with open_database(tapes.link) as connection:
        with pytest.raises(duckdb.InvalidInputException, match="read-only"):
            connection.execute("DELETE FROM shots")
        (path,) = connection.execute("SELECT path FROM duckdb_databases() WHERE NOT internal").fetchall()[0]
    assert path == str(tapes.link.resolve())
    assert query(tapes.link, "SELECT 1") == [(1,)]
