"""Dagster's own SQLite storage, with its engines kept: the same files, a third of the cost.

Dagster 1.13 makes an SQLAlchemy engine and opens the file for every statement (308 engines and 262 synced commits for a
run of the chain), so that each statement is compiled anew. Here a process keeps one engine a file. The journal (WAL) is
synced when it is folded in, not at every commit: after a power cut the newest events of a run may be missing, its
database is whole, and the run is found to be dead like any other. Dagster reads its list of revisions anew for each
of three files; here a process reads it once, or its warm parent did.
"""

import contextlib
import os
import shutil
import threading
import uuid
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar

import dagster
from alembic.config import Config
from alembic.script import ScriptDirectory
from dagster._core.storage import sql
from dagster._core.storage.event_log.sqlite.sqlite_event_log import INDEX_SHARD_NAME, SqliteEventLogStorage
from dagster._core.storage.runs.sqlite import sqlite_run_storage
from dagster._core.storage.runs.sqlite.sqlite_run_storage import SqliteRunStorage
from dagster._core.storage.schedules.sqlite.sqlite_schedule_storage import SqliteScheduleStorage
from dagster._core.storage.sqlite_storage import DagsterSqliteStorage
from dagster._serdes import ConfigurableClassData
from sqlalchemy import Connection, Engine, create_engine, event, inspect

from archive_pipeline.automation.waiting_runs import WaitingRuns
from archive_pipeline.locking import file_lock

_BUSY_TIMEOUT_S = 30.0  # Dagster's own for events; many runs write to one file
_MOST_ENGINES = 8  # a run has a file of its own; those of runs that ended are let go


class _ReadOnce(ScriptDirectory):
    """Revisions by the folder that they lie in; they belong to the installed Dagster."""

    _known: ClassVar[dict[str | None, ScriptDirectory]] = {}

    @classmethod
    def from_config(cls, config: Config) -> ScriptDirectory:
        folder = config.get_main_option("script_location")
        if folder not in cls._known:
            cls._known[folder] = super().from_config(config)
        return cls._known[folder]


sql.ScriptDirectory = _ReadOnce  # type: ignore[attr-defined]


def read_revisions() -> None:
    """Read them now, so that the forks of this process need not: a twentieth of a second of each."""
    _ReadOnce.from_config(sql.get_alembic_config(sqlite_run_storage.__file__)).as_revision_number("head")


class Engines:
    """Engines by the address of their file, the ones used last. Safe for many threads; a fork begins with none."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Engine] = OrderedDict()
        self._mutex = threading.Lock()

    def get(self, address: str) -> Engine:
        with self._mutex:
            engine = self._kept.pop(address, None) or _engine(address)
            self._kept[address] = engine
            while len(self._kept) > _MOST_ENGINES:
                self._kept.popitem(last=False)[1].dispose()
            return engine

    def forget(self, address: str) -> None:
        with self._mutex:
            if engine := self._kept.pop(address, None):
                engine.dispose()

    def dispose(self) -> None:
        """Close the files; whoever was the last to have one open folds its journal in."""
        with self._mutex:
            while self._kept:
                self._kept.popitem()[1].dispose()

    @contextmanager
    def transaction(self, address: str) -> Iterator[Connection]:
        with self.get(address).begin() as connection:
            yield connection


def _engine(address: str) -> Engine:
    engine = create_engine(address, connect_args={"timeout": _BUSY_TIMEOUT_S})

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA synchronous = NORMAL")

    return engine


class _InOneFile:
    """How a storage of Dagster's that has one file reaches it."""

    _conn_string: str

    def __init__(self, conn_string: str, inst_data: ConfigurableClassData | None = None) -> None:
        self._engines = Engines()
        super().__init__(conn_string, inst_data)  # type: ignore[call-arg]

    @contextmanager
    def connect(self) -> Iterator[Connection]:
        with self._engines.transaction(self._conn_string) as connection:
            yield connection

    def dispose(self) -> None:
        self._engines.dispose()
        super().dispose()  # type: ignore[misc]


class Runs(WaitingRuns, _InOneFile, SqliteRunStorage):
    """`history/runs.db`."""


class Schedules(_InOneFile, SqliteScheduleStorage):
    """`schedules/schedules.db`."""


class Events(SqliteEventLogStorage):
    """A file for each run in `history/runs`, and one with the events of assets."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        self._engines = Engines()
        self._tables: set[str] = set()
        super().__init__(base_dir, inst_data)

    def has_table(self, table_name: str) -> bool:
        """Dagster opens the file for this question, which comes up to four times an event. A table that is there
        stays."""
        if table_name not in self._tables:
            with self._engines.get(self.conn_string_for_shard(INDEX_SHARD_NAME)).connect() as connection:
                if inspect(connection).has_table(table_name):
                    self._tables.add(table_name)
        return table_name in self._tables

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        with self._db_lock:
            address = self.conn_string_for_shard(shard)
            if shard not in self._initialized_dbs:
                self._initdb(self._engines.get(address))
                self._initialized_dbs.add(shard)
            with self._engines.transaction(address) as connection:
                yield connection

    def dispose(self) -> None:
        super().dispose()
        self._engines.dispose()

    def remove_log(self, run_id: str) -> None:
        """Remove the run's own file; what it materialized stays in the other one."""
        address = self.conn_string_for_shard(run_id)
        self._engines.forget(address)
        self._initialized_dbs.discard(run_id)
        for file in (address.removeprefix("sqlite:///") + end for end in ("", "-wal", "-shm")):
            Path(file).unlink(missing_ok=True)

    def _initdb(self, engine: Engine, for_index_shard: bool = False) -> None:
        """A run's file is a copy of an empty one: making its tables costs 60 ms of a core, a seventh of a small run."""
        file = Path(str(engine.url.database))
        empty = file.parents[1] / f"empty-run-{dagster.__version__}-whole.db"
        if for_index_shard or file.name == f"{INDEX_SHARD_NAME}.db" or file.exists():
            super()._initdb(engine, for_index_shard)
            return
        if not empty.exists():
            made = file.with_name(f"{uuid.uuid4().hex}.tmp")
            making = _engine(f"sqlite:///{made}")
            super()._initdb(making)
            with making.connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")  # all of it is in the file that is copied
            making.dispose()
            made.replace(empty)
        aside = file.with_name(f"{uuid.uuid4().hex}.tmp")
        shutil.copyfile(empty, aside)
        with contextlib.suppress(FileExistsError):  # another process was faster, and has written to it already
            os.link(aside, file)
        aside.unlink()


class KeptSqliteStorage(DagsterSqliteStorage):
    """`storage: custom:` of dagster.yaml."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        self.base_dir = base_dir
        self._inst_data = inst_data
        home = Path(base_dir)
        with file_lock(home / "storage.lock"):  # two that make the files at once stamp their version twice over
            self._run_storage = Runs.from_local(str(home / "history"))
            self._event_log_storage = Events(str(home / "history" / "runs"))
            self._schedule_storage = Schedules.from_local(str(home / "schedules"))
        super(DagsterSqliteStorage, self).__init__()  # type: ignore[no-untyped-call]

    @classmethod
    def config_type(cls) -> dict[str, Any]:
        return {"base_dir": dagster.StringSource}

    @classmethod
    def from_config_value(
        cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]
    ) -> "KeptSqliteStorage":
        return cls(inst_data=inst_data, **config_value)
