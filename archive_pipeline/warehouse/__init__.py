"""Lake tables → the DuckDB database that analysts read: built aside, published in one rename."""

from archive_pipeline.warehouse.opening import open_database
from archive_pipeline.warehouse.publishing import Publication, is_published, publish

__all__ = ["Publication", "is_published", "open_database", "publish"]
