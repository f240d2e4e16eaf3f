"""Lists from the published database: videos, and what there is of each collection."""

from dataclasses import dataclass
from datetime import datetime

from archive_pipeline.web.api.models import VideoLine, Videos
from archive_pipeline.web.database import Published

_VIDEOS = """
SELECT v.video_id, v.collection, v.path, v.status, v.duration_s, s.n_shots, v.error_code, v.error
FROM videos AS v LEFT JOIN video_statistics AS s USING (video_id)
WHERE v.status <> 'removed' AND (? = '' OR v.collection = ?) AND (? = '' OR v.status = ?)
      AND contains(lower(v.video_id), lower(?))
"""
_TOTALS = """
SELECT v.collection, coalesce(sum(v.duration_s), 0) AS seconds, coalesce(sum(s.n_shots), 0) AS shots
FROM videos AS v LEFT JOIN video_statistics AS s USING (video_id)
WHERE v.status = 'ready' GROUP BY v.collection
"""


@dataclass(frozen=True)
class Total:
    """What is published of a collection."""

    seconds: float
    shots: int


def list_videos(published: Published, collection: str, status: str, contains: str, limit: int, offset: int) -> Videos:
    """Videos by id; `collection` and `status` "" are all, `contains` is part of the id in any case."""
    values = [collection, collection, status, status, contains]
    rows = published.rows(f"{_VIDEOS} ORDER BY v.video_id LIMIT ? OFFSET ?", [*values, limit, offset])
    counted = published.rows(f"SELECT count(*) AS total FROM ({_VIDEOS})", values)
    return Videos(videos=[VideoLine(**row) for row in rows], total=counted[0]["total"] if counted else 0)


def totals(published: Published) -> dict[str, Total]:
    """By collection."""
    return {row["collection"]: Total(row["seconds"], int(row["shots"])) for row in published.rows(_TOTALS)}


def published_at(published: Published) -> datetime | None:
    """When the newest version was published."""
    rows = published.rows("SELECT published_at FROM _published")
    return rows[0]["published_at"] if rows else None
