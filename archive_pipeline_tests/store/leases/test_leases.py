"""The contract of leases, kept by locks on files and by rows of a Postgres."""

import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Iterator
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import pytest

from archive_pipeline.errors import PassingError
from archive_pipeline.store.database import open_database
from archive_pipeline.store.leases import FileLeases, Leases, RowLeases
from archive_pipeline_tests.postgres import PostgresServer, running
from archive_pipeline_tests.thorough import thorough
from archive_pipeline_tests.waiting import PATIENCE_S, until

_FORK = multiprocessing.get_context("fork")
_EXPIRES_S, _BEAT_S = 3.0, 0.5


def _opened(place: Path | str) -> Leases:
    if isinstance(place, Path):
        return FileLeases(place)
    return RowLeases(open_database(place), "run", expires_s=_EXPIRES_S, beat_s=_BEAT_S)


@pytest.fixture(params=["files", "rows"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Path | str:
    return tmp_path if request.param == "files" else str(request.getfixturevalue("postgres_url"))


@pytest.fixture
def leases(place: Path | str) -> Leases:
    return _opened(place)


def _stay(place: Path | str, held: Any, asked: Any) -> None:
    with _opened(place).hold("it", on_stop=asked.set):
        held.set()
        time.sleep(120)


@pytest.fixture
def holder(place: Path | str) -> Iterator[Callable[[], tuple[BaseProcess, Any]]]:
    """Makes a process that holds `it`; gives it, and the event of its having been asked to stop."""
    made: list[BaseProcess] = []

    def make() -> tuple[BaseProcess, Any]:
        held, asked = _FORK.Event(), _FORK.Event()
        process = _FORK.Process(target=_stay, args=(place, held, asked))
        process.start()
        made.append(process)
        assert held.wait(PATIENCE_S)
        return process, asked

    yield make
    for process in made:
        process.kill()
        process.join()


def test_a_name_is_held_until_its_block_ends_and_others_are_free(leases: Leases) -> None:
    assert leases.held(["it", "folder/other"]) == set()
    with leases.hold("it"), leases.hold("folder/third"):
        assert leases.held(["it", "folder/other", "folder/third"]) == {"it", "folder/third"}
        assert leases.all_held() == {"it", "folder/third"}
    assert leases.held(["it", "folder/third"]) == set()
    with pytest.raises(ZeroDivisionError), leases.hold("it"):
        raise ZeroDivisionError
    assert leases.held(["it"]) == set()


def test_whoever_waits_is_told_once_for_whom_and_not_for_ever(
    leases: Leases, holder: Callable[[], tuple[BaseProcess, Any]]
) -> None:
    process, _ = holder()
    told: list[str] = []
    with pytest.raises(PassingError, match="busy"), leases.hold("it", timeout_s=1.0, on_wait=told.append, code="busy"):
        pass
    (who,) = told
    assert f"process {process.pid} on " in who


def test_a_killed_holder_lets_go(leases: Leases, holder: Callable[[], tuple[BaseProcess, Any]]) -> None:
    process, _ = holder()
    process.kill()
    with leases.hold("it", timeout_s=PATIENCE_S):
        assert leases.held(["it"]) == {"it"}


def test_whoever_is_asked_to_stop_hears_it(leases: Leases, holder: Callable[[], tuple[BaseProcess, Any]]) -> None:
    assert not leases.ask_to_stop("it")
    _, asked = holder()
    assert leases.ask_to_stop("it")
    assert asked.wait(PATIENCE_S)


def test_a_new_holder_is_not_asked_what_the_one_before_was(leases: Leases) -> None:
    asked = _FORK.Event()
    with leases.hold("it", on_stop=lambda: None):
        assert leases.ask_to_stop("it")
    with leases.hold("it", on_stop=asked.set):
        assert not asked.wait(3 * _BEAT_S)


def _contend(place: Path | str, log: Path, n_rounds: int) -> None:
    leases = _opened(place)
    for _ in range(n_rounds):
        with leases.hold("it"), log.open("ab", buffering=0) as file:
            file.write(b"in ")
            time.sleep(0.002)
            file.write(b"out ")


def test_of_twenty_contenders_one_holds_at_a_time_and_each_has_its_turn(place: Path | str, tmp_path: Path) -> None:
    log = tmp_path / "log"
    processes = [_FORK.Process(target=_contend, args=(place, log, 3)) for _ in range(20)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert {process.exitcode for process in processes} == {0}
    assert log.read_text() == "in out " * 60


def test_a_frozen_holder_on_one_machine_holds_still(tmp_path: Path) -> None:
    leases, held, asked = FileLeases(tmp_path), _FORK.Event(), _FORK.Event()
    process = _FORK.Process(target=_stay, args=(tmp_path, held, asked))
    process.start()
    assert held.wait(PATIENCE_S)
    os.kill(process.pid or 0, signal.SIGSTOP)
    assert leases.held(["it"]) == {"it"}
    process.kill()
    process.join()


class TestRows:
    """What only they promise."""

    @pytest.fixture(scope="class")
    def server(self) -> Iterator[PostgresServer]:
        with running() as server:
            yield server

    @pytest.fixture
    def place(self, server: PostgresServer) -> str:
        return server.new_database()

    def test_a_frozen_holder_loses_it_and_ends_his_process(
        self, leases: Leases, holder: Callable[[], tuple[BaseProcess, Any]]
    ) -> None:
        process, _ = holder()
        os.kill(process.pid or 0, signal.SIGSTOP)
        with leases.hold("it", timeout_s=PATIENCE_S):
            os.kill(process.pid or 0, signal.SIGCONT)
            process.join(PATIENCE_S)
            assert process.exitcode == 1
            assert leases.held(["it"]) == {"it"}

    @thorough
    def test_a_frozen_holder_whose_place_nobody_took_goes_on(
        self, leases: Leases, holder: Callable[[], tuple[BaseProcess, Any]]
    ) -> None:
        process, _ = holder()
        os.kill(process.pid or 0, signal.SIGSTOP)
        until(lambda: leases.held(["it"]) == set(), "nobody who holds it")
        os.kill(process.pid or 0, signal.SIGCONT)
        until(lambda: leases.held(["it"]) == {"it"}, "somebody who holds it")
        assert process.is_alive()

    @thorough
    def test_leases_outlive_the_server(
        self, leases: Leases, server: PostgresServer, holder: Callable[[], tuple[BaseProcess, Any]]
    ) -> None:
        process, asked = holder()
        server.stop("immediate")
        time.sleep(2 * _EXPIRES_S)
        server.start()
        with pytest.raises(PassingError, match="locked"), leases.hold("it", timeout_s=2 * _EXPIRES_S):
            pass
        assert process.is_alive()
        assert leases.ask_to_stop("it")
        assert asked.wait(PATIENCE_S)

    def test_rows_of_the_dead_are_swept(self, leases: Leases, server: PostgresServer, place: str) -> None:
        with leases.hold("it"):
            server.execute("INSERT INTO leases VALUES ('run/old', 'x', 'somebody', now() - interval '2 days')", place)
            leases.sweep()
            assert server.execute("SELECT name FROM leases", place) == [("run/it",)]
