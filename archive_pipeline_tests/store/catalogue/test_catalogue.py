"""The catalogue under many hands: processes, threads, forks, crashes; and what it remembers."""

import multiprocessing
import os
import random
import sqlite3
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from archive_pipeline.errors import ConfigurationError, PassingError
from archive_pipeline.store.catalogue import Catalogue, Registration, Sighting
from archive_pipeline.store.catalogue.sightings import SourceFile
from archive_pipeline.store.database.migrations import VERSION_TABLE
from archive_pipeline.store.database.postgres import postgres
from archive_pipeline.store.naming import VideoName
from archive_pipeline_tests.waiting import PATIENCE_S

_TABLES = ("videos", "analyses", "digests", "revisions", "counter")


def video(number: int | str) -> VideoName:
    return VideoName("tapes", f"{number}.mp4".encode())


def sighting(name: VideoName, *, path: bytes | None = None, n_bytes: int = 10, mtime_ns: int = 1) -> Sighting:
    return Sighting(name, SourceFile(path or name.path, n_bytes, mtime_ns, 0, settled=True))


def register(catalogue: Catalogue, *names: VideoName) -> None:
    revision = catalogue.snapshot("tapes").revision
    catalogue.apply(Registration("tapes", revision, new=tuple(sighting(name) for name in names)))


