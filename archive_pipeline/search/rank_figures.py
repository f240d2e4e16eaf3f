"""What ranks of right answers come to: R@k and the mean reciprocal rank, and how sure these are."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

RANKS = (1, 2, 5, 10, 20, 50)
NOT_THERE = 0
"""The rank of an answer that was not found."""
_LEVEL = 0.95
_RESAMPLES = 2000


@dataclass(frozen=True)
class Figure:
    """`value` of `n` questions, and the bounds within which it lies with 95 % confidence."""

    metric: str
    value: float
    low: float
    high: float
    n: int


def figures_of(ranks: Sequence[int]) -> list[Figure]:
    """r_at_1 … r_at_50, mrr, not_there of the ranks of at least one question, from 1; NOT_THERE where it was not found.

    Bounds of shares are Wilson's; that of the mean is the bootstrap's, by percentiles, and the same at every time.
    """
    found = [rank for rank in ranks if rank != NOT_THERE]
    shares = [_share(f"r_at_{k}", sum(rank <= k for rank in found), len(ranks)) for k in RANKS]
    return [*shares, _mean_reciprocal(ranks), _share("not_there", len(ranks) - len(found), len(ranks))]


@dataclass(frozen=True)
class Duel:
    """How often what was marked came from the first ranking, and how often from the second."""

    first: int
    second: int
    p: float
    """Two-sided sign test: how often chance alone would be at least as uneven."""


def duel(first: int, second: int) -> Duel:
    from scipy.stats import binomtest

    n = first + second
    return Duel(first, second, float(binomtest(first, n).pvalue) if n else 1.0)


def _share(metric: str, k: int, n: int) -> Figure:
    from scipy.stats import binomtest

    bounds = binomtest(k, n).proportion_ci(_LEVEL, method="wilson")
    return Figure(metric, k / n, float(bounds.low), float(bounds.high), n)


def _mean_reciprocal(ranks: Sequence[int]) -> Figure:
    reciprocal = np.array([0.0 if rank == NOT_THERE else 1 / rank for rank in ranks])
    drawn = np.random.default_rng(0).choice(reciprocal, (_RESAMPLES, len(reciprocal))).mean(1)
    low, high = np.quantile(drawn, [(1 - _LEVEL) / 2, (1 + _LEVEL) / 2])
    return Figure("mrr", math.fsum(reciprocal) / len(reciprocal), float(low), float(high), len(ranks))
