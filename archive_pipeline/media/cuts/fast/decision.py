"""From the judge's probabilities to cuts."""

import numpy as np
from numpy.typing import NDArray

from archive_pipeline.media.cuts.fast.signals import Floats
from archive_pipeline.media.cuts.model import Cut

HARD_THRESHOLD = 0.5
GRADUAL_THRESHOLD = 0.5
_RIM_THRESHOLD = 0.25
_SHORTEST_GRADUAL = 4
"""Boundaries; a shorter run is a hard cut or nothing."""
_LONGEST_GAP_S = 0.5
"""Two gradual runs nearer than this are one: out to black, a moment of black, and in again."""


def decide(probabilities: Floats, pts_s: NDArray[np.float64]) -> list[Cut]:
    """Cuts, in order of time, from (n, 2) probabilities of hard cut and of gradual transition and (n,) times."""
    hard, gradual = probabilities[:, 0], probabilities[:, 1]
    intervals = _gradual_intervals(gradual, pts_s)
    cuts = [
        Cut("gradual", float(pts_s[a]), float(pts_s[b]), a, float(gradual[a + 1 : b + 1].max())) for a, b in intervals
    ]
    cuts += [
        Cut("hard", float(pts_s[frame]), float(pts_s[frame]), frame, float(hard[frame]))
        for frame in _hard_frames(hard)
        if not any(a < frame <= b and gradual[a + 1 : b + 1].mean() > hard[frame] for a, b in intervals)
    ]
    return sorted(cuts, key=lambda cut: (cut.start_s, cut.end_s))


def _hard_frames(hard: Floats) -> list[int]:
    """Local maxima above the threshold; the higher of two adjacent ones. Never frame 0."""
    frames: list[int] = []
    for frame in map(int, np.flatnonzero(hard > HARD_THRESHOLD)):
        if frame == 0:
            continue
        if frames and frames[-1] == frame - 1:
            if hard[frame] > hard[frames[-1]]:
                frames[-1] = frame
        else:
            frames.append(frame)
    return frames


def _gradual_intervals(gradual: Floats, pts_s: NDArray[np.float64]) -> list[tuple[int, int]]:
    """(last frame of the old shot, first frame of the new one) of every run above the threshold."""
    likely = np.concatenate([[False], gradual > _RIM_THRESHOLD, [False]])
    edges = np.flatnonzero(np.diff(likely.astype(np.int8)))
    runs: list[tuple[int, int]] = []
    for first, after in zip(edges[::2], edges[1::2], strict=True):
        if gradual[first:after].max() <= GRADUAL_THRESHOLD:
            continue
        a, b = max(int(first) - 1, 0), int(after) - 1
        if runs and pts_s[a] - pts_s[runs[-1][1]] < _LONGEST_GAP_S:
            a = runs.pop()[0]
        runs.append((a, b))
    return [(a, b) for a, b in runs if b - a >= _SHORTEST_GRADUAL]
