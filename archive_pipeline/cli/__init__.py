"""The command `archive-pipeline`."""

from archive_pipeline.cli.app import app

__all__ = ["app"]
