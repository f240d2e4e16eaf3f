"""What a shared catalogue adds to the contract of test_catalogue.py: servers that go away, order across machines."""

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Iterator

import pytest

from archive_pipeline.errors import ConfigurationError, PassingError
from archive_pipeline.store.catalogue import Catalogue
from archive_pipeline.store.database import transactions
from archive_pipeline_tests.postgres import PostgresServer, running
from archive_pipeline_tests.store.catalogue.test_catalogue import register, video
from archive_pipeline_tests.thorough import thorough


@pytest.fixture(scope="module")
def own_server() -> Iterator[PostgresServer]:
    """One that may be stopped."""
    with running() as server:
        yield server


def test_a_server_that_was_started_again_is_found_again(own_server: PostgresServer) -> None:
    catalogue = Catalogue(own_server.new_database())
    register(catalogue, video(1))
    own_server.restart()
    assert catalogue.record_outcome(video(1), "ready").status == "ready"


def test_what_comes_while_the_server_is_away_waits_for_it(own_server: PostgresServer) -> None:
    catalogue = Catalogue(own_server.new_database())
    register(catalogue, video(1))
    own_server.stop("immediate")
    late = threading.Thread(target=lambda: catalogue.record_outcome(video(1), "failed", permanent=False))
    late.start()
    time.sleep(1)
    own_server.start()
    late.join()
    entry = catalogue.entry(video(1))
    assert entry
    assert entry.attempts == 1


def test_a_transaction_that_lost_its_connection_is_done_again_as_a_whole(own_server: PostgresServer) -> None:
    catalogue = Catalogue(own_server.new_database())
    register(catalogue, video(1))
    lost = iter([True])

    def names() -> Iterator[object]:
        if next(lost, False):
            own_server.restart()
        yield video(1)

    class Interrupting(list[object]):  # the statement before has been executed when it is looked at
        def __iter__(self) -> Iterator[object]:
            return names()

    before = catalogue.sequence()
    catalogue.mark_removed(Interrupting([video(1)]))  # type: ignore[arg-type]
    assert catalogue.changes_since(before) == (before + 1, [video(1)])


def test_a_server_that_stays_away_is_a_passing_error_without_a_password(
    own_server: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transactions, "WAIT_S", 0.0)
    catalogue = Catalogue(own_server.new_database())
    catalogue.sequence()
    own_server.stop()
    with pytest.raises(PassingError, match="catalogue_unavailable") as error:
        catalogue.sequence()
    own_server.start()
    assert "secret" not in str(error.value)
    assert "127.0.0.1" in str(error.value)


@pytest.mark.parametrize(
    ("url", "what"),
    [("postgres://host/x", "begins with"), ("nonsense", "no URL"), ("mysql+mysqldb://u:secret@h/x", "begins with")],
)
def test_a_wrong_address_is_said_at_once(url: str, what: str) -> None:
    with pytest.raises(ConfigurationError, match=f"bad_database_url.*{what}") as error:
        Catalogue(url)
    assert "secret" not in str(error.value)


def test_a_database_that_does_not_exist_is_said_at_once(postgres_server: PostgresServer) -> None:
    with pytest.raises(ConfigurationError, match=r"bad_database_url.*does not exist"):
        Catalogue(postgres_server.url("nowhere")).sequence()


def _change(url: str, worker: int) -> None:
    catalogue = Catalogue(url)
    for _ in range(25):
        catalogue.record_outcome(video(worker), "failed", permanent=False)


def _freeze(catalogue: Catalogue) -> None:
    with catalogue.database.writing() as connection:
        connection.exec_driver_sql("DELETE FROM videos")
        os.kill(os.getpid(), signal.SIGSTOP)


@thorough
def test_a_machine_that_freezes_in_a_transaction_holds_nobody_up_for_long(postgres_url: str) -> None:
    catalogue = Catalogue(postgres_url)
    register(catalogue, video(1))
    frozen = multiprocessing.get_context("fork").Process(target=_freeze, args=(catalogue,))
    frozen.start()
    _, status = os.waitpid(frozen.pid or 0, os.WUNTRACED)
    assert os.WIFSTOPPED(status)
    assert catalogue.record_outcome(video(1), "ready").status == "ready"
    frozen.kill()
    frozen.join()


@thorough
def test_numbers_become_visible_in_their_order(postgres_url: str) -> None:
    catalogue = Catalogue(postgres_url)
    register(catalogue, *(video(worker) for worker in range(6)))
    fork = multiprocessing.get_context("fork")
    processes = [fork.Process(target=_change, args=(postgres_url, worker)) for worker in range(6)]
    for process in processes:
        process.start()
    seen, n_changes = catalogue.sequence(), 0
    while any(process.is_alive() for process in processes):
        newest, changed = catalogue.changes_since(seen)
        for entry in catalogue.entries("tapes"):
            assert entry.name in changed or not seen < entry.sequence <= newest, "a change that nobody will be told of"
        seen, n_changes = newest, n_changes + len(changed)
    assert {process.exitcode for process in processes} == {0}
    assert n_changes


def test_a_process_keeps_one_connection(postgres_server: PostgresServer, postgres_url: str) -> None:
    catalogues = [Catalogue(postgres_url) for _ in range(3)]
    for catalogue in catalogues:
        catalogue.sequence()
    name = postgres_url.rsplit("/", 1)[1]
    assert postgres_server.execute(f"SELECT count(*) FROM pg_stat_activity WHERE datname = '{name}'") == [(1,)]
