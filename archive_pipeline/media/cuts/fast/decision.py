"""From the judge's probabilities to cuts."""

import numpy as np
from numpy.typing import NDArray

from archive_pipeline.media.cuts.fast.looks import Looks
from archive_pipeline.media.cuts.fast.signals import Floats
from archive_pipeline.media.cuts.model import Cut

Change = tuple[int, int]
"""Last frame of the old shot and first frame of the new one; twice the latter for a hard cut."""

HARD_THRESHOLD = 0.76
"""Between 0.7 and 0.8 little decides: F1 at ±1 frame of judges on difficult videos that they have not seen (numbers 2
to 4 of each fold and kind) is 0.983, 0.986 and 0.981 at 0.7, 0.75 and 0.8, on 24 simulated newsreels (seed 2002) 0.995
at each, on the verified clips 0.987, 0.987 and 1.000: an explosion has 0.75997."""
GRADUAL_THRESHOLD = 0.4
"""On the newsreels of seed 2002 recall is 0.90 at 0.45 and 0.93 at 0.4, precision 0.97 at both."""
_RIM_THRESHOLD = 0.15
_SHORTEST_GRADUAL = 4
"""Boundaries; a shorter run is a hard cut or nothing."""
_LONGEST_GRADUAL_S = 6.0
"""What goes on for longer is no transition but what the film shows: a sunset, a time lapse."""
_AROUND_S = 0.17
_SHORTEST_SHOT_S = 0.1
_LONGEST_HOLD_S = 2.0
"""For so long a fade may rest on its colour; longer, that is a shot of its own."""
_LONGEST_FLASH_S, _RETURNS = 0.25, 0.25
"""What is over so soon is a flash, where the picture after it differs from the one before by this share of what the
flash changed."""
_LEAST_CHANGE = 1.0
"""Mean difference in luma between the pictures before and after, of 255; less is the noise of a dark passage."""
_FADES = 1.01
"""A picture fades while its standard deviation changes by more than this from frame to frame, always the same way."""


def decide(probabilities: Floats, looks: Looks, pts_s: NDArray[np.float64]) -> list[Cut]:
    """Cuts, in order of time.

    From (n, 2) probabilities that the boundary before each frame is a hard cut and that it lies in a gradual
    transition, the looks of `n` pictures and (n,) presentation times.
    """
    hard, gradual = probabilities[:, 0], probabilities[:, 1]
    hard_frames = _without_flashes(_hard_frames(hard, gradual, pts_s), looks, pts_s)
    changes = [(h, h) for h in hard_frames] + _gradual_intervals(gradual, hard_frames, pts_s)
    cuts = []
    for a, b in _whole_fades(_fades_joined(sorted(changes), looks.is_flat, pts_s), looks, pts_s):
        if a < b and looks.change(a, b) < _LEAST_CHANGE:
            continue
        score = hard[a] if a == b else gradual[a + 1 : b + 1].max()
        cuts.append(Cut("hard" if a == b else "gradual", float(pts_s[a]), float(pts_s[b]), a, float(score)))
    return cuts


def _hard_frames(hard: Floats, gradual: Floats, pts_s: NDArray[np.float64]) -> list[int]:
    """Where a hard cut is likely, and likelier than a gradual change around it; of two neighbours the higher.

    Never frame 0, nor the last one unless it follows a held picture: nothing after it tells a shot from a flash.
    """
    frames: list[int] = []
    for frame in map(int, np.flatnonzero(hard > HARD_THRESHOLD)):
        near = slice(*np.searchsorted(pts_s, [pts_s[frame] - _AROUND_S, pts_s[frame] + _AROUND_S]))
        if frame == 0 or hard[frame] < gradual[near].mean():
            continue
        if frame == len(hard) - 1 and pts_s[frame] - pts_s[frame - 1] < _SHORTEST_SHOT_S:
            continue
        if frames and frames[-1] == frame - 1 and pts_s[frame] - pts_s[frame - 1] < _SHORTEST_SHOT_S:
            if hard[frame] > hard[frames[-1]]:
                frames[-1] = frame
        else:
            frames.append(frame)
    return frames


def _without_flashes(frames: list[int], looks: Looks, pts_s: NDArray[np.float64]) -> list[int]:
    """All but pairs of hard cuts between which something is seen for a moment, and then what was seen before."""
    kept: list[int] = []
    for frame in frames:
        begun = kept[-1] if kept else frame
        is_short = begun < frame and pts_s[frame] - pts_s[begun] <= _LONGEST_FLASH_S
        if is_short and looks.change(begun - 1, frame) < _RETURNS * looks.change(begun - 1, begun):
            kept.pop()
        else:
            kept.append(frame)
    return kept


def _gradual_intervals(gradual: Floats, hard_frames: list[int], pts_s: NDArray[np.float64]) -> list[Change]:
    """Every run above the threshold, of at most `_LONGEST_GRADUAL_S`; hard cuts divide runs."""
    likely = np.concatenate([[False], gradual > _RIM_THRESHOLD, [False]])
    likely[np.array(hard_frames, dtype=np.intp) + 1] = False
    edges = np.flatnonzero(np.diff(likely.astype(np.int8)))
    runs: list[Change] = []
    for first, after in zip(edges[::2], edges[1::2], strict=True):
        a, b = max(int(first) - 1, 0), int(after) - 1
        is_likely = gradual[first:after].max() > GRADUAL_THRESHOLD
        if is_likely and b - a >= _SHORTEST_GRADUAL and _fits(pts_s, a, b):
            runs.append((a, b))
    return runs


def _fades_joined(changes: list[Change], flat: NDArray[np.bool_], pts_s: NDArray[np.float64]) -> list[Change]:
    """Two gradual changes around a moment of a flat picture are one: out to black, and in again."""
    joined: list[Change] = []
    for a, b in changes:
        begun, ended = joined[-1] if joined else (a, a)
        is_flat = bool(flat[ended : max(a, ended + 1)].all())
        is_hold = is_flat and pts_s[a] - pts_s[ended] <= _LONGEST_HOLD_S
        if begun < ended and a < b and is_hold and _fits(pts_s, begun, b):
            joined[-1] = (begun, b)
        else:
            joined.append((a, b))
    return joined


def _whole_fades(changes: list[Change], looks: Looks, pts_s: NDArray[np.float64]) -> list[Change]:
    """Transitions over a flat picture reach from where the old one begins to fade to where the new one has come up.

    The slow beginning of a fade looks like a change of light, which is all that the judge sees of it.
    """
    whole: list[Change] = []
    spread = looks.spread
    for i, (a, b) in enumerate(changes):
        if a < b and looks.is_flat[a : b + 1].any():
            earliest = whole[-1][1] if whole else 0
            latest = changes[i + 1][0] - 1 if i + 1 < len(changes) else len(spread) - 1
            while a > earliest and spread[a - 1] > _FADES * spread[a] and _fits(pts_s, a - 1, b):
                a -= 1
            while b < latest and spread[b + 1] > _FADES * spread[b] and _fits(pts_s, a, b + 1):
                b += 1
        whole.append((a, b))
    return whole


def _fits(pts_s: NDArray[np.float64], a: int, b: int) -> bool:
    return bool(pts_s[b] - pts_s[a] <= _LONGEST_GRADUAL_S)
