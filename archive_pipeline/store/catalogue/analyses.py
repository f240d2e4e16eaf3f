"""What became of the analyses of videos: rows of the catalogue's table `analyses`."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from sqlalchemy import Connection

from archive_pipeline.store.catalogue.rows import THIS_VIDEO, storable, this
from archive_pipeline.store.database import Row, execute, execute_many, select_videos
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


_OUTCOME = ("status", "plan", "error_code", "message", "permanent", "attempts", "finished_at")
_COLUMNS = f"collection, name, analysis, {', '.join(_OUTCOME)}"


def read_analyses(connection: Connection, collection: str, video: VideoName | None = None) -> list[Analysis]:
    """Of a collection, or of one video of it."""
    only = this(video) if video else {"collection": collection}
    where = THIS_VIDEO if video else "collection = :collection"
    rows = execute(connection, f"SELECT {_COLUMNS} FROM analyses WHERE {where} ORDER BY name, analysis", **only)
    return [_analysis(row) for row in rows]


def read_analyses_of(connection: Connection, videos: Collection[VideoName]) -> list[Analysis]:
    return [_analysis(row) for row in select_videos(connection, f"SELECT {_COLUMNS} FROM analyses", videos)]


def write_analyses(connection: Connection, analyses: Iterable[Analysis]) -> None:
    rows = [
        {
            **this(one.video),
            "analysis": one.analysis,
            "status": one.status,
            "plan": one.plan,
            "error_code": one.error_code,
            "message": storable(one.message),
            "permanent": one.permanent,
            "attempts": one.attempts,
            "finished_at": one.finished_at.timestamp(),
        }
        for one in analyses
    ]
    values = ", ".join(f":{name}" for name in _OUTCOME)
    execute_many(
        connection,
        f"INSERT INTO analyses ({_COLUMNS}) VALUES (:collection, :name, :analysis, {values})"
        f" ON CONFLICT (collection, name, analysis) DO UPDATE SET {', '.join(f'{c} = excluded.{c}' for c in _OUTCOME)}",
        rows,
    )


def _analysis(row: Row) -> Analysis:
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
