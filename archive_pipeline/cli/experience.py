"""What the ready videos of a collection have shown, read from the published database."""

import os

from archive_pipeline.collections.estimate import Experience
from archive_pipeline.collections.model import Collection
from archive_pipeline.settings import Settings
from archive_pipeline.warehouse import open_database

_READY = """
SELECT sum(v.bytes), sum(s.duration_s), sum(s.duration_s / s.realtime_factor)
FROM videos AS v JOIN video_statistics AS s USING (video_id) WHERE v.collection = ? AND v.status = 'ready'
"""


def experience_of(settings: Settings, collection: Collection) -> Experience:
    """Nothing known where nothing was published yet."""
    if not settings.database_link.exists():
        return Experience()
    with open_database(settings.database_link) as connection:
        n_bytes, seconds, spent_s = connection.execute(_READY, [collection.name]).fetchone() or (None, None, None)
    if not seconds:
        return Experience()
    return Experience(
        bytes_per_s=n_bytes / seconds,
        realtime_factor=seconds / spent_s,
        lake_bytes_per_hour=_lake_bytes(settings, collection) / seconds * 3600,
    )


def _lake_bytes(settings: Settings, collection: Collection) -> int:
    folders = (settings.lake_dir / table / collection.name for table in ("pictures", "embeddings", "shot_embeddings"))
    return sum(
        os.stat(os.path.join(folder, name)).st_size  # noqa: PTH116, PTH118 (100,000 files: plain strings are faster)
        for table in folders
        for folder, _, names in os.walk(table)
        for name in names
    )
