"""The database under catalogue, leases, reviews and answers: a SQLite file, or a Postgres that machines share."""

from pathlib import Path

from archive_pipeline.store.database.database import Database
from archive_pipeline.store.database.statements import Row, execute, execute_among, execute_many, select_videos
from archive_pipeline.store.database.transactions import appends, reads, writes

__all__ = [
    "Database",
    "Row",
    "appends",
    "execute",
    "execute_among",
    "execute_many",
    "open_database",
    "reads",
    "select_videos",
    "writes",
]


def open_database(place: Path | str) -> Database:
    """The SQLite file at a path, or the Postgres at a URL; nothing is opened before it is used.

    Raises ConfigurationError `bad_database_url`, `no_postgres_driver`.
    """
    if isinstance(place, Path):
        from archive_pipeline.store.database.sqlite_file import SqliteFile

        return SqliteFile(place)
    from archive_pipeline.store.database.postgres import postgres

    return postgres(place)
