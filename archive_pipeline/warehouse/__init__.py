"""Lake tables → the DuckDB database that analysts read: built aside, published in one rename."""

from archive_pipeline.warehouse.opening import open_database
from archive_pipeline.warehouse.publishing import Publication, publish, published_sequence

__all__ = ["Publication", "open_database", "publish", "published_sequence"]
