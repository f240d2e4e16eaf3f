"""Opening the published database for reading."""

import time
from pathlib import Path

import duckdb

from archive_pipeline.errors import PassingError
from archive_pipeline.warehouse.versions import Versions

_PATIENCE_S = 5.0
_PAUSE_S = 0.05


def open_database(link: Path) -> duckdb.DuckDBPyConnection:
    """A read-only connection to the newest version of the database behind `link` (`archive.duckdb`).

    It is opened by the version's own path, not by the link: a connection is a snapshot, and so it stays clear which one
    it is. Whoever wants newer results connects again; whoever keeps a connection for hours does well to do the same by
    hand, `duckdb.connect(os.path.realpath(link), read_only=True)`. (DuckDB 1 keeps one database per path and process:
    connecting through the link would give the old snapshot again while an old connection is open.)

    When somebody holds the newest version open for writing, or it is damaged, the one before it is opened, at most a
    few minutes older; `is_newest` tells.
    Raises PassingError("no_database") when nothing has been published.
    """
    versions = Versions(link)
    deadline = time.monotonic() + _PATIENCE_S
    while True:
        current = versions.current()
        for version in [current, *versions.all()] if current else []:
            try:
                return duckdb.connect(str(version), read_only=True)
            except duckdb.Error as error:  # vanished since, held by a writer, or damaged
                reason = str(error)
        if current is None:
            raise PassingError(
                "no_database", f"{link} does not exist yet; run `archive-pipeline ingest`, which publishes it"
            )
        if time.monotonic() > deadline:
            raise PassingError("database_busy", f"no version of {link} can be opened: {reason}")
        time.sleep(_PAUSE_S)


def is_newest(connection: duckdb.DuckDBPyConnection, link: Path) -> bool:
    """Whether `open_database` opened the version that the link names."""
    opened = connection.execute("SELECT path FROM duckdb_databases() WHERE NOT internal").fetchall()
    return [Path(path).name for (path,) in opened] == [link.resolve().name]
