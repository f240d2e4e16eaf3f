"""Runs on Celery's workers, with real Postgres and Redis: what the daemon launches is done by them, come what may."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from archive_pipeline.automation.dagster_ui import DagsterUi
from archive_pipeline.automation.instance import environment
from archive_pipeline.settings import Settings
from archive_pipeline.stages.chain import CHAIN
from archive_pipeline_tests.disasters.machine import begun_steps, until
from archive_pipeline_tests.pipeline.conftest import empty_site, make_programmes
from archive_pipeline_tests.pipeline.site import Site
from archive_pipeline_tests.postgres import PostgresServer
from archive_pipeline_tests.redis_server import RedisServer, redis
from archive_pipeline_tests.thorough import thorough

_PATIENCE_S = 400.0


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


class Worker:
    """`archive-pipeline worker --queue cpu`."""

    def __init__(self, log: Path, jobs: int) -> None:
        command = [sys.executable, "-m", "archive_pipeline", "worker", "--queue", "cpu", "--jobs", str(jobs)]
        self.log = log
        with log.open("wb") as written:
            self._process = subprocess.Popen(command, stdout=written, stderr=subprocess.STDOUT, start_new_session=True)

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()

    def ends_when_asked(self) -> int:
        self._process.terminate()
        return self._process.wait(60)


@thorough
def test_a_backfill_survives_the_death_of_its_worker(shared_site: Site, tmp_path: Path, broker: RedisServer) -> None:
    make_programmes(shared_site.source, 4, 30.0)
    _, videos = shared_site.prepare()
    ui = DagsterUi(tmp_path / "dev.log")
    worker = Worker(tmp_path / "first.log", jobs=2)
    try:
        ui.wait()
        backfill = ui.launch_backfill([stage.name for stage in CHAIN], [video.partition_key for video in videos])
        with dg.DagsterInstance.get() as instance:
            until(lambda: "frames" in {step for _, step in begun_steps(instance)}, 120.0, "a video is decoded")
            met = instance.get_runs(
                dg.RunsFilter(tags={"dagster/backfill": backfill}, statuses=[dg.DagsterRunStatus.STARTED])
            )
            assert met
            worker.kill()
            broker.restart()
            worker = Worker(tmp_path / "second.log", jobs=2)
            lost_s = until(
                lambda: all(run.is_finished for run in instance.get_runs(dg.RunsFilter([run.run_id for run in met]))),
                _PATIENCE_S,
                "the death is noticed",
            )
            print(f"noticed after {lost_s:.0f} s")
            ended = instance.get_runs(dg.RunsFilter([run.run_id for run in met]))
            assert dg.DagsterRunStatus.FAILURE in {run.status for run in ended}
            until(lambda: len(_ready(shared_site)) == 4, _PATIENCE_S, "all are ready")
            assert not (shared_site.home / "catalogue.sqlite").exists()
            assert ui.finished(backfill, _PATIENCE_S).startswith("COMPLETED")
            ingests = instance.get_runs(dg.RunsFilter(tags={"dagster/backfill": backfill}))
            assert all("dagster-celery/task_id" in run.tags for run in ingests)
        assert worker.ends_when_asked() == 0
    finally:
        worker.kill()
        ui.stop()


def _ready(site: Site) -> list[str]:
    entries = site.archive.catalogue.all_entries()
    assert not [entry for entry in entries if entry.status == "failed"]
    return [entry.name.video_id for entry in entries if entry.status == "ready"]


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
    ended = subprocess.run(command, env=changed, capture_output=True, text=True, timeout=120)
    assert ended.returncode == 1
    assert setting in ended.stderr, ended.stderr
    assert "Traceback" not in ended.stderr
    assert code in ended.stderr
