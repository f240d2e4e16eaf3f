"""Changes of subject inside a stretch of film: how different the picture is before and after each moment."""

import numpy as np
from numpy.typing import NDArray

_ROWS = 4096  # moments looked at together: memory does not grow with the length of a stretch


def novelty(rows: NDArray[np.float32], width: int) -> NDArray[np.float64]:
    """(n,) distance between the mean of the `width` frames before frame i and that of the `width` from frame i on.

    NaN where one side has fewer frames; in a stretch of less than two widths the width is half of it. This is the
    novelty curve of Foote 2000 on means, after flashes of one frame are taken out.
    """
    n = len(rows)
    scores = np.full(n, np.nan)
    width = min(width, n // 2)
    if not width:
        return scores
    for first in range(width, n - width + 1, _ROWS):
        last = min(first + _ROWS - 1, n - width)
        around = slice(max(0, first - width - 1), min(n, last + width + 1))  # one more on each side for the median
        calm = without_flashes(rows[around])[first - width - around.start : last + width - around.start]
        sums = np.concatenate([np.zeros((1, rows.shape[1])), np.cumsum(calm, axis=0, dtype=np.float64)])
        means = (sums[width:] - sums[:-width]) / width
        scores[first : last + 1] = np.linalg.norm(means[width:] - means[:-width], axis=1)
    return scores


def without_flashes(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """The median of each frame and its two neighbours, by coordinate: a flash of one frame is no change of subject."""
    if len(rows) < 3:
        return rows
    before, here, after = rows[:-2], rows[1:-1], rows[2:]
    low, high = np.minimum(before, here), np.maximum(before, here)
    return np.concatenate([rows[:1], np.maximum(low, np.minimum(high, after)), rows[-1:]])


def peaks(scores: NDArray[np.float64], threshold: float, min_frames: int) -> list[int]:
    """Maxima above `threshold`, the highest first to claim `min_frames` on both sides; in order of time."""
    chosen: list[int] = []
    taken = np.zeros(len(scores), dtype=bool)
    (high,) = np.nonzero(scores > threshold)  # NaN is not
    for i in high[np.argsort(-scores[high], kind="stable")]:
        if not taken[i]:
            chosen.append(int(i))
            taken[max(0, i - min_frames + 1) : i + min_frames] = True
    return sorted(chosen)
