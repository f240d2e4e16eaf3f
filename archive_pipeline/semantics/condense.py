"""Runs of near-identical consecutive frames become one weighted point: clustering costs the same for any length."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_SCALE_SAMPLE = 1024  # frames whose pairs tell how much a video varies
_SCALE_QUANTILE = 0.9
_USUAL = 1.25  # steps up to this many times the mean step of a run are usual
_ROWS = 8192


@dataclass(frozen=True)
class Runs:
    """Consecutive frames, each run one point."""

    starts: NDArray[np.int64]
    """(m,) first frame of each run; runs tile the frames."""
    means: NDArray[np.float32]
    """(m, d) mean embedding of each run, not re-normalised."""
    gaps: NDArray[np.float64]
    """(m - 1,) distance from the last frame of a run to the first of the next, beyond what is usual inside the two."""


def variation(embeddings: NDArray[np.float32]) -> float:
    """How far apart different pictures of this video are: the distance that 90 % of the pairs of frames stay under.

    The unit of every threshold in this package. Encoders differ in how narrow a cone their embeddings fill: unrelated
    pictures have a cosine of about 0.5 in CLIP ViT-L/14, less in SigLIP, 0.97 in untrained models. A cone scales all
    distances alike, so a share of this one means the same in each. A high quantile, because one place may fill most of
    a video; at 0.95 the few frames that are like nothing else set the unit (V-measure 0.85 instead of 0.89).
    """
    sample = embeddings[:: -(-len(embeddings) // _SCALE_SAMPLE)]
    if len(sample) == 1:
        return 0.0
    return float(np.quantile(distances(sample, sample)[np.triu_indices(len(sample), 1)], _SCALE_QUANTILE))


def distances(a: NDArray[np.float32], b: NDArray[np.float32]) -> NDArray[np.float64]:
    """(len(a), len(b)) Euclidean distances."""
    squares = (a @ b.T).astype(np.float64)
    squares *= -2
    squares += np.einsum("ij,ij->i", a, a)[:, None]
    squares += np.einsum("ij,ij->i", b, b)[None, :]
    return np.sqrt(np.maximum(squares, 0.0, out=squares), out=squares)


def condense(embeddings: NDArray[np.float32], threshold: float, max_runs: int) -> Runs:
    """Join neighbouring runs while their means are nearer than `threshold`, further while there are over `max_runs`."""
    starts = np.arange(len(embeddings))
    sums = embeddings
    while len(starts) > 1:
        gaps = adjacent_distances(sums, np.diff(starts, append=len(embeddings)))
        limit = threshold
        if len(starts) > max_runs:
            limit = max(threshold, float(np.partition(gaps, len(starts) - max_runs - 1)[len(starts) - max_runs - 1]))
        joins = _every_other(gaps <= limit)
        if not joins.any():
            break
        keep = np.concatenate([[True], ~joins])
        sums = np.add.reduceat(sums, np.nonzero(keep)[0], axis=0)
        starts = starts[keep]
    sizes = np.diff(starts, append=len(embeddings))
    steps = adjacent_distances(embeddings, np.ones(len(embeddings), dtype=np.int64))
    inside = np.concatenate([[0.0], steps])
    inside[starts] = 0.0
    usual = np.add.reduceat(inside, starts) / np.maximum(sizes - 1, 1)
    excess = steps[starts[1:] - 1] ** 2 - (_USUAL * np.maximum(usual[1:], usual[:-1])) ** 2
    return Runs(starts, (sums / sizes[:, None]).astype(np.float32), np.sqrt(np.maximum(excess, 0.0)))


def adjacent_distances(sums: NDArray[np.float32], sizes: NDArray[np.int64]) -> NDArray[np.float64]:
    """(m - 1,) Euclidean distances between neighbouring means, in blocks that keep memory small."""
    gaps = np.empty(len(sizes) - 1)
    for i in range(0, len(gaps), _ROWS):
        block = slice(i, min(i + _ROWS, len(gaps)) + 1)
        means = sums[block] / sizes[block, None].astype(np.float32)
        gaps[i : i + _ROWS] = np.linalg.norm(np.diff(means, axis=0), axis=1)
    return gaps


def _every_other(eligible: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Of each unbroken row of eligible joins the first, third, …: no run joins two neighbours at once."""
    positions = np.arange(len(eligible))
    last_barred = np.maximum.accumulate(np.where(eligible, -1, positions))
    odd: NDArray[np.bool_] = (positions - last_barred) % 2 == 1
    return eligible & odd
