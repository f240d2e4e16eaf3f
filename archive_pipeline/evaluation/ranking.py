"""Where the first right answer stands: R@k and the mean reciprocal rank, over shots and over videos."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from archive_pipeline.evaluation.truth import Span
from archive_pipeline.search.rank_figures import RANKS

_OVERLAP = 0.5

Similarity = NDArray[np.float32]
Relevance = NDArray[np.bool_]
Ranks = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class ShotTable:
    """All shots that can be found, in order of video and time; arrays (n,), vectors (n, d)."""

    paths: tuple[str, ...]
    video: NDArray[np.int64]
    """Index in `paths`."""
    start_s: NDArray[np.float64]
    end_s: NDArray[np.float64]
    vectors: NDArray[np.float32]


def relevance(spans: Sequence[frozenset[Span]], shots: ShotTable) -> Relevance:
    """(queries, shots): a shot is right when it shares at least half of itself, or half of a relevant span, with it.

    So a shot that is a part of the span is right, and so is one that holds the span and a little more.
    """
    right = np.zeros((len(spans), len(shots.video)), dtype=bool)
    of_path = {path: np.flatnonzero(shots.video == i) for i, path in enumerate(shots.paths)}
    for row, wanted in zip(right, spans, strict=True):
        for span in wanted:
            at = of_path.get(span.path)
            if at is None:
                continue
            start, end = shots.start_s[at], shots.end_s[at]
            shared = np.minimum(end, span.end_s) - np.maximum(start, span.start_s)
            row[at] |= shared >= _OVERLAP * np.minimum(end - start, span.end_s - span.start_s)
    return right


def shot_ranks(similarity: Similarity, right: Relevance) -> Ranks:
    """(queries,) rank of the first right shot, from 1; infinite where nothing that is right can be found.

    A wrong shot with the same score stands before it: no score is owed to luck.
    """
    best = np.where(right, similarity, -np.inf).max(1, initial=-np.inf)
    before = ((similarity >= best[:, None]) & ~right).sum(1)
    return np.where(np.isfinite(best), before + 1.0, np.inf)


def video_ranks(similarity: Similarity, right: Relevance, video: NDArray[np.int64]) -> Ranks:
    """(queries,) rank of the first video with a right shot, when videos are ordered by their best shot."""
    firsts = np.flatnonzero(np.diff(video, prepend=-1))
    return shot_ranks(np.maximum.reduceat(similarity, firsts, axis=1), np.logical_or.reduceat(right, firsts, axis=1))


def rank_figures(ranks: Ranks) -> dict[str, float]:
    """Share of the queries with the first right answer among the first k, and the mean reciprocal rank."""
    found = {f"r_at_{k}": float(np.mean(ranks <= k)) for k in RANKS}
    return found | {"mrr": float(np.mean(1 / ranks))}
