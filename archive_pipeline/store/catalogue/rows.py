"""Rows of the catalogue's table `videos` and the entries that they are."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection

from archive_pipeline.store.catalogue.entry import Entry
from archive_pipeline.store.database import Row, execute
from archive_pipeline.store.naming import VideoName

COLUMNS = (
    "collection, name, path, bytes, mtime_ns, sha256, status, pending, plan, stage, error_code, message, permanent,"
    " attempts, finished_at, sequence, forced, removed_at"
)
VALUES = ", ".join(f":{name}" for name in COLUMNS.split(", "))
THIS_VIDEO = "collection = :collection AND name = :name"


def this(video: VideoName) -> dict[str, Any]:
    """The parameters of THIS_VIDEO."""
    return {"collection": video.collection, "name": video.path}


def entry_of(row: Row) -> Entry:
    collection, name, path, n_bytes, mtime_ns, sha256, status, pending, *outcome = row
    plan, stage, error_code, message, permanent, attempts, finished_at, sequence, forced, removed_at = outcome
    return Entry(
        VideoName(collection, name),
        path,
        n_bytes,
        mtime_ns,
        sha256,
        status,
        bool(pending),
        plan,
        stage,
        error_code,
        message,
        None if permanent is None else bool(permanent),
        attempts,
        _moment(finished_at),
        sequence,
        bool(forced),
        _moment(removed_at),
    )


def _moment(unix_s: float | None) -> datetime | None:
    return None if unix_s is None else datetime.fromtimestamp(unix_s, UTC)


def row_of(entry: Entry) -> dict[str, object]:
    """The parameters of VALUES."""
    return {
        **this(entry.name),
        "path": entry.path,
        "bytes": entry.bytes,
        "mtime_ns": entry.mtime_ns,
        "sha256": entry.sha256,
        "status": entry.status,
        "pending": entry.pending,
        "plan": entry.plan,
        "stage": entry.stage,
        "error_code": entry.error_code,
        "message": storable(entry.message),
        "permanent": entry.permanent,
        "attempts": entry.attempts,
        "finished_at": entry.finished_at.timestamp() if entry.finished_at else None,
        "sequence": entry.sequence,
        "forced": entry.forced,
        "removed_at": entry.removed_at.timestamp() if entry.removed_at else None,
    }


def storable(message: str | None) -> str | None:
    """Postgres keeps no NUL in a text; a library's sentence may have one."""
    return message and message.replace("\0", "")


def read_entry(connection: Connection, video: VideoName) -> Entry | None:
    row = execute(connection, f"SELECT {COLUMNS} FROM videos WHERE {THIS_VIDEO}", **this(video)).fetchone()
    return entry_of(row) if row else None


def next_sequence(connection: Connection) -> int:
    return int(execute(connection, "UPDATE counter SET sequence = sequence + 1 RETURNING sequence").scalar_one())
