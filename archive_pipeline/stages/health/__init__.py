"""Stores are compared, not believed (DESIGN §4.13): what the catalogue says with what lake, index and database show."""

from archive_pipeline.stages.health.database import database_trouble
from archive_pipeline.stages.health.points import PointTroubles, point_troubles
from archive_pipeline.stages.health.repair import Mended, mend
from archive_pipeline.stages.health.tables import DamagedTable, damaged_tables, unmakeable_files, vanished_tables

__all__ = [
    "DamagedTable",
    "Mended",
    "PointTroubles",
    "damaged_tables",
    "database_trouble",
    "mend",
    "point_troubles",
    "unmakeable_files",
    "vanished_tables",
]
