"""Runs and workers beside real Postgres and Redis, and when one of these cannot be reached. What workers do:
test_two_machines.py."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.launcher import LaunchRunContext
from redis import Redis

from archive_pipeline.automation.execution import LocalRuns
from archive_pipeline.automation.instance import environment
from archive_pipeline.definitions import job_named
from archive_pipeline.resources.archive import PARTITION_TAG
from archive_pipeline.settings import Settings
from archive_pipeline_tests.pipeline.conftest import empty_site
from archive_pipeline_tests.pipeline.site import Site
from archive_pipeline_tests.postgres import PostgresServer
from archive_pipeline_tests.redis_server import RedisServer, redis
from archive_pipeline_tests.thorough import thorough
from archive_pipeline_tests.waiting import PATIENCE_S, until


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[RedisServer]:
    folder = tmp_path / "redis"
    folder.mkdir()
    with redis(folder) as server:
        yield server


@pytest.fixture
def shared_site(
    tmp_path: Path, broker: RedisServer, postgres_server: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> Site:
    """An archive whose state is in Postgres and whose runs go through Redis."""
    site = empty_site(tmp_path, monkeypatch)
    monkeypatch.setenv("ARCHIVE_DATABASE_URL", postgres_server.new_database())
    monkeypatch.setenv("DAGSTER_POSTGRES_URL", postgres_server.new_database())
    monkeypatch.setenv("ARCHIVE_BROKER_URL", broker.url)
    for name, value in environment(Settings()).items():
        monkeypatch.setenv(name, value)
    return site


@pytest.mark.parametrize(
    ("setting", "value", "code"),
    [
        ("ARCHIVE_BROKER_URL", "", "broker_missing"),
        ("ARCHIVE_BROKER_URL", "redis://127.0.0.1:1/0", "broker_unreachable"),
        ("DAGSTER_POSTGRES_URL", "postgresql+psycopg2://nobody@127.0.0.1:1/none", "storage_unreachable"),
    ],
)
def test_a_worker_says_what_it_cannot_reach(shared_site: Site, setting: str, value: str, code: str) -> None:
    del shared_site
    changed = {**os.environ, setting: value}
    if not value:
        del changed[setting]
    command = [sys.executable, "-m", "archive_pipeline", "worker", "--queue", "cpu"]
    ended = subprocess.run(command, env=changed, capture_output=True, text=True, timeout=PATIENCE_S)
    assert ended.returncode == 1
    assert setting in ended.stderr, ended.stderr
    assert "Traceback" not in ended.stderr
    assert code in ended.stderr


def launched(instance: dg.DagsterInstance, job: str, **tags: str) -> str:
    """The id of a run that the queue has just handed to the launcher."""
    local = LocalRuns(instance, job)
    run = instance.create_run_for_job(
        job_named(job),
        tags=tags,
        status=dg.DagsterRunStatus.STARTING,
        remote_job_origin=local._origin,
        job_code_origin=local._job.get_python_origin(),
    )
    instance.run_launcher.launch_run(LaunchRunContext(run, workspace=None))
    return run.run_id


@thorough
def test_a_publication_waits_for_no_worker_and_a_video_does(shared_site: Site, broker: RedisServer) -> None:
    """There is none, as if videos had every place of all."""
    with dg.DagsterInstance.get() as instance:
        of_video = launched(instance, "ingest_video", **{PARTITION_TAG: "site/film.mp4"})
        publication = launched(instance, "publish")
        (run,) = until(
            lambda: [run for run in instance.get_runs(dg.RunsFilter(run_ids=[publication])) if run.is_finished],
            "the end of the publication",
        )
        assert run.status == dg.DagsterRunStatus.SUCCESS
        waiting = instance.get_run_by_id(of_video)
        assert waiting
        assert waiting.status == dg.DagsterRunStatus.STARTING
    with Redis.from_url(broker.url) as asked:
        assert asked.llen("cpu") == 1
    assert (shared_site.home / "archive.duckdb").exists()
