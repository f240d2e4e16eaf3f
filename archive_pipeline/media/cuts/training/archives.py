"""Simulated archives as training material: whole edited programmes, whose cuts often stay in one place."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl

from archive_pipeline.media.cuts.training.shots import THUMBNAIL, Clip, thumbnails


def clips_of_archive(archive: Path) -> Iterator[Clip]:
    """Every video that `archive-pipeline simulate` made in this folder, with its truth.

    The boundary before each frame of [start, end] lies in a gradual transition whose frames [start, end) are mixed.
    """
    cuts = pl.read_parquet(archive / "truth" / "cuts.parquet")
    for (path,), rows in cuts.group_by("path", maintain_order=True):
        frames = thumbnails(archive / "videos" / str(path), *THUMBNAIL)
        truth = np.zeros((len(frames), 2), dtype=np.float32)
        for kind, start, end in rows.select("kind", "start_frame", "end_frame").rows():
            if kind == "hard":
                truth[start, 0] = 1
            elif kind == "gradual":
                truth[start : end + 1, 1] = 1
        yield Clip(frames, truth, np.ones_like(truth))
