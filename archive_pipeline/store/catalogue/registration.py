"""What a scan found becomes part of the catalogue, inside one transaction."""

import sqlite3
from collections.abc import Iterable
from dataclasses import replace

from archive_pipeline.errors import PassingError
from archive_pipeline.store.catalogue.entry import Entry, Registration, Sighting
from archive_pipeline.store.catalogue.rows import THIS_VIDEO, next_sequence, row_of
from archive_pipeline.store.naming import VideoName


def register(connection: sqlite3.Connection, plan: Registration) -> list[VideoName]:
    """Returns the videos to run. Raises PassingError `catalogue_changed`, see Catalogue.apply."""
    if not plan.is_empty:
        if _revision(connection, plan.collection) != plan.revision:
            raise PassingError(
                "catalogue_changed", f"Another scan of {plan.collection} was faster; look at the collection again."
            )
        _place(connection, plan)
        _change(connection, plan.changed)
        _add(connection, plan.new)
        for sighting in plan.touched:
            connection.execute(
                f"UPDATE videos SET mtime_ns = ? WHERE {THIS_VIDEO}", [sighting.file.mtime_ns, *_key(sighting)]
            )
        placed = [*plan.new, *plan.moved, *plan.returned]
        connection.executemany(
            "DELETE FROM digests WHERE collection = ? AND path = ?",
            [(plan.collection, sighting.file.path) for sighting in placed],
        )
        count_revision(connection, plan.collection)
    return list(plan.to_run)


def count_revision(connection: sqlite3.Connection, collection: str) -> None:
    connection.execute(
        "INSERT INTO revisions VALUES (?, 1) ON CONFLICT (collection) DO UPDATE SET revision = revision + 1",
        [collection],
    )


def restore(connection: sqlite3.Connection, entries: Iterable[Entry]) -> None:
    """Insert whole entries; those that exist stay as they are."""
    sequence = next_sequence(connection)
    collections = set()
    for entry in entries:
        row = row_of(replace(entry, sequence=sequence))
        connection.execute(f"INSERT OR IGNORE INTO videos VALUES ({', '.join('?' * len(row))})", row)
        collections.add(entry.name.collection)
    for collection in collections:
        count_revision(connection, collection)


def _revision(connection: sqlite3.Connection, collection: str) -> int:
    row = connection.execute("SELECT revision FROM revisions WHERE collection = ?", [collection]).fetchone()
    return int(row[0]) if row else 0


def _place(connection: sqlite3.Connection, plan: Registration) -> None:
    """Give moved and returned videos their paths; two that swapped meet nowhere because all leave theirs first."""
    placed = [*plan.moved, *plan.returned]
    connection.executemany(
        f"UPDATE videos SET path = CAST(X'00' || name AS BLOB) WHERE {THIS_VIDEO}",  # no path holds a NUL
        [_key(sighting) for sighting in placed],
    )
    sequence = next_sequence(connection) if placed else 0
    for sighting in placed:
        connection.execute(
            f"UPDATE videos SET path = ?, bytes = ?, mtime_ns = ?, sequence = ? WHERE {THIS_VIDEO}",
            [sighting.file.path, sighting.file.bytes, sighting.file.mtime_ns, sequence, *_key(sighting)],
        )
    # What is left of a run tells what a removed video was. Its points and rows were withdrawn, so all but permanent
    # failures have a run to do, which finds the results of all other stages in the lake.
    connection.executemany(
        "UPDATE videos SET pending = NOT coalesce(permanent, 0), plan = CASE WHEN permanent THEN plan END,"
        " status = CASE WHEN error_code IS NOT NULL THEN 'failed' WHEN plan IS NULL THEN 'new' ELSE 'ready' END"
        f" WHERE {THIS_VIDEO}",
        [_key(sighting) for sighting in plan.returned],
    )


def _change(connection: sqlite3.Connection, changed: Iterable[Sighting]) -> None:
    """Results and status stay until the run ends."""
    connection.executemany(
        f"UPDATE videos SET bytes = ?, mtime_ns = ?, sha256 = NULL, plan = NULL, pending = 1 WHERE {THIS_VIDEO}",
        [(sighting.file.bytes, sighting.file.mtime_ns, *_key(sighting)) for sighting in changed],
    )


def _add(connection: sqlite3.Connection, new: Iterable[Sighting]) -> None:
    """A removed video whose place another file took begins anew under its name."""
    connection.executemany(
        "INSERT INTO videos (collection, name, path, bytes, mtime_ns, sha256, status, pending, sequence)"
        " VALUES (?, ?, ?, ?, ?, ?, 'new', 1, 0)"
        " ON CONFLICT (collection, name) DO UPDATE SET path = excluded.path, bytes = excluded.bytes,"
        " mtime_ns = excluded.mtime_ns, sha256 = excluded.sha256, status = 'new', pending = 1, plan = NULL,"
        " stage = NULL, error_code = NULL, message = NULL, permanent = NULL, attempts = 0 WHERE status = 'removed'",
        [
            (*_key(sighting), sighting.file.path, sighting.file.bytes, sighting.file.mtime_ns, sighting.sha256)
            for sighting in new
        ],
    )


def _key(sighting: Sighting) -> tuple[str, bytes]:
    return sighting.name.collection, sighting.name.path
