"""A file as the page knows a video, without an archive around it."""

from pathlib import Path

import polars as pl

from archive_pipeline.media.probe import probe
from archive_pipeline.store.naming import VideoName
from archive_pipeline.web.programme import Programme


def lone_programme(file: Path) -> Programme:
    """Of a video of one second, without shots."""
    none = pl.DataFrame()
    return Programme(
        name=VideoName("site", file.name.encode()), path=file.name, sha256=file.name, bytes=1, facts=probe(file),
        start_s=0.0, end_s=1.0, seekable=True, shots=none, scenes=none, classes=none, statistics={}, concepts={},
        listed=None,
    )  # fmt: skip
