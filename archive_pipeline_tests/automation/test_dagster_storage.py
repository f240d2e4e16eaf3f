"""Dagster's history in the same SQLite files as ever: what its own storage wrote is read, and the other way round."""

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from unittest.mock import Mock

import dagster as dg
import pytest
from dagster._core.remote_origin import RegisteredCodeLocationOrigin, RemoteJobOrigin, RemoteRepositoryOrigin
from dagster._serdes import deserialize_value

from archive_pipeline.automation import waiting_runs
from archive_pipeline.automation.dagster_storage import Engines, KeptSqliteStorage, Runs
from archive_pipeline.settings import shipped

_PLAIN = "telemetry: {enabled: false}\n"


@dg.op
def said(context: dg.OpExecutionContext) -> None:
    context.log.info("something")


@dg.job
def saying() -> None:
    said()


def _run(home: Path, configuration: str) -> str:
    (home / "dagster.yaml").write_text(configuration, encoding="utf-8")
    with dg.DagsterInstance.from_config(str(home)) as instance:
        return str(saying.execute_in_process(instance=instance).run_id)


def test_the_files_are_those_of_dagster_s_own_storage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("DAGSTER_HOME", str(home))
    ours = shipped("dagster.yaml").read_text(encoding="utf-8")
    runs = [_run(home, configuration) for configuration in (_PLAIN, ours, ours, _PLAIN)]
    for configuration in (_PLAIN, ours):
        (home / "dagster.yaml").write_text(configuration, encoding="utf-8")
        with dg.DagsterInstance.from_config(str(home)) as instance:
            assert {run.run_id for run in instance.get_runs()} == set(runs)
            counts = {len(instance.all_logs(run)) for run in runs}
            assert len(counts) == 1
            assert counts.pop() > 5
            assert (configuration == ours) == isinstance(instance.run_storage, Runs)


def test_what_waits_is_read_once_and_every_change_of_it_is_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading = Mock(wraps=deserialize_value)
    monkeypatch.setattr(waiting_runs, "deserialize_value", reading)
    runs = Runs.from_local(str(tmp_path))
    origin = RemoteJobOrigin(RemoteRepositoryOrigin(RegisteredCodeLocationOrigin("ours"), "all"), "saying")
    for number in range(3):
        status, name = dg.DagsterRunStatus.QUEUED, f"run-{number}"
        runs.add_run(dg.DagsterRun("saying", name, status=status, tags={"n": str(number)}, remote_job_origin=origin))
    waiting = dg.RunsFilter(statuses=[dg.DagsterRunStatus.QUEUED])
    for _ in range(3):
        assert [run.tags["n"] for run in runs.get_runs(waiting, ascending=True)] == ["0", "1", "2"]
    assert reading.call_count == 3
    runs.add_run_tags("run-1", {"n": "another"})
    assert [run.tags["n"] for run in runs.get_runs(waiting, ascending=True)] == ["0", "another", "2"]
    assert reading.call_count == 4
    starting = dg.DagsterEvent(dg.DagsterEventType.PIPELINE_STARTING.value, job_name="saying")
    runs.handle_run_event("run-2", starting, datetime.now(UTC))
    assert [run.run_id for run in runs.get_runs(waiting, ascending=True)] == ["run-0", "run-1"]
    assert [run.status.value for run in runs.get_runs(dg.RunsFilter(run_ids=["run-2"]))] == ["STARTING"]
    runs.dispose()


def test_a_process_keeps_few_engines(tmp_path: Path) -> None:
    engines = Engines()
    for number in range(30):
        with engines.transaction(f"sqlite:///{tmp_path}/{number}.db") as connection:
            connection.exec_driver_sql("CREATE TABLE one (x)")
    assert engines.get(f"sqlite:///{tmp_path}/29.db") is engines.get(f"sqlite:///{tmp_path}/29.db")
    assert len(engines._kept) <= 8
    opened = [os.path.realpath(descriptor) for descriptor in Path("/proc/self/fd").iterdir()]
    assert sum(file.startswith(str(tmp_path)) for file in opened) <= 3 * 8  # a file, its log, its index


_BEGIN_AT_ONCE = """
import multiprocessing, sys
from archive_pipeline.automation.dagster_storage import KeptSqliteStorage
forked = multiprocessing.get_context("fork")

def begin(together, folder):
    together.wait()
    KeptSqliteStorage(folder)

for folder in sys.argv[1:]:
    together = forked.Barrier(4)
    processes = [forked.Process(target=begin, args=(together, folder)) for _ in range(4)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0] * 4
"""


def test_processes_that_begin_an_archive_at_once_make_one_storage(tmp_path: Path) -> None:
    folders = [str(tmp_path / str(attempt)) for attempt in range(3)]
    # forks of one that has imported everything: they begin together, and not when each has read its libraries
    subprocess.run([sys.executable, "-c", _BEGIN_AT_ONCE, *folders], check=True)
    for folder in folders:
        assert KeptSqliteStorage(folder).run_storage.get_runs_count() == 0


def test_a_run_s_file_is_whole_and_stamped_and_leaves_no_journal(tmp_path: Path) -> None:
    storage = KeptSqliteStorage(str(tmp_path)).event_log_storage
    for run in ("one", "two"):
        with storage.run_connection(run) as connection:  # type: ignore[attr-defined]
            assert connection.exec_driver_sql("SELECT count(*) FROM alembic_version").scalar() == 1
    storage.dispose()
    left = {file.suffix for file in (tmp_path / "history" / "runs").iterdir()}
    assert left == {".db"}
