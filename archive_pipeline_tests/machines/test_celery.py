"""A worker beside real Postgres and Redis, one of which it cannot reach. What workers do: test_two_machines.py."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from archive_pipeline.automation.instance import environment
from archive_pipeline.settings import Settings
from archive_pipeline_tests.pipeline.conftest import empty_site
from archive_pipeline_tests.pipeline.site import Site
from archive_pipeline_tests.postgres import PostgresServer
from archive_pipeline_tests.redis_server import RedisServer, redis


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
    ended = subprocess.run(command, env=changed, capture_output=True, text=True, timeout=120)
    assert ended.returncode == 1
    assert setting in ended.stderr, ended.stderr
    assert "Traceback" not in ended.stderr
    assert code in ended.stderr
