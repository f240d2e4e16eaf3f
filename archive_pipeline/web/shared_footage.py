"""Where else footage of a video is seen, from the published database."""

from archive_pipeline.web import addresses
from archive_pipeline.web.api.models import SharedFootageOut
from archive_pipeline.web.database import Published

MOST_SHOWN = 500
_IS_PUBLISHED = "SELECT 1 FROM duckdb_views() WHERE view_name = 'shared_footage'"
_SHARED = f"""
SELECT start_s, end_s, other_video_id, other_start_s, other_end_s, score, mirrored FROM shared_footage
WHERE video_id = ? ORDER BY start_s, other_video_id, other_start_s LIMIT {MOST_SHOWN}
"""


def shared_footage(published: Published, video_id: str) -> list[SharedFootageOut]:
    """In order of time, at most MOST_SHOWN; none where nothing was looked for."""
    rows = published.rows(_SHARED, [video_id]) if published.rows(_IS_PUBLISHED) else []
    return [
        SharedFootageOut(**row, page=addresses.video_page(row["other_video_id"], at_s=row["other_start_s"]))
        for row in rows
    ]
