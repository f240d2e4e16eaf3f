"""Dagster's history in Postgres by connections that are kept: few, whole after a restart, and each process's own."""

import multiprocessing
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
import yaml
from sqlalchemy import make_url
from sqlalchemy.exc import DBAPIError

from archive_pipeline.automation.dagster_postgres_storage import Events, Runs
from archive_pipeline.settings import shipped
from archive_pipeline_tests.postgres import PostgresServer, running


@dg.op
def said(context: dg.OpExecutionContext) -> None:
    context.log.info("something")


@dg.job
def saying() -> None:
    said()


@pytest.fixture
def server() -> Iterator[PostgresServer]:
    """One that may be restarted."""
    with running() as server:
        yield server


@pytest.fixture
def instance(server: PostgresServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dg.DagsterInstance]:
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    monkeypatch.setenv("DAGSTER_POSTGRES_URL", server.new_database())
    storage = yaml.safe_load(shipped("deploy/dagster-celery.yaml").read_text(encoding="utf-8"))["storage"]
    (tmp_path / "dagster.yaml").write_text(yaml.safe_dump({"storage": storage}))
    with dg.DagsterInstance.get() as instance:
        yield instance


def _run(instance: dg.DagsterInstance) -> str:
    return str(saying.execute_in_process(instance=instance).run_id)


def _sessions(server: PostgresServer, instance: dg.DagsterInstance) -> int:
    """Connections that were ever made to the instance's database."""
    database = make_url(instance.run_storage.postgres_url).database  # type: ignore[attr-defined]
    server.execute("SELECT pg_stat_clear_snapshot()")
    return int(str(server.execute(f"SELECT sessions FROM pg_stat_database WHERE datname = '{database}'")[0][0]))


def test_a_run_opens_no_connection_of_its_own(server: PostgresServer, instance: dg.DagsterInstance) -> None:
    assert isinstance(instance.run_storage, Runs)
    assert isinstance(instance.event_log_storage, Events)
    _run(instance)
    before = _sessions(server, instance)
    run_id = _run(instance)
    assert len(instance.all_logs(run_id)) > 5
    assert _sessions(server, instance) == before


@pytest.mark.parametrize("of_webserver", [False, True])
def test_the_history_is_there_after_a_restart(
    server: PostgresServer, instance: dg.DagsterInstance, of_webserver: bool
) -> None:
    before = _run(instance)
    if of_webserver:
        instance.optimize_for_webserver(statement_timeout=1_000, pool_recycle=3_600, max_overflow=5)
        assert [run.run_id for run in instance.get_runs()] == [before]
    server.restart()
    after = _run(instance)
    assert {run.run_id for run in instance.get_runs()} == {before, after}


def _asked_by_a_fork(instance: dg.DagsterInstance, answers: "multiprocessing.SimpleQueue[int]") -> None:
    answers.put(len(instance.get_runs()))


def test_a_fork_leaves_its_parent_s_connections_alone(instance: dg.DagsterInstance) -> None:
    _run(instance)
    fork = multiprocessing.get_context("fork")
    answers = fork.SimpleQueue()
    for _ in range(3):
        process = fork.Process(target=_asked_by_a_fork, args=(instance, answers))
        process.start()
        assert answers.get() == 1
        process.join()
        assert len(instance.get_runs()) == 1


def test_the_webserver_s_questions_are_bounded(instance: dg.DagsterInstance) -> None:
    instance.optimize_for_webserver(statement_timeout=100, pool_recycle=3_600, max_overflow=5)
    with instance.run_storage.connect() as connection, pytest.raises(DBAPIError, match="statement timeout"):  # type: ignore[attr-defined]
        connection.exec_driver_sql("SELECT pg_sleep(5)")