@pytest.fixture(params=["sqlite", "postgres"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Path | str:
    if request.param == "sqlite":
        return tmp_path / "home" / "catalogue.sqlite"
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture
def catalogue(place: Path | str) -> Catalogue:
    return Catalogue(place)


def test_a_new_video_is_pending_and_nothing_that_duckdb_must_see(catalogue: Catalogue) -> None:
    before = catalogue.sequence()
    register(catalogue, video(1))
    entry = catalogue.entry(video(1))
    assert entry
    assert (entry.status, entry.pending, entry.attempts, entry.sequence) == ("new", True, 0, 0)
    assert catalogue.changes_since(0) == (before, [])


def test_how_a_collection_stands_is_counted(catalogue: Catalogue) -> None:
    assert catalogue.standings() == {}
    assert catalogue.failures([]) == []
    names = [video(number) for number in range(6)]
    register(catalogue, *names)
    for name in names[:4]:
        catalogue.record_content(name, 11, 12, "sha")
    catalogue.record_outcome(names[0], "ready", "p")
    for name in names[1:4]:
        catalogue.record_outcome(name, "failed", "p", "frames", "io_error", "Disk.", permanent=False)
    catalogue.mark_removed([names[3]])
    standing = catalogue.standings()["tapes"]
    assert (standing.ready, standing.failed, standing.removed, standing.pending) == (1, 2, 1, 2)
    newest = catalogue.entry(names[3])
    assert newest
    assert standing.last == newest.finished_at
    assert [entry.name for entry in catalogue.failures(["tapes", "films"])] == [names[2], names[1]]
    assert [entry.name for entry in catalogue.failures(["tapes"], 1)] == [names[2]]
    assert catalogue.failures(["films"]) == []


def test_analyses_are_counted_and_those_that_may_pass_are_known(catalogue: Catalogue) -> None:
    names = [video(number) for number in range(3)]
    register(catalogue, *names)
    catalogue.record_analysis(names[0], "concepts", "p")
    catalogue.record_analysis(names[1], "concepts", "p", error_code="x", message="X.", permanent=False)
    catalogue.record_analysis(names[2], "concepts", "p", error_code="x", message="X.", permanent=True)
    catalogue.record_analysis(names[2], "transcript", "p")
    assert catalogue.analysis_counts() == {
        ("tapes", "concepts"): {"done": 1, "failed": 2},
        ("tapes", "transcript"): {"done": 1, "failed": 0},
    }
    assert catalogue.passing_failures("tapes") == [names[1]]
    assert catalogue.passing_failures("films") == []
    catalogue.mark_removed([names[2]])
    assert catalogue.analysis_counts() == {("tapes", "concepts"): {"done": 1, "failed": 1}}


def test_outcomes_are_remembered_and_counted(catalogue: Catalogue) -> None:
    register(catalogue, video(1))
    catalogue.record_content(video(1), 11, 12, "sha")
    for attempts in (1, 2):
        entry = catalogue.record_outcome(video(1), "failed", "p", "frames", "io_error", "Disk.", permanent=False)
        assert (entry.status, entry.attempts, entry.stage, entry.permanent) == ("failed", attempts, "frames", False)
    entry = catalogue.record_outcome(video(1), "ready", "p")
    assert (entry.status, entry.attempts, entry.stage, entry.error_code, entry.message) == (
        "ready",
        0,
        None,
        None,
        None,
    )
    assert (entry.bytes, entry.mtime_ns, entry.sha256, entry.plan, entry.pending) == (11, 12, "sha", "p", False)
    assert entry.finished_at
    assert abs(entry.finished_at.timestamp() - time.time()) < 60
    assert catalogue.entry(video(1)) == entry
    assert catalogue.counts() == {"tapes": {"ready": 1}}


def test_changes_come_in_their_order_and_each_video_once(catalogue: Catalogue) -> None:
    register(catalogue, video(1), video(2), video(3))
    start = catalogue.sequence()
    for number in (2, 1, 2):
        catalogue.record_outcome(video(number), "failed", permanent=True)
    middle, changed = catalogue.changes_since(start)
    assert changed == [video(1), video(2)]
    catalogue.mark_removed([video(1), video(3)])
    assert catalogue.changes_since(middle) == (catalogue.sequence(), [video(1), video(3)])
    newest = catalogue.sequence()
    for change in (catalogue.mark_removed, catalogue.ask_again, catalogue.publish_again):
        change([])
    assert catalogue.changes_since(newest) == (newest, [])


def test_a_removed_video_is_kept_and_no_late_run_revives_it(catalogue: Catalogue) -> None:
    register(catalogue, video(1))
    catalogue.mark_removed([video(1)])
    assert catalogue.record_outcome(video(1), "ready", "p").status == "removed"
    assert catalogue.counts() == {"tapes": {"removed": 1}}


def test_an_outcome_of_an_unknown_video_is_an_error(catalogue: Catalogue) -> None:
    with pytest.raises(ConfigurationError, match="unknown_video"):
        catalogue.record_outcome(video(1), "ready")
    assert catalogue.entry(video(1)) is None


def test_names_and_paths_of_any_bytes_survive(catalogue: Catalogue) -> None:
    names = [VideoName("tapes", path) for path in (b"\xff\xfe.mp4", "ñ\n🎬.mp4".encode(), b"a'b\"c.mp4", b"x" * 255)]
    register(catalogue, *names)
    assert {entry.name for entry in catalogue.entries("tapes")} == set(names)
    assert all(catalogue.entry(name) for name in names)


def test_the_parts_of_a_folder_are_found_among_all_albums(catalogue: Catalogue) -> None:
    names = [b"2019/", b"2019//1/", b"2019//10/", b"2019/trip/", b"2019/trip//1/", b"20190/", b".//1/"]
    register(catalogue, *(VideoName("tapes", name) for name in names))
    catalogue.mark_removed([VideoName("tapes", b"2019//1/")])
    assert catalogue.paths_below("tapes", b"2019//") == [b"2019//1/", b"2019//10/"]
    assert catalogue.paths_below("tapes", b".//") == [b".//1/"]
    assert catalogue.paths_below("others", b"2019//") == []


def test_two_videos_never_share_a_place(catalogue: Catalogue) -> None:
    register(catalogue, video(1))
    revision = catalogue.snapshot("tapes").revision
    with pytest.raises(IntegrityError):
        catalogue.apply(Registration("tapes", revision, new=(sighting(video(9)), sighting(video(2), path=b"1.mp4"))))
    assert catalogue.entry(video(9)) is None, "all of a registration or nothing"
    register(catalogue, video(3))


def test_a_registration_from_an_older_state_is_refused(catalogue: Catalogue) -> None:
    stale = catalogue.snapshot("tapes").revision
    register(catalogue, video(1))
    with pytest.raises(PassingError, match="catalogue_changed"):
        catalogue.apply(Registration("tapes", stale, new=(sighting(video(2)),)))
    assert catalogue.apply(Registration("tapes", stale, to_run=(video(1),))) == [video(1)], "nothing is registered"


def test_a_catalogue_made_anew_is_ahead_of_every_snapshot_of_the_lost_one(tmp_path: Path) -> None:
    file = tmp_path / "catalogue.sqlite"
    old = Catalogue(file)
    register(old, video(1))
    old.record_outcome(video(1), "ready")
    seen = old.sequence()
    time.sleep(1.1)
    for lost in tmp_path.glob("catalogue.sqlite*"):
        lost.unlink()
    register(old, video(1))  # the same object goes on with the new file
    old.record_outcome(video(1), "ready")
    assert old.changes_since(seen)[1] == [video(1)]
    assert Catalogue(file).changes_since(2**60)[1] == [video(1)]


def test_a_damaged_file_says_what_to_do(tmp_path: Path) -> None:
    file = tmp_path / "catalogue.sqlite"
    file.write_bytes(os.urandom(8192))
    with pytest.raises(ConfigurationError, match=r"catalogue_damaged.*archive-pipeline repair"):
        Catalogue(file).sequence()


def test_a_catalogue_of_a_newer_version_is_not_touched(catalogue: Catalogue, place: Path | str) -> None:
    register(catalogue, video(1))
    with catalogue.database.writing() as connection:
        connection.exec_driver_sql(f"UPDATE {VERSION_TABLE} SET version_num = '9999'")
    if isinstance(place, str):
        postgres.cache_clear()  # as another process finds it
    with pytest.raises(ConfigurationError, match="catalogue_version"):
        Catalogue(place).sequence()
    with catalogue.database.reading() as connection:
        assert connection.exec_driver_sql(f"SELECT version_num FROM {VERSION_TABLE}").scalar() == "9999"


def test_a_catalogue_made_before_there_were_migrations_is_taken_over_without_loss(tmp_path: Path) -> None:
    file = tmp_path / "catalogue.sqlite"
    made = (Path(__file__).parent / "version_2.sql").read_text(encoding="utf-8")  # by the code of e4baf984, `.dump`
    with sqlite3.connect(file) as connection:
        connection.executescript(made)
        rows = {table: connection.execute(f"SELECT * FROM {table}").fetchall() for table in _TABLES}
    catalogue = Catalogue(file)
    entry = catalogue.entry(video("ready"))
    assert entry
    assert (entry.status, entry.sha256, entry.bytes, entry.plan) == ("ready", "sha", 11, "plan")
    assert catalogue.counts() == {"tapes": {"ready": 2, "failed": 1, "removed": 1, "new": 1}}
    assert [(one.analysis, one.status) for one in catalogue.analyses("tapes")] == [
        ("descriptions", "done"),
        ("findings", "failed"),
    ]
    catalogue.record_outcome(video("new"), "ready")
    catalogue = Catalogue(file)
    catalogue.mark_removed([video("new")])
    with sqlite3.connect(file) as connection:
        for table in set(_TABLES) - {"counter", "revisions", "videos"}:
            assert connection.execute(f"SELECT * FROM {table}").fetchall() == rows[table]
        kept = connection.execute("SELECT * FROM videos WHERE name <> CAST('new.mp4' AS BLOB)").fetchall()
        never_forced, not_known_when_removed = 0, None
        assert kept == [(*row, never_forced, not_known_when_removed) for row in rows["videos"] if row[1] != b"new.mp4"]
        assert connection.execute("SELECT sequence FROM counter").fetchone()[0] == rows["counter"][0][0] + 2


def _work(place: Path | str, worker: int, n_rounds: int) -> None:
    """A process that does what runs, sensors and publishing do."""
    catalogue, chance = Catalogue(place), random.Random(worker)
    seen = 0
    for round_ in range(n_rounds):
        while True:  # a scan registers; others may be faster
            with suppress(PassingError):
                register(catalogue, video(f"{worker}-{round_}"))
                break
        catalogue.record_content(video(f"{worker}-{round_}"), 1, 1, "sha")
        catalogue.record_outcome(video(f"{worker}-{round_}"), "ready", "p")
        catalogue.record_outcome(video("shared"), "failed", permanent=False)
        newest, changed = catalogue.changes_since(seen)
        assert newest >= seen
        assert video(f"{worker}-{round_}") in changed
        seen = newest
        if chance.random() < 0.1:
            catalogue.snapshot("tapes")


def test_many_processes_lose_nothing(place: Path | str) -> None:
    register(Catalogue(place), video("shared"))
    spawn = multiprocessing.get_context("spawn")
    processes = [spawn.Process(target=_work, args=(place, worker, 15)) for worker in range(4)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0] * 4
    catalogue = Catalogue(place)
    assert catalogue.counts() == {"tapes": {"ready": 60, "failed": 1}}
    shared = catalogue.entry(video("shared"))
    assert shared
    assert shared.attempts == 60
    sequences = [entry.sequence for entry in catalogue.entries("tapes")]
    assert len(set(sequences)) == len(sequences)


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_many_processes_may_be_the_first(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    server = request.getfixturevalue("postgres_server") if kind == "postgres" else None
    for round_ in range(3):
        place = server.new_database() if server else tmp_path / f"{round_}.sqlite"
        fork = multiprocessing.get_context("fork")
        start = fork.Barrier(4)

        def first(place: Path | str = place, start: "multiprocessing.synchronize.Barrier" = start) -> None:
            start.wait()
            Catalogue(place).sequence()

        processes = [fork.Process(target=first) for _ in range(4)]
        for process in processes:
            process.start()
        for process in processes:
            process.join()
        assert [process.exitcode for process in processes] == [0] * 4


def test_one_catalogue_serves_many_threads(catalogue: Catalogue) -> None:
    register(catalogue, *(video(number) for number in range(8)))

    def work(number: int) -> None:
        for _ in range(20):
            catalogue.record_outcome(video(number), "failed", permanent=False)
            assert catalogue.entry(video(number))

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(work, range(8)))
    assert [entry.attempts for entry in catalogue.entries("tapes")] == [20] * 8


def test_a_fork_goes_on_with_a_connection_of_its_own(catalogue: Catalogue) -> None:
    register(catalogue, video(1))
    process = multiprocessing.get_context("fork").Process(
        target=lambda: [catalogue.record_outcome(video(1), "failed", permanent=False) for _ in range(20)]
    )
    process.start()
    for _ in range(20):
        catalogue.record_outcome(video(1), "failed", permanent=False)
    process.join()
    entry = catalogue.entry(video(1))
    assert entry
    assert (process.exitcode, entry.attempts) == (0, 40)


def test_a_process_that_is_killed_in_the_middle_leaves_nothing_half_done(catalogue: Catalogue) -> None:
    register(catalogue, video(1))
    fork = multiprocessing.get_context("fork")
    begun = fork.Event()

    def half() -> None:
        with catalogue.database.writing() as connection:
            connection.exec_driver_sql("DELETE FROM videos")
            begun.set()
            time.sleep(60)

    process = fork.Process(target=half)
    process.start()
    begun.wait()
    process.kill()
    process.join()
    catalogue.record_outcome(video(1), "failed", permanent=True)
    assert len(catalogue.entries("tapes")) == 1


def test_readers_do_not_wait_for_a_writer(catalogue: Catalogue) -> None:
    register(catalogue, video(1))
    reader_is_done = threading.Event()

    def read() -> None:
        catalogue.entries("tapes")
        reader_is_done.set()

    with catalogue.database.writing():
        threading.Thread(target=read).start()
        assert reader_is_done.wait(PATIENCE_S)
