"""The catalogue: every file seen, what became of each video, and in which order things changed."""

from archive_pipeline.store.catalogue.analyses import Analysis
from archive_pipeline.store.catalogue.catalogue import Catalogue
from archive_pipeline.store.catalogue.entry import Entry, Registration, Sighting, Snapshot, Standing, Status
from archive_pipeline.store.catalogue.holds import INGEST, REMOVALS, Hold

__all__ = [
    "INGEST",
    "REMOVALS",
    "Analysis",
    "Catalogue",
    "Entry",
    "Hold",
    "Registration",
    "Sighting",
    "Snapshot",
    "Standing",
    "Status",
]
