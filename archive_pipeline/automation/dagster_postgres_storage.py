"""Dagster's own Postgres storage, with its connections kept: the same tables, without a connection for every statement.

Dagster 1.13 opens a connection for each statement and closes it again (308 for a run of the chain), which is a process
of the server's and three round trips every time. Here a process keeps one, looks whether it still stands before it is
used (a server may have restarted), and opens more for the moments in which threads ask at once.
"""

import os
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import dagster as dg
from dagster._serdes import ConfigurableClassData
from dagster_postgres import DagsterPostgresStorage
from dagster_postgres.event_log import PostgresEventLogStorage
from dagster_postgres.run_storage import PostgresRunStorage
from dagster_postgres.schedule_storage import PostgresScheduleStorage
from dagster_postgres.utils import set_pg_statement_timeout
from sqlalchemy import Engine, create_engine, event

from archive_pipeline.automation.waiting_runs import WaitingRuns

_KEPT, _BESIDE = 1, 16


@lru_cache(maxsize=4)
def _engine_of(url: str, bound_ms: int | None) -> Engine:
    """One for a process and URL; a fork begins with none of its parent's connections, which stay the parent's."""
    engine = create_engine(
        url,
        isolation_level="AUTOCOMMIT",
        pool_size=_KEPT,
        max_overflow=_BESIDE,
        pool_pre_ping=True,
        connect_args={"connect_timeout": 10, "application_name": "archive-pipeline dagster"},
    )
    if bound_ms is not None:
        event.listen(engine, "connect", lambda connection, _record: set_pg_statement_timeout(connection, bound_ms))
    os.register_at_fork(after_in_child=lambda: engine.dispose(close=False))
    return engine


class _Kept:
    """How a storage of Dagster's reaches the server."""

    postgres_url: str
    _bound_ms: int | None = None

    @property
    def _engine(self) -> Engine:
        return _engine_of(self.postgres_url, self._bound_ms)

    @_engine.setter
    def _engine(self, made: Engine) -> None:
        """Dagster's own, which keeps nothing, is not used."""

    def optimize_for_webserver(self, statement_timeout: int, pool_recycle: int, max_overflow: int) -> None:
        """Bound its questions to so many ms."""
        del pool_recycle, max_overflow
        self._bound_ms = statement_timeout


class Runs(WaitingRuns, _Kept, PostgresRunStorage):
    """The tables of runs."""


class Events(_Kept, PostgresEventLogStorage):
    """The tables of events and assets."""


class Schedules(_Kept, PostgresScheduleStorage):
    """The tables of schedules, sensors and backfills."""


class KeptPostgresStorage(DagsterPostgresStorage):
    """`storage: custom:` of deploy/dagster-celery.yaml."""

    def __init__(self, postgres_url: str, inst_data: ConfigurableClassData | None = None) -> None:
        self.postgres_url = postgres_url
        self._inst_data = inst_data
        self._run_storage = Runs(postgres_url)
        self._event_log_storage = Events(postgres_url)
        self._schedule_storage = Schedules(postgres_url)
        super(DagsterPostgresStorage, self).__init__()  # type: ignore[no-untyped-call]

    @classmethod
    def config_type(cls) -> dict[str, Any]:
        return {"postgres_url": dg.StringSource}  # Dagster refuses the rest of its own, which nothing here heeds

    @classmethod
    def from_config_value(
        cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]
    ) -> "KeptPostgresStorage":
        return cls(config_value["postgres_url"], inst_data)
