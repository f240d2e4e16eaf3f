"""What the ready videos of a collection have shown, read from the published database."""

from archive_pipeline.collections.estimate import Experience
from archive_pipeline.collections.model import Collection
from archive_pipeline.settings import Settings
from archive_pipeline.store.lake import Lake
from archive_pipeline.warehouse import follow, open_database

_LARGE = ("pictures", "embeddings", "shot_embeddings")
_READY = """
SELECT sum(v.bytes), sum(s.duration_s), sum(s.duration_s / s.realtime_factor)
FROM videos AS v JOIN video_statistics AS s USING (video_id) WHERE v.collection = ? AND v.status = 'ready'
"""


def experience_of(settings: Settings, collection: Collection) -> Experience:
    """Nothing known where nothing was published yet."""
    follow(settings.lake_place, settings.database_link)
    if not settings.database_link.exists():
        return Experience()
    with open_database(settings.database_link) as connection:
        n_bytes, seconds, spent_s = connection.execute(_READY, [collection.name]).fetchone() or (None, None, None)
    if not seconds:
        return Experience()
    return Experience(
        bytes_per_s=n_bytes / seconds,
        realtime_factor=seconds / spent_s,
        lake_bytes_per_hour=Lake(settings.lake_place).n_bytes(_LARGE, collection.name) / seconds * 3600,
    )
