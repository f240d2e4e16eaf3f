"""Who is at work on what: leases that end with their holder, on one machine by the kernel, on many by heartbeats."""

from pathlib import Path

from archive_pipeline.store.database import Database
from archive_pipeline.store.leases.files import FileLeases
from archive_pipeline.store.leases.protocol import Leases
from archive_pipeline.store.leases.rows import RowLeases

__all__ = ["FileLeases", "Leases", "RowLeases", "open_leases"]


def open_leases(database: Database, kind: str, folder: Path) -> Leases:
    """Leases on things of one kind: rows of a database that machines share, else locks on files in `folder`."""
    return RowLeases(database, kind) if database.is_shared else FileLeases(folder)
