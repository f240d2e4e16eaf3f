"""Changes of subject inside a stretch of film: how different the picture is before and after each moment."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Change:
    """Between frame `first - 1` and `first`, both numbers of frames of the video."""

    first: int
    distance: float


def novelty(rows: NDArray[np.float32], width: int) -> NDArray[np.float64]:
    """(n,) distance between the mean of the `width` frames before frame i and that of the `width` from i on.

    0 where one side has less than `width` frames, unless the stretch is too short for two full sides: then both are cut
    to half of it. The method is the novelty curve of a checkerboard kernel (Foote 2000) on means.
    """
    n = len(rows)
    scores = np.zeros(n)
    width = min(width, n // 2)
    if width:
        sums = np.concatenate([np.zeros((1, rows.shape[1])), np.cumsum(rows, axis=0, dtype=np.float64)])
        means = (sums[width:] - sums[:-width]) / width
        scores[width : n - width + 1] = np.linalg.norm(means[width:] - means[:-width], axis=1)
    return scores


def peaks(scores: NDArray[np.float64], threshold: float, min_frames: int) -> list[int]:
    """Local maxima above `threshold`, the highest first to claim `min_frames` on both sides; in order of time."""
    chosen: list[int] = []
    for i in np.argsort(-scores, kind="stable"):
        if scores[i] <= threshold:
            break
        if all(abs(int(i) - other) >= min_frames for other in chosen):
            chosen.append(int(i))
    return sorted(chosen)
