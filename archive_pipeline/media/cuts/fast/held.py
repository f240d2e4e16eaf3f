"""Pictures that stand for long: slides, screen recordings, time lapses, variable frame rates."""

import numpy as np
from numpy.typing import NDArray

from archive_pipeline.media.cuts.fast.signals import N_LUMA, Floats

_LONGEST_STEP_S = 0.21
"""A frame that stands for longer (less than 5 frames a second) is judged as what it is to a viewer, a held picture."""
_PACE_S = 0.04
"""Held pictures are repeated at this pace for the judge, who learned from 25 frames a second."""
_SAME_PLACE = 0.85
"""Correlation of luma over 16 x 9 squares: steps of a time lapse of flowers reach 0.94, unrelated slides 0.1."""
_STANDS_OUT = 2.5


def is_held(pts_s: NDArray[np.float64], before_s: float) -> NDArray[np.bool_]:
    """(n,) whether the frame before each stands for long; `before_s` is the time of the one before the first."""
    return np.diff(pts_s, prepend=before_s) > _LONGEST_STEP_S


def repeats(pts_s: NDArray[np.float64], before_s: float, most: int) -> NDArray[np.intp]:
    """(n,) how often the frame before each is repeated."""
    wanted = np.clip(np.rint(np.diff(pts_s, prepend=before_s) / _PACE_S) - 1, 0, most)
    return np.where(is_held(pts_s, before_s), wanted, 0).astype(np.intp)


def likeness(coarse: Floats) -> Floats:
    """(n - 1, 2) of each coarse picture and the one before: correlation of luma, mean difference."""
    luma = coarse[:, :N_LUMA] - coarse[:, :N_LUMA].mean(axis=1, keepdims=True)
    contrast = np.sqrt(np.square(luma).mean(axis=1)) + 1
    correlation = (luma[1:] * luma[:-1]).mean(axis=1) / (contrast[1:] * contrast[:-1])
    return np.stack([correlation, np.abs(np.diff(coarse, axis=0)).mean(axis=1)], axis=1)


def moves_on(alike: Floats, pts_s: NDArray[np.float64]) -> NDArray[np.bool_]:
    """(n,) where a held picture gives way to one of the same place that differs as the neighbouring ones do.

    To a viewer that is a jump, as a cut is; only what else happens around it tells a time lapse from an edit.
    """
    correlation, change = alike.T
    around = np.pad(change, 2, mode="edge")
    usual = np.median([around[:-4], around[1:-3], around[3:-1], around[4:]], axis=0)
    same: NDArray[np.bool_] = (correlation > _SAME_PLACE) & (change < _STANDS_OUT * (usual + 1))
    return is_held(pts_s, pts_s[0]) & same
