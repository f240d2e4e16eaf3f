"""The SQLite file of one machine: opened for a moment, by any number of processes and threads."""

import os
import sqlite3
import time
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError, OperationalError

from archive_pipeline.errors import ArchiveError, ConfigurationError, PassingError
from archive_pipeline.store.database.database import WAIT_S, Database, Engines
from archive_pipeline.store.database.migrations import VERSION_TABLE, migrate, newest_step
from archive_pipeline.store.database.statements import execute
from archive_pipeline.system_errors import system_error

_BEGIN = "archive_begin"


class SqliteFile(Database):
    """Made on first use. Goes on with a new file where the one before was taken away."""

    is_shared = False

    def __init__(self, file: Path) -> None:
        self.file = file
        self.place = str(file)
        super().__init__()

    def check(self) -> None:
        with self.reading() as connection:
            found = execute(connection, "PRAGMA quick_check(1)").scalar_one()
        if found != "ok":
            raise self._damaged(found)

    def put_aside(self) -> None:
        for end in ("", "-wal", "-shm"):
            part = self.file.with_name(self.file.name + end)
            if part.exists():
                part.replace(part.with_name(f"{part.name}.damaged-{time.time():.0f}"))

    def _mark(self) -> tuple[int, int] | None:
        try:
            return os.getpid(), self.file.stat().st_ino
        except FileNotFoundError:
            return None

    def _open(self) -> Engines:
        self.file.parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(
            URL.create("sqlite", database=str(self.file)),
            connect_args={"timeout": WAIT_S, "isolation_level": None},
            max_overflow=-1,
        )
        event.listen(engine, "connect", _configure)
        event.listen(engine, "begin", _begin)
        engines = Engines(engine, engine.execution_options(**{_BEGIN: "BEGIN IMMEDIATE"}))
        if not _is_current(engine):
            with engine.connect() as connection:
                _use_wal(connection.connection.driver_connection)
            with engines.writing.begin() as connection:
                migrate(connection, "sqlite", self.place)
        return engines

    def _explained(self, error: DBAPIError) -> ArchiveError:
        cause = error.orig
        assert cause is not None
        if isinstance(error, OperationalError):
            return system_error(cause, self.file) or PassingError(
                "catalogue_unavailable", f"The catalogue {self.file} cannot be used: {cause}"
            )
        return self._damaged(cause)

    def _damaged(self, why: object) -> ConfigurationError:
        return ConfigurationError(
            "catalogue_damaged",
            f"{self.file} is damaged ({why}): `archive-pipeline repair` makes it again from the lake.",
        )


def _configure(connection: Any, _record: object) -> None:
    # What was published must stay known: after a power cut a lost sequence number would be given out again.
    connection.execute("PRAGMA synchronous=FULL")


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get(_BEGIN, "BEGIN"))


def _is_current(engine: Engine) -> bool:
    try:
        with engine.connect() as connection:
            return execute(connection, f"SELECT version_num FROM {VERSION_TABLE}").scalar() == newest_step()
    except OperationalError as error:
        if "no such table" in str(error.orig):
            return False
        raise


def _use_wal(connection: Any) -> None:
    deadline = time.monotonic() + WAIT_S
    while True:  # the change to WAL does not wait for other processes by itself
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.02)
