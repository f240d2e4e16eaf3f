"""The Postgres that many machines share: few connections a process, made again when the server was."""

import os
import zlib
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, ProgrammingError

from archive_pipeline.errors import ArchiveError, ConfigurationError, PassingError
from archive_pipeline.store.database.database import WAIT_S, Database, Engines, InterruptedTransactionError
from archive_pipeline.store.database.migrations import VERSION_TABLE, migrate, newest_step
from archive_pipeline.store.database.statements import execute

_DRIVER = "postgresql+psycopg2"
_KEPT, _BESIDE = 1, 4
"""Connections that a process keeps, and opens for a moment where threads ask at once: a heartbeat, the page."""

_MIGRATING = zlib.crc32(b"archive_pipeline migrates")
_BYTEA = 17
_PASSING = {"40001", "40P01", "57P01", "57P02", "57P03"}  # serialization, deadlock, server shut down, starting
_CORRUPTED = {"XX001", "XX002"}
_WRONG = ("authentication failed", "does not exist", "no pg_hba.conf entry", "could not translate host name")


@lru_cache(maxsize=8)
def postgres(url: str) -> "Postgres":
    """One for a process and URL, so that all of it has one pool of connections.

    Raises ConfigurationError `bad_database_url`, `no_postgres_driver`.
    """
    return Postgres(url)


class Postgres(Database):
    """Writers wait for each other, as with SQLite: they lock the row of `counter` first."""

    is_shared = True

    def __init__(self, url: str) -> None:
        try:
            self._url = make_url(url)
        except ArgumentError:
            raise ConfigurationError("bad_database_url", _bad_url("that is no URL")) from None
        if self._url.drivername != _DRIVER:
            raise ConfigurationError("bad_database_url", _bad_url(f"it begins with {self._url.drivername}:"))
        try:
            import psycopg2  # noqa: F401
        except ImportError:
            raise ConfigurationError(
                "no_postgres_driver",
                "ARCHIVE_DATABASE_URL needs psycopg2: pip install 'archive-pipeline[shared]'",
            ) from None
        self.place = self._url.render_as_string(hide_password=True)
        super().__init__()

    def check(self) -> None:
        with self.reading() as connection:
            for table in ("videos", "analyses", "counter"):
                execute(connection, f"SELECT count(*) FROM {table}").scalar_one()

    def put_aside(self) -> None:
        raise ConfigurationError(
            "catalogue_damaged",
            f"{self.place} is damaged: have its administrator restore it from a backup, or make an empty database in "
            "its place; `archive-pipeline repair` then fills that from the lake.",
        )

    def _wait_for_writers(self, connection: Connection) -> None:
        execute(connection, "SELECT sequence FROM counter FOR UPDATE")

    def _mark(self) -> int:
        return os.getpid()  # one that was forked leaves its parent's connections alone

    def _open(self) -> Engines:
        engine = create_engine(
            self._url,
            pool_size=_KEPT,
            max_overflow=_BESIDE,
            pool_timeout=WAIT_S,
            pool_pre_ping=True,
            executemany_mode="values_plus_batch",
            connect_args={"connect_timeout": 5, "application_name": "archive-pipeline"},
        )
        event.listen(engine, "connect", _bytes_as_bytes)
        event.listen(engine, "begin", _bound_waits)
        if not _is_current(engine):
            with engine.begin() as connection:
                execute(connection, f"SELECT pg_advisory_xact_lock({_MIGRATING})")
                migrate(connection, "postgres", self.place)
        # a writer sees what the one before it, for whom it waited, has written
        return Engines(engine.execution_options(isolation_level="REPEATABLE READ"), engine)

    def _explained(self, error: DBAPIError) -> ArchiveError:
        cause = error.orig
        code = getattr(cause, "pgcode", None)
        text = " ".join(str(cause).split())
        if code in _CORRUPTED:
            return ConfigurationError(
                "catalogue_damaged", f"{self.place} is damaged ({text}): restore it from a backup."
            )
        if code is None and any(words in text for words in _WRONG):
            return ConfigurationError("bad_database_url", f"{self.place} cannot be opened: {text}")
        if code is None or code in _PASSING or error.connection_invalidated:
            return InterruptedTransactionError(
                "catalogue_unavailable", f"The database {self.place} does not answer: {text}"
            )
        return PassingError("catalogue_unavailable", f"The database {self.place} cannot be used: {text}")


def _bad_url(why: str) -> str:
    return f"ARCHIVE_DATABASE_URL is to be {_DRIVER}://user:password@host/database, but {why}."


def _bytes_as_bytes(connection: Any, _record: object) -> None:
    import psycopg2
    from psycopg2.extensions import new_type, register_type

    def to_bytes(value: str | None, cursor: Any) -> bytes | None:
        return None if value is None else bytes(psycopg2.BINARY(value, cursor))

    register_type(new_type((_BYTEA,), "BYTES", to_bytes), connection)


def _bound_waits(connection: Connection) -> None:
    """A machine that freezes in a transaction loses it before the others have waited for too long."""
    connection.exec_driver_sql(
        f"SET LOCAL lock_timeout = '{WAIT_S:.0f}s'; SET LOCAL idle_in_transaction_session_timeout = '{WAIT_S / 2:.0f}s'"
    )


def _is_current(engine: Engine) -> bool:
    try:
        with engine.connect() as connection:
            return execute(connection, f"SELECT version_num FROM {VERSION_TABLE}").scalar() == newest_step()
    except ProgrammingError as error:
        if getattr(error.orig, "pgcode", None) == "42P01":  # no such table
            return False
        raise
