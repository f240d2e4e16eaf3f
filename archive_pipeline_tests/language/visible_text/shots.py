"""A file read as the pipeline reads it, without an archive: shots from its cuts, writings as rows."""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import polars as pl

from archive_pipeline.language.visible_text import Line, TextReader, kinds_of, read_writings
from archive_pipeline.language.visible_text.kinds import plain_timecode
from archive_pipeline.media.model import Sample, SamplingParameters
from archive_pipeline.media.moments import Moment, sample_moments
from archive_pipeline.media.probe import probe
from archive_pipeline.media.sampling import sample_video
from archive_pipeline.stages.visible_text import READING

_ROW = {"text": pl.String, "kind": pl.String, "pts_s": pl.Float64, "end_s": pl.Float64, "read_s": pl.Float64}


def read_file(file: Path, reader: TextReader, ffmpeg: Path) -> tuple[pl.DataFrame, int, int]:
    """Its rows, how many pictures were read, and in how many shots."""
    facts = probe(file)
    samples: list[Sample] = []
    decoding = sample_video(file, facts, SamplingParameters(), ffmpeg, samples.extend)
    bounds = [decoding.start_s, *((cut.start_s + cut.end_s) / 2 for cut in decoding.cuts), decoding.end_s]
    times_s = np.array([sample.pts_s for sample in samples])
    rows: list[tuple[object, ...]] = []
    n_read = 0

    def read(own: Sequence[Sample], place: int) -> list[Line]:
        time_s = own[place].pts_s
        return reader.read(sample_moments(file, facts, READING, ffmpeg, [Moment(time_s, time_s, 0)])[0].jpeg)

    for start_s, end_s in pairwise(bounds):
        own = samples[slice(*np.searchsorted(times_s, (start_s, end_s)))]
        if own:
            found, n = read_writings(
                [sample.jpeg for sample in own],
                [sample.pts_s for sample in own],
                end_s,
                len(own) // 2,
                lambda place, own=own: read(own, place),  # type: ignore[misc]
            )
            n_read += n
            for one, kind in zip(found, kinds_of(found), strict=True):
                text = plain_timecode(one.text) if kind == "timecode" else one.text
                rows.append((text, kind, one.start_s, one.end_s, one.read_s))
    return pl.DataFrame(rows, schema=_ROW, orient="row"), n_read, len(bounds) - 1
