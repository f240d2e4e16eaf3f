"""Lake tables → the DuckDB database that analysts read: built aside, published in one rename."""

from archive_pipeline.warehouse.database import is_newest, open_database
from archive_pipeline.warehouse.exchange import follow
from archive_pipeline.warehouse.publication import Publication, is_published, publish, require_room_to_publish

__all__ = ["Publication", "follow", "is_newest", "is_published", "open_database", "publish", "require_room_to_publish"]
