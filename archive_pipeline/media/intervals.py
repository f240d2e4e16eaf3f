"""Stretches between cuts that hold no sample, and giving each of them one."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import ArrayLike

from archive_pipeline.media.cuts import Cut
from archive_pipeline.media.facts import MediaFacts
from archive_pipeline.media.model import Decoding, Sample, SamplingParameters
from archive_pipeline.media.moments import Moment, can_seek, sample_moments

SHORTEST_S = 0.2
"""A shorter stretch joins its neighbour: it is a flash or a damaged frame, not a shot."""


def empty_intervals(cuts: Sequence[Cut], sample_pts_s: ArrayLike, span: tuple[float, float]) -> list[Moment]:
    """A moment in the middle of every stretch between cuts, of at least 0.2 s, in which no sample lies.

    `cuts` are in order of time, `sample_pts_s` (n,) increases, `span` is the start of the first and the end of the last
    frame, all in seconds. A stretch reaches from where one change of picture is complete to where the next begins.
    """
    times = np.asarray(sample_pts_s, np.float64)
    moments = []
    begin_s, anchor_s, anchor_frame = span[0], span[0], 0
    for end_s, cut in [*((cut.start_s, cut) for cut in cuts), (span[1], None)]:
        is_empty = np.searchsorted(times, begin_s) == np.searchsorted(times, end_s)
        if is_empty and end_s - begin_s >= SHORTEST_S:
            moments.append(Moment((begin_s + end_s) / 2, anchor_s, anchor_frame))
        if cut is not None:
            begin_s, anchor_s, anchor_frame = max(begin_s, cut.end_s), cut.start_s, cut.source_frame
    return moments


def fill_empty_intervals(
    path: Path,
    facts: MediaFacts,
    parameters: SamplingParameters,
    ffmpeg: Path,
    decoding: Decoding,
    sample_pts_s: ArrayLike,
) -> list[Sample]:
    """The samples, in order of time and with `frame` -1, that `empty_intervals` asks for. See `merge_pictures`."""
    moments = empty_intervals(decoding.cuts, sample_pts_s, (decoding.start_s, decoding.end_s))
    return sample_moments(path, facts, parameters, ffmpeg, moments, seek=can_seek(facts, decoding.warnings))


def pictures(samples: Sequence[Sample]) -> pl.DataFrame:
    """The columns of `sql/lake/pictures.sql` without video_id."""
    return pl.DataFrame(
        {
            "frame": [sample.frame for sample in samples],
            "pts_s": [sample.pts_s for sample in samples],
            "source_frame": [sample.source_frame for sample in samples],
            "leader": [sample.leader for sample in samples],
            "jpeg": [sample.jpeg for sample in samples],
        },
        schema={
            "frame": pl.Int32,
            "pts_s": pl.Float64,
            "source_frame": pl.Int64,
            "leader": pl.String,
            "jpeg": pl.Binary,
        },
    )


def merge_pictures(batches: Iterable[pl.DataFrame], extras: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """The rows of `batches` and `extras` in order of time, renumbered from 0; batches may have further columns.

    `extras` are sorted by time and have the columns of `pictures`; a further column of the batches is taken from each
    batch's first row, as it is the same in all. Holds one batch at a time.
    """
    n_before = 0
    waiting = extras
    last: pl.DataFrame | None = None
    for batch in batches:
        if last is not None:
            due = waiting["pts_s"] < batch["pts_s"][0]
            yield _numbered(last, waiting.filter(due), n_before)
            n_before += last.height + int(due.sum())
            waiting = waiting.filter(~due)
        last = batch
    if last is not None:
        yield _numbered(last, waiting, n_before)


def _numbered(batch: pl.DataFrame, extras: pl.DataFrame, first: int) -> pl.DataFrame:
    """One batch with its extras among its rows, numbered from `first`."""
    constants = [pl.lit(batch[column][0]).alias(column) for column in batch.columns if column not in extras.columns]
    added = extras.with_columns(constants).select(batch.columns).cast(batch.schema)
    merged = pl.concat([batch, added]).sort("pts_s")
    numbers = pl.int_range(first, first + merged.height).cast(batch.schema["frame"])
    return merged.with_columns(numbers.alias("frame"))
