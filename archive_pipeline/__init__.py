"""A Dagster project that makes a video archive without metadata searchable, watchable and countable."""

__version__ = "0.1.0"
__date__ = "2026-11-21"
"""The day of that release; CHANGELOG.md tells what is in it and what came since."""
