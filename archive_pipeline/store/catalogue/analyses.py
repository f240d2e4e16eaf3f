"""What became of the analyses of videos: rows of the catalogue's table `analyses`."""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from archive_pipeline.store.naming import VideoName


@dataclass(frozen=True, slots=True)
class Analysis:
    """How one analysis of one video last ended."""

    video: VideoName
    analysis: str
    """Name of its stage."""
    status: Literal["done", "failed"]
    plan: str
    """Fingerprint of what was done, and to what."""
    error_code: str | None
    message: str | None
    permanent: bool | None
    attempts: int
    """Failed runs since the last success."""
    finished_at: datetime
    """In UTC."""


_COLUMNS = "collection, name, analysis, status, plan, error_code, message, permanent, attempts, finished_at"


def read_analyses(connection: sqlite3.Connection, collection: str, video: VideoName | None = None) -> list[Analysis]:
    """Of a collection, or of one video of it."""
    only, name = (" AND name = ?", [video.path]) if video else ("", [])
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM analyses WHERE collection = ?{only} ORDER BY name, analysis", [collection, *name]
    )
    return [_analysis(row) for row in rows]


def write_analyses(connection: sqlite3.Connection, analyses: Iterable[Analysis]) -> None:
    rows = [
        (
            one.video.collection,
            one.video.path,
            one.analysis,
            one.status,
            one.plan,
            one.error_code,
            one.message,
            one.permanent,
            one.attempts,
            one.finished_at.timestamp(),
        )
        for one in analyses
    ]
    connection.executemany(f"INSERT OR REPLACE INTO analyses ({_COLUMNS}) VALUES (?,?,?,?,?,?,?,?,?,?)", rows)


def _analysis(row: sqlite3.Row) -> Analysis:
    collection, name, analysis, status, plan, error_code, message, permanent, attempts, finished_at = row
    return Analysis(
        VideoName(collection, name),
        analysis,
        status,
        plan,
        error_code,
        message,
        None if permanent is None else bool(permanent),
        attempts,
        datetime.fromtimestamp(finished_at, UTC),
    )
