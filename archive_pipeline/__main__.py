"""`python -m archive_pipeline` is the command `archive-pipeline`."""

from archive_pipeline.cli import app

app()
