"""Lake tables → the DuckDB database that analysts read: built aside, published in one rename."""

from archive_pipeline.warehouse.database import is_newest, open_database
from archive_pipeline.warehouse.editions import is_published, left_over_edition, publish
from archive_pipeline.warehouse.exchange import follow
from archive_pipeline.warehouse.publication import Publication, require_room_to_publish
from archive_pipeline.warehouse.versions import link_for, whole_link

__all__ = [
    "Publication", "follow", "is_newest", "is_published", "left_over_edition", "link_for", "open_database",
    "publish", "require_room_to_publish", "whole_link",
]  # fmt: skip
