"""Shots whose boundaries a person put right: of the same frames, those between other boundaries left as they are."""

from collections.abc import Collection

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray

from archive_pipeline.semantics.timeline import check_embeddings

_SAME_S = 0.001
"""Times nearer than this are one boundary, as in the ids of shots."""


def halves_hold_frames(start_s: float, at_s: float, end_s: float, pts_s: ArrayLike) -> bool:
    """Whether a shot can be divided at `at_s`: frames were sampled on either side."""
    times = np.asarray(pts_s)
    return bool(((times >= start_s) & (times < at_s)).any() and ((times >= at_s) & (times < end_s)).any())


def rebound(
    shots: pl.DataFrame, embeddings: ArrayLike, pts_s: ArrayLike, without: Collection[float], with_: Collection[float]
) -> tuple[pl.DataFrame, NDArray[np.float32]]:
    """Shots without the boundaries `without` and with those of `with_`, as `divide_into_shots` describes shots; and
    their embeddings (n_shots, d), the means of all their frames', re-normalised.

    `shots` are rows of `sql/tables/shots.sql` in order of time, `embeddings` (n, d) and `pts_s` (n,) those of the
    sampled frames. A shot that is made of several has scene, class and leader of the one that it shares most time with.
    """
    times = np.asarray(pts_s, dtype=np.float64)
    rows = check_embeddings(embeddings, len(times))
    given = shots["start_s"].to_numpy()
    kept = [start for start in given if not any(abs(start - one) < _SAME_S for one in without)]
    starts = np.union1d(kept, [one for one in with_ if not any(abs(one - start) < _SAME_S for start in kept)])
    ends = np.append(starts[1:], shots["end_s"].to_numpy()[-1])
    common = np.minimum(ends[:, None], shots["end_s"].to_numpy()) - np.maximum(starts[:, None], given)
    most = shots[common.argmax(axis=1).tolist()]
    parts = [rows[first:last] for first, last in zip(*np.searchsorted(times, [starts, ends]), strict=True)]
    means = np.stack([part.mean(axis=0, dtype=np.float64) for part in parts])
    pooled = (means / np.maximum(np.linalg.norm(means, axis=1, keepdims=True), 1e-12)).astype(np.float32)
    cosines = [part @ vector for part, vector in zip(parts, pooled, strict=True)]
    firsts = np.searchsorted(times, starts)
    return most.with_columns(
        shot=pl.Series(np.arange(len(starts), dtype=np.int32)),
        start_s=pl.Series(starts),
        end_s=pl.Series(ends),
        n_frames=pl.Series([len(part) for part in parts], dtype=pl.Int32),
        keyframe_s=pl.Series([times[first + int(near.argmax())] for first, near in zip(firsts, cosines, strict=True)]),
        cohesion=pl.Series([min(1.0, float(near.mean())) for near in cosines]),
    ), pooled
