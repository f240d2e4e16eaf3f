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

    When somebody holds the newest version open for writing, the one before it is opened, at most a few minutes older.
    Raises PassingError("no_database") when nothing has been published.
    """
    versions = Versions(link)
    deadline = time.monotonic() + _PATIENCE_S
    while True:
        current = versions.current()
        for version in [current, *versions.all()] if current else []:
            try:
                return duckdb.connect(str(version), read_only=True)
            except duckdb.IOException as error:  # vanished since, or held by a writer
                reason = str(error)
        if current is None:
            raise PassingError(
                "no_database", f"{link} does not exist yet; run `archive-pipeline ingest`, which publishes it"
            )
        if time.monotonic() > deadline:
            raise PassingError("database_busy", f"no version of {link} can be opened: {reason}")
        time.sleep(_PAUSE_S)
