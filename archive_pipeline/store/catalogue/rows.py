"""Rows of the catalogue's table `videos` and the entries that they are."""

import sqlite3
from datetime import UTC, datetime

from archive_pipeline.store.catalogue.entry import Entry
from archive_pipeline.store.naming import VideoName

COLUMNS = (
    "collection, name, path, bytes, mtime_ns, sha256, status, pending, plan, stage, error_code, message, permanent,"
    " attempts, finished_at, sequence"
)
THIS_VIDEO = "collection = ? AND name = ?"


def entry_of(row: sqlite3.Row) -> Entry:
    collection, name, path, n_bytes, mtime_ns, sha256, status, pending, *outcome = row
    plan, stage, error_code, message, permanent, attempts, finished_at, sequence = outcome
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
        None if finished_at is None else datetime.fromtimestamp(finished_at, UTC),
        sequence,
    )


def row_of(entry: Entry) -> tuple[object, ...]:
    """In the order of COLUMNS."""
    return (
        entry.name.collection,
        entry.name.path,
        entry.path,
        entry.bytes,
        entry.mtime_ns,
        entry.sha256,
        entry.status,
        entry.pending,
        entry.plan,
        entry.stage,
        entry.error_code,
        entry.message,
        entry.permanent,
        entry.attempts,
        entry.finished_at.timestamp() if entry.finished_at else None,
        entry.sequence,
    )


def read_entry(connection: sqlite3.Connection, video: VideoName) -> Entry | None:
    row = connection.execute(
        f"SELECT {COLUMNS} FROM videos WHERE {THIS_VIDEO}", [video.collection, video.path]
    ).fetchone()
    return entry_of(row) if row else None


def next_sequence(connection: sqlite3.Connection) -> int:
    return int(connection.execute("UPDATE counter SET sequence = sequence + 1 RETURNING sequence").fetchone()[0])
