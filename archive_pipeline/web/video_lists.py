"""Lists from the published database: videos and albums, and what there is of each collection."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from archive_pipeline.web import addresses
from archive_pipeline.web.api.models import VideoLine, Videos
from archive_pipeline.web.database import Published
from archive_pipeline.web.videos_asked import Sort, VideosAsked

_VIDEOS = """
SELECT v.video_id, v.collection, v.path, v.status, v.duration_s, s.n_shots, NULL AS n_photos, v.error_code, v.error,
       v.ingested_at, {listed} FROM videos AS v LEFT JOIN video_statistics AS s USING (video_id) {join}
"""
_LISTED = ("title", "date", "first_day", "last_day", "programme", "tape", "rights")
_ALBUMS = """
UNION ALL SELECT album, collection, path, status, NULL, NULL, n_photos, error_code, error, ingested_at, {nothing}
FROM albums
"""
_WANTED = """
WHERE status <> 'removed' AND (? = '' OR collection = ?) AND (? = '' OR status = ?)
      AND contains(lower(strip_accents(concat_ws(chr(10), video_id, title, programme, tape))), lower(strip_accents(?)))
      AND (?::DATE IS NULL OR last_day >= ?) AND (?::DATE IS NULL OR first_day < ?)
"""
_ORDER: dict[Sort, str] = {
    "title": "lower(strip_accents(coalesce(title, regexp_extract(path, '[^/]*/?$'))))",
    "date": "first_day NULLS LAST",
    "duration": "duration_s DESC NULLS LAST",
    "newest": "ingested_at DESC NULLS LAST",
}
_MEDOIDS = """
SELECT video_id, arg_max(medoid_s, share) AS at_s FROM classes WHERE list_contains(?, video_id) GROUP BY video_id
"""
_COVERS = """
SELECT album, arg_min(photo_id, path) AS photo_id FROM photos
WHERE status = 'ready' AND list_contains(?, album) GROUP BY album
"""
_TOTALS = """
SELECT v.collection, coalesce(sum(v.duration_s), 0) AS seconds, coalesce(sum(s.n_shots), 0) AS shots
FROM videos AS v LEFT JOIN video_statistics AS s USING (video_id)
WHERE v.status = 'ready' GROUP BY v.collection
"""
_ALBUM_TOTALS = """
SELECT collection, count(*) AS albums, coalesce(sum(n_photos), 0) AS photos FROM albums
WHERE status = 'ready' GROUP BY collection
"""


@dataclass(frozen=True)
class Total:
    """What is published of a collection."""

    seconds: float = 0.0
    shots: int = 0
    albums: int = 0
    photos: int = 0


def list_videos(published: Published, asked: VideosAsked) -> Videos:
    """Videos and albums, each with a picture. Dates are those of the archive's list: a video of 1987 may be of any of
    its days. Raises RequestError `bad_filter`."""
    (first, behind), contains = asked.days, asked.contains
    values = [asked.collection, asked.collection, asked.status, asked.status, contains, first, first, behind, behind]
    wanted = f"FROM ({_rows_of_videos(published)}) {_WANTED}"
    order = f"ORDER BY {_ORDER[asked.sort]}, video_id"
    rows = published.rows(f"SELECT * {wanted} {order} LIMIT ? OFFSET ?", [*values, asked.limit, asked.offset])
    counted = published.rows(f"SELECT count(*) AS total {wanted}", values)
    posters = _posters(published, rows)
    videos = [VideoLine(**row, poster=posters.get(row["video_id"])) for row in rows]
    return Videos(videos=videos, total=counted[0]["total"] if counted else 0)


def _posters(published: Published, rows: list[dict[str, Any]]) -> dict[str, str]:
    """Of a video the most typical picture of what is seen longest, of an album its first photo."""
    ready = [row for row in rows if row["status"] == "ready"]
    videos = [row["video_id"] for row in ready if row["n_photos"] is None]
    albums = [row["video_id"] for row in ready if row["n_photos"] is not None]
    medoids = published.rows(_MEDOIDS, [videos]) if videos else []
    covers = published.rows(_COVERS, [albums]) if albums else []
    stills = {row["video_id"]: addresses.still(row["video_id"], row["at_s"]) for row in medoids}
    return stills | {row["album"]: addresses.photo(str(row["photo_id"])) for row in covers}


def _rows_of_videos(published: Published) -> str:
    """Of videos and albums; of what an older version did not publish there is nothing."""
    nothing = ", ".join(f"NULL::{'DATE' if name.endswith('day') else 'VARCHAR'} AS {name}" for name in _LISTED)
    known = ", ".join(f"l.{name}" for name in _LISTED)
    has_list = published.counted("listed", "SELECT 1 FROM listed LIMIT 1")
    videos = _VIDEOS.format(
        listed=known if has_list else nothing, join="LEFT JOIN listed AS l USING (video_id)" if has_list else ""
    )
    return videos + (_ALBUMS.format(nothing=nothing) if published.counted("albums", "SELECT 1") else "")


def totals(published: Published) -> dict[str, Total]:
    """By collection."""
    of_videos = {
        row["collection"]: Total(row["seconds"], int(row["shots"])) for row in published.counted("videos", _TOTALS)
    }
    of_albums = {
        row["collection"]: Total(albums=row["albums"], photos=int(row["photos"]))
        for row in published.counted("albums", _ALBUM_TOTALS)
    }
    return of_videos | of_albums  # a collection is of one kind


def published_at(published: Published) -> datetime | None:
    """When the newest version was published."""
    rows = published.rows("SELECT published_at FROM _published")
    return rows[0]["published_at"] if rows else None
