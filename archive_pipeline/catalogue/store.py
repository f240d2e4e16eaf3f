"""The SQLite file under the catalogue: opened for a moment, by any number of processes and threads."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from archive_pipeline.errors import ArchiveError, ConfigurationError, PassingError
from archive_pipeline.settings import shipped

_VERSION = 1
_WAIT_S = 30.0


class Store:
    """Every transaction opens a connection of its own (0.2 ms), so nothing is shared by threads or survives a fork."""

    def __init__(self, file: Path) -> None:
        self.file = file

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

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[sqlite3.Connection]:
        try:
            with closing(self._open()) as connection:
                connection.execute(begin)
                try:
                    yield connection
                except BaseException:
                    connection.execute("ROLLBACK")
                    raise
                connection.execute("COMMIT")
        except sqlite3.OperationalError as error:
            raise PassingError("catalogue_unavailable", f"The catalogue {self.file} cannot be used: {error}") from error
        except sqlite3.IntegrityError:
            raise
        except sqlite3.DatabaseError as error:
            raise self._damaged(error) from error

    def _open(self) -> sqlite3.Connection:
        try:
            connection = sqlite3.connect(self.file, timeout=_WAIT_S, isolation_level=None)
        except sqlite3.OperationalError:  # the folder is not there yet
            self.file.parent.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(self.file, timeout=_WAIT_S, isolation_level=None)
        try:
            connection.row_factory = sqlite3.Row
            connection.execute("PRAGMA synchronous=NORMAL")  # a power cut may lose the last outcomes, never the file
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            if version == 0:
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
            except sqlite3.OperationalError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.02)
        schema = (shipped("sql/catalogue") / "catalogue.sql").read_text(encoding="utf-8")
        connection.executescript(f"BEGIN IMMEDIATE;\n{schema}\nPRAGMA user_version = {_VERSION};\nCOMMIT;")

    def _damaged(self, error: sqlite3.DatabaseError) -> ArchiveError:
        return ConfigurationError(
            "catalogue_damaged",
            f"{self.file} is damaged ({error}); move it and its -wal file away to have it rebuilt from the lake.",
        )
