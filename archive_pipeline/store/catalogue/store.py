"""The SQLite file under the catalogue: opened for a moment, by any number of processes and threads."""

import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from archive_pipeline.errors import ArchiveError, ConfigurationError, PassingError
from archive_pipeline.settings import shipped
from archive_pipeline.system_errors import system_error

_VERSION = 2
_WAIT_S = 30.0


class _Connections(threading.local):
    connection: sqlite3.Connection | None = None
    place: tuple[int, int] | None = None
    """Process, and inode of the file."""

    def __init__(self) -> None:
        self.inherited: list[sqlite3.Connection] = []


class Store:
    """One connection for each thread of each process, made when it is first needed."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._mine = _Connections()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """One consistent state for all reads in the block."""
        with self._transaction("BEGIN") as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction: all of the block or, after an error, nothing of it. Writers wait for each other."""
        with self._transaction("BEGIN IMMEDIATE") as connection:
            yield connection

    def check(self) -> None:
        """Read the whole file. Raises ConfigurationError `catalogue_damaged`."""
        with self.reading() as connection:
            (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        if found != "ok":
            raise self._damaged(sqlite3.DatabaseError(found))

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[sqlite3.Connection]:
        try:
            connection = self._connection()
            connection.execute(begin)
            try:
                yield connection
            except BaseException:
                connection.rollback()
                raise
            connection.execute("COMMIT")
        except sqlite3.OperationalError as error:
            raise system_error(error, self.file) or PassingError(
                "catalogue_unavailable", f"The catalogue {self.file} cannot be used: {error}"
            ) from error
        except sqlite3.IntegrityError:
            raise
        except sqlite3.DatabaseError as error:
            raise self._damaged(error) from error

    def _connection(self) -> sqlite3.Connection:
        """A new one after a fork, and when the file was taken away or replaced."""
        try:
            place = os.getpid(), self.file.stat().st_ino
        except FileNotFoundError:
            place = None
        mine = self._mine
        if mine.connection is None or mine.place != place:
            mine.inherited += (
                [mine.connection] if mine.connection else []
            )  # closing one that a fork copied would meddle with the parent's
            mine.connection = self._open()
            mine.place = os.getpid(), self.file.stat().st_ino
        if mine.connection.in_transaction:  # an interrupt came between BEGIN and the block
            mine.connection.rollback()
        return mine.connection

    def _open(self) -> sqlite3.Connection:
        try:
            connection = sqlite3.connect(self.file, timeout=_WAIT_S, isolation_level=None)
        except sqlite3.OperationalError:  # the folder is not there yet
            self.file.parent.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(self.file, timeout=_WAIT_S, isolation_level=None)
        try:
            connection.row_factory = sqlite3.Row
            # What was published must stay known: after a power cut a lost sequence number would be given out again.
            connection.execute("PRAGMA synchronous=FULL")
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            if version < _VERSION:  # 1 had no analyses; every statement of the schema adds what is missing
                self._create(connection)
            elif version != _VERSION:
                raise ConfigurationError(
                    "catalogue_version",
                    f"{self.file} was written by another version of archive-pipeline (format {version}, this one reads "
                    f"{_VERSION}); use that version, or move the file away to have it rebuilt from the lake.",
                )
        except BaseException:
            connection.close()
            raise
        return connection

    def _create(self, connection: sqlite3.Connection) -> None:
        deadline = time.monotonic() + _WAIT_S
        while True:  # the change to WAL does not wait for other processes by itself
            try:
                connection.execute("PRAGMA journal_mode=WAL")
                break
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                    raise
                time.sleep(0.02)
        schema = (shipped("sql/catalogue") / "catalogue.sql").read_text(encoding="utf-8")
        connection.executescript(f"BEGIN IMMEDIATE;\n{schema}\nPRAGMA user_version = {_VERSION};\nCOMMIT;")

    def _damaged(self, error: sqlite3.DatabaseError) -> ArchiveError:
        return ConfigurationError(
            "catalogue_damaged",
            f"{self.file} is damaged ({error}): `archive-pipeline repair` makes it again from the lake.",
        )
