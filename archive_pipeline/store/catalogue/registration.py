"""What a scan found becomes part of the catalogue, inside one transaction."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection

from archive_pipeline.errors import PassingError
from archive_pipeline.store.catalogue.entry import Entry, Registration, Sighting
from archive_pipeline.store.catalogue.rows import COLUMNS, THIS_VIDEO, VALUES, next_sequence, row_of, this
from archive_pipeline.store.database import execute, execute_many
from archive_pipeline.store.naming import VideoName


def register(connection: Connection, plan: Registration) -> list[VideoName]:
    """Returns the videos to run. Raises PassingError `catalogue_changed`, see Catalogue.apply."""
    if not plan.is_empty:
        if revision_of(connection, plan.collection) != plan.revision:
            raise PassingError(
                "catalogue_changed", f"Another scan of {plan.collection} was faster; look at the collection again."
            )
        _place(connection, plan)
        _change(connection, plan.changed)
        _add(connection, plan.new)
        execute_many(
            connection,
            f"UPDATE videos SET mtime_ns = :mtime_ns WHERE {THIS_VIDEO}",
            [_seen(sighting) for sighting in plan.touched],
        )
        execute_many(
            connection,
            "DELETE FROM digests WHERE collection = :collection AND path = :path",
            [_seen(sighting) for sighting in (*plan.new, *plan.moved, *plan.returned)],
        )
        count_revision(connection, plan.collection)
    return list(plan.to_run)


def count_revision(connection: Connection, collection: str) -> None:
    execute(
        connection,
        "INSERT INTO revisions VALUES (:collection, 1)"
        " ON CONFLICT (collection) DO UPDATE SET revision = revisions.revision + 1",
        collection=collection,
    )


def restore(connection: Connection, entries: Iterable[Entry]) -> None:
    """Insert whole entries; those that exist stay as they are."""
    sequence = next_sequence(connection)
    rows = [row_of(replace(entry, sequence=sequence)) for entry in entries]
    execute_many(connection, f"INSERT INTO videos ({COLUMNS}) VALUES ({VALUES}) ON CONFLICT DO NOTHING", rows)
    for collection in {str(row["collection"]) for row in rows}:
        count_revision(connection, collection)


def revision_of(connection: Connection, collection: str) -> int:
    sql = "SELECT revision FROM revisions WHERE collection = :collection"
    return int(execute(connection, sql, collection=collection).scalar() or 0)


def _place(connection: Connection, plan: Registration) -> None:
    """Give moved and returned videos their paths; two that swapped meet nowhere because all leave theirs first."""
    placed = [*plan.moved, *plan.returned]
    nowhere = [
        {**this(sighting.name), "path": b"\0" + sighting.name.path} for sighting in placed
    ]  # no path holds a NUL
    execute_many(connection, f"UPDATE videos SET path = :path WHERE {THIS_VIDEO}", nowhere)
    sequence = next_sequence(connection) if placed else 0
    execute_many(
        connection,
        "UPDATE videos SET path = :path, bytes = :bytes, mtime_ns = :mtime_ns, sequence = :sequence"
        f" WHERE {THIS_VIDEO}",
        [{**_seen(sighting), "sequence": sequence} for sighting in placed],
    )
    # What is left of a run tells what a removed video was. Its points and rows were withdrawn, so all but permanent
    # failures have a run to do, which finds the results of all other stages in the lake.
    execute_many(
        connection,
        "UPDATE videos SET removed_at = NULL, pending = NOT coalesce(permanent, FALSE),"
        " plan = CASE WHEN permanent THEN plan END,"
        " status = CASE WHEN error_code IS NOT NULL THEN 'failed' WHEN plan IS NULL THEN 'new' ELSE 'ready' END"
        f" WHERE {THIS_VIDEO}",
        [this(sighting.name) for sighting in plan.returned],
    )


def _change(connection: Connection, changed: Iterable[Sighting]) -> None:
    """Results and status stay until the run ends."""
    execute_many(
        connection,
        "UPDATE videos SET bytes = :bytes, mtime_ns = :mtime_ns, sha256 = NULL, plan = NULL, pending = TRUE"
        f" WHERE {THIS_VIDEO}",
        [_seen(sighting) for sighting in changed],
    )


def _add(connection: Connection, new: Iterable[Sighting]) -> None:
    """A removed video whose place another file took begins anew under its name."""
    execute_many(
        connection,
        "INSERT INTO videos (collection, name, path, bytes, mtime_ns, sha256, status, pending, sequence)"
        " VALUES (:collection, :name, :path, :bytes, :mtime_ns, :sha256, 'new', TRUE, 0)"
        " ON CONFLICT (collection, name) DO UPDATE SET path = excluded.path, bytes = excluded.bytes,"
        " mtime_ns = excluded.mtime_ns, sha256 = excluded.sha256, status = 'new', pending = TRUE, plan = NULL,"
        " stage = NULL, error_code = NULL, message = NULL, permanent = NULL, attempts = 0, removed_at = NULL"
        " WHERE videos.status = 'removed'",
        [{**_seen(sighting), "sha256": sighting.sha256} for sighting in new],
    )


def _seen(sighting: Sighting) -> dict[str, Any]:
    file = sighting.file
    return {**this(sighting.name), "path": file.path, "bytes": file.bytes, "mtime_ns": file.mtime_ns}
