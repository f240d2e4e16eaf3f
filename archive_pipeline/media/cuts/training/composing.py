"""Composes videos with known truth from single shots."""

from collections.abc import Iterator, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from archive_pipeline.media.cuts.training.camera import filmed
from archive_pipeline.media.cuts.training.disturbances import disturb_shot, disturb_video
from archive_pipeline.media.cuts.training.drawings import drawn_shot
from archive_pipeline.media.cuts.training.shots import THUMBNAIL, Clip, Shot
from archive_pipeline.media.cuts.training.transitions import KINDS, mixed, swung

Floats = NDArray[np.float32]
_ALIKE = 4.0
"""Two pictures nearer than this (mean difference of 255) are not judged: nobody would call it a cut."""
_REFRAMED = 0.15
"""Share of the cuts that stay where they are and only change the framing."""
_ONE_PLACE, _REFRAMED_THERE = 0.15, 0.4
"""Share of the videos whose shots are all of one clip, and of their cuts that only change the framing."""
_INTERCUT = 0.2
"""Share of the videos whose shots recur."""
_SWINGS = 0.12
"""Share of the gradual changes that are a swing of the camera, which is no transition."""
_SHORTEST_GRADUAL = 3  # mixed frames; fewer look like a hard cut on interlaced or rate-converted material


def compose(rng: np.random.Generator, real: Sequence[Shot], n_frames: int = 400) -> Clip:
    """A video of about `n_frames` frames from random shots, real ones and drawn ones."""
    drawn_share = float(rng.choice([0.0, 0.2, 0.5, 1.0])) if real else 1.0
    hard_share = float(rng.choice([0.9, 0.6, 0.3]))
    if real and rng.random() < _ONE_PLACE:
        place = real[int(rng.integers(len(real)))].clip
        shots = _unrelated(rng, [shot for shot in real if shot.clip == place], 0.0, _REFRAMED_THERE)
    elif rng.random() < _INTERCUT:
        shots = _intercut(rng, real, drawn_share)
    else:
        shots = _unrelated(rng, real, drawn_share, _REFRAMED)
    frames = next(shots)
    pure = len(frames)  # of the last shot, not part of a transition yet
    truth, weight = np.zeros((len(frames), 2), np.float32), np.ones((len(frames), 2), np.float32)
    while len(frames) < n_frames:
        new = next(shots)
        room = min(pure - 2, len(new) - 2, 100)
        n_mixed = 0
        if rng.random() > hard_share and room >= _SHORTEST_GRADUAL:
            n_mixed = min(room, _log_uniform(rng, _SHORTEST_GRADUAL, 75))
        elif rng.random() < 0.1:
            n_mixed = min(int(rng.integers(1, _SHORTEST_GRADUAL)), room)
        n_mixed = max(n_mixed, 0)
        frames, truth, weight = _joined(rng, frames, truth, weight, new, n_mixed)
        pure = len(new) - n_mixed
    frames, truth, weight = retimed(rng, frames, truth, weight)
    pictures = disturb_video(rng, frames)
    small = np.stack([cv2.resize(picture, THUMBNAIL, interpolation=cv2.INTER_AREA) for picture in pictures])
    return Clip(small, truth, weight)


def _unrelated(rng: np.random.Generator, real: Sequence[Shot], drawn_share: float, reframed: float) -> Iterator[Floats]:
    """Shots one after the other; some of a few frames, some (`reframed`) the last one in another framing."""
    still = rng.random() < 0.2
    shot: Shot | None = None
    while True:
        few = rng.random() < 0.08
        n = int(rng.integers(2, 9)) if few else _log_uniform(rng, 9, 160)
        if shot is None or rng.random() > reframed:
            shot = drawn_shot(rng, n) if rng.random() < drawn_share else real[int(rng.integers(len(real)))]
        quiet = still or shot.clip in ("drawn card", "drawn flat")
        yield disturb_shot(rng, filmed(rng, shot, n, quiet))


