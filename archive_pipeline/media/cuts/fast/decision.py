"""From the judge's probabilities to cuts."""

import numpy as np
from numpy.typing import NDArray

from archive_pipeline.media.cuts.fast.signals import Floats
from archive_pipeline.media.cuts.model import Cut

HARD_THRESHOLD = 0.7
"""F1 at ±1 frame on 24 simulated newsreels (seed 2002) and on the verified clips: 0.991 and 0.973 at 0.5, where an
explosion counts as a cut, 0.985 and 0.986 at 0.7, 0.983 and 0.972 at 0.8."""
GRADUAL_THRESHOLD = 0.5
_RIM_THRESHOLD = 0.25
_SHORTEST_GRADUAL = 4
"""Boundaries; a shorter run is a hard cut or nothing."""
_AROUND = 4
_LONGEST_HOLD_S = 0.5
_FLAT = 6.0
"""Standard deviation of luma below which a picture shows nothing (of 255)."""


def decide(probabilities: Floats, spread: Floats, pts_s: NDArray[np.float64]) -> list[Cut]:
    """Cuts, in order of time.

    From (n, 2) probabilities that the boundary before each frame is a hard cut and that it lies in a gradual
    transition, (n,) standard deviations of luma and (n,) presentation times.
    """
    hard, gradual = probabilities[:, 0], probabilities[:, 1]
    hard_frames = _hard_frames(hard, gradual)
    intervals = _gradual_intervals(gradual, hard_frames, spread < _FLAT, pts_s)
    cuts = [Cut("hard", float(pts_s[h]), float(pts_s[h]), h, float(hard[h])) for h in hard_frames]
    cuts += [
        Cut("gradual", float(pts_s[a]), float(pts_s[b]), a, float(gradual[a + 1 : b + 1].max())) for a, b in intervals
    ]
    return sorted(cuts, key=lambda cut: (cut.start_s, cut.end_s))


def _hard_frames(hard: Floats, gradual: Floats) -> list[int]:
    """Where a hard cut is likely, and likelier than a gradual change around it; of two adjacent ones the higher.

    Never frame 0.
    """
    frames: list[int] = []
    for frame in map(int, np.flatnonzero(hard > HARD_THRESHOLD)):
        around = gradual[max(0, frame - _AROUND) : frame + _AROUND + 1]
        if frame == 0 or hard[frame] < around.mean():
            continue
        if frames and frames[-1] == frame - 1:
            if hard[frame] > hard[frames[-1]]:
                frames[-1] = frame
        else:
            frames.append(frame)
    return frames


def _gradual_intervals(
    gradual: Floats, hard_frames: list[int], flat: NDArray[np.bool_], pts_s: NDArray[np.float64]
) -> list[tuple[int, int]]:
    """(last frame of the old shot, first frame of the new one) of every run above the threshold; hard cuts divide runs.

    Two runs around a short moment of a flat picture are one transition: out to black, and in again.
    """
    likely = np.concatenate([[False], gradual > _RIM_THRESHOLD, [False]])
    likely[np.array(hard_frames, dtype=np.intp) + 1] = False
    edges = np.flatnonzero(np.diff(likely.astype(np.int8)))
    runs: list[tuple[int, int]] = []
    for first, after in zip(edges[::2], edges[1::2], strict=True):
        a, b = max(int(first) - 1, 0), int(after) - 1
        if gradual[first:after].max() <= GRADUAL_THRESHOLD or b - a < _SHORTEST_GRADUAL:
            continue
        if runs and pts_s[a] - pts_s[runs[-1][1]] < _LONGEST_HOLD_S and flat[runs[-1][1] : a + 1].all():
            a = runs.pop()[0]
        runs.append((a, b))
    return runs