def _intercut(rng: np.random.Generator, real: Sequence[Shot], drawn_share: float) -> Iterator[Floats]:
    """Two to four cameras that run on while the editor returns to each again and again, at times fast."""
    takes = [next(_unrelated(rng, real, drawn_share, _REFRAMED)) for _ in range(int(rng.integers(2, 5)))]
    longest = float(rng.choice([12, 30, 80]))
    at = camera = 0
    while True:
        n = _log_uniform(rng, 4, longest)
        there = np.abs((at + np.arange(n)) % (2 * len(takes[camera])) - len(takes[camera]))
        yield takes[camera][np.minimum(there, len(takes[camera]) - 1)]
        at += n
        camera = (camera + int(rng.integers(1, len(takes)))) % len(takes)


def _log_uniform(rng: np.random.Generator, low: float, high: float) -> int:
    return round(float(np.exp(rng.uniform(np.log(low), np.log(high)))))


def _joined(
    rng: np.random.Generator, old: Floats, truth: Floats, weight: Floats, new: Floats, m: int
) -> tuple[Floats, Floats, Floats]:
    """`new` after `old` with `m` mixed frames, taken from the end of the one and the beginning of the other."""
    n = len(old)
    swings = m >= _SHORTEST_GRADUAL and rng.random() < _SWINGS
    if swings:
        between = swung(rng, old[n - m :], new[:m])
    else:
        between = mixed(rng, old[n - m :], new[:m], str(rng.choice(KINDS))) if m else new[:0]
    frames = np.concatenate([old[: n - m], between, new[m:]])
    first = n - m  # the first boundary that shows any change
    truth = np.concatenate([truth[:first], np.zeros((len(frames) - first, 2), np.float32)])
    weight = np.concatenate([weight[:first], np.ones((len(frames) - first, 2), np.float32)])
    change = np.abs(new[min(m, len(new) - 1)] - old[n - m - 1]).mean()
    if swings:
        weight[first : first + m + 1] = 1 if m > 5 else 0
    elif m >= _SHORTEST_GRADUAL:
        truth[first : first + m + 1, 1] = 1
        weight[first : first + m + 1, 0] = 1 if m > 5 else 0
        rim = m // 8
        weight[first : first + rim, 1] = weight[first + m + 1 - rim : first + m + 1, 1] = 0
    else:
        truth[first + (m + 1) // 2, 0] = 1
        weight[first : first + m + 1] = 0
        weight[first + (m + 1) // 2, 0] = 1
    if change < _ALIKE:
        weight[first : first + m + 1] = 0
    return frames, truth, weight


def retimed(rng: np.random.Generator, frames: Floats, truth: Floats, weight: Floats) -> tuple[Floats, Floats, Floats]:
    """Repeated frames (twos, pulldown, 24 → 30), dropped ones, or fields of neighbours woven together."""
    n = len(frames)
    kind = rng.choice(["none"] * 5 + ["twos", "pulldown", "repeats", "faster", "fields"])
    if kind == "fields":  # a thumbnail of interlaced material is the mean of two moments
        late = np.minimum(np.arange(n) + 1, n - 1)
        frames = ((frames + frames[late]) / 2).astype(np.float32)
        hard = np.flatnonzero(truth[:, 0])
        weight = weight.copy()
        weight[hard[hard > 0] - 1, 0] = 0  # the mixed frame belongs to either shot
        return frames, truth, weight
    if kind == "none":
        return frames, truth, weight
    steps = {"twos": (0, 1), "pulldown": (1, 1, 1, 1, 0), "repeats": (1, 1, 0), "faster": (2,)}[str(kind)]
    at = np.concatenate([[0], np.cumsum(np.resize(steps, 2 * n))])
    at = at[at < n]
    new_truth, new_weight = truth[at].copy(), weight[at].copy()
    for j in range(1, len(at)):
        i, k = at[j - 1], at[j]
        if k == i:
            new_truth[j, 0] = 0
            new_truth[j, 1] = min(truth[i, 1], truth[min(i + 1, n - 1), 1])
            new_weight[j, 0] = 1
        elif k > i + 1:
            new_truth[j] = truth[i + 1 : k + 1].max(axis=0)
            new_weight[j] = weight[i + 1 : k + 1].min(axis=0)
    return frames[at], new_truth, new_weight
