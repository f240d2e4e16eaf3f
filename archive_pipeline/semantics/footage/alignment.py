"""Where two shots run together: the stretch of time over which their pictures are alike, one after the other."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_RATES = (1.0, 24 / 25, 25 / 24)
"""Seconds of the other that pass in one of ours; within a shot a finer step is below the sampling rate."""
_APART = 0.02  # of similarity: of offsets that pair the same samples, the one that pairs them best
_OTHER_RATE = 0.01  # of similarity, by which another speed must be better
_STILL = 1e-3  # a picture that does not move fits everywhere: then where both begin, by this much a second


@dataclass(frozen=True)
class Timed:
    """Sampled pictures of a shot: their times (n,) in seconds, increasing, and the shot's own bounds."""

    pts_s: NDArray[np.float64]
    start_s: float
    end_s: float

    @property
    def length_s(self) -> float:
        return self.end_s - self.start_s

    @property
    def step_s(self) -> float:
        """Between two samples; the whole of a shot that has one."""
        return float(np.median(np.diff(self.pts_s))) if len(self.pts_s) > 1 else self.length_s


@dataclass(frozen=True)
class Run:
    """[start_s, end_s) of ours shows what [other_start_s, other_end_s) shows; `score` is how alike they are, 0 to 1."""

    start_s: float
    end_s: float
    other_start_s: float
    other_end_s: float
    score: float
    pairs: tuple[NDArray[np.int64], NDArray[np.int64]]
    """Places of the pictures that were found alike, ours and the other's."""

    @property
    def weight(self) -> float:
        """By which one of several is chosen: alike for long."""
        return self.score * min(self.end_s - self.start_s, self.other_end_s - self.other_start_s)


def longest_run(similarity: NDArray[np.float32], ours: Timed, other: Timed, alike: float) -> Run | None:
    """The stretch with the largest sum of similarity above `alike`, over all offsets in time and a few speeds; None
    where nothing is alike. `similarity` (n, m) of the pictures of both.
    """
    tolerance = 0.6 * max(ours.step_s, other.step_s)
    best: tuple[float, int, int, float, float, NDArray[np.int64]] | None = None
    for rate in _RATES:
        scaled = ours.pts_s * rate
        step = min(ours.step_s, other.step_s) / 2
        offsets = np.arange(other.pts_s[0] - scaled[-1], other.pts_s[-1] - scaled[0] + step, step)
        wanted = scaled[None, :] + offsets[:, None]
        at = _nearest(other.pts_s, wanted)
        apart = np.abs(other.pts_s[at] - wanted)
        gain = similarity[np.arange(len(scaled))[None, :], at] - alike - _APART * apart / tolerance
        gain[apart > tolerance] = -1.0
        sums, first, last = _best_stretches(gain)
        begins = np.abs((ours.start_s * rate + offsets) - other.start_s)
        sums -= _OTHER_RATE * (rate != 1) * (last - first + 1)
        chosen = int(np.argmax(sums - _STILL * begins))
        if sums[chosen] > 0 and (best is None or sums[chosen] > best[0] + _STILL):
            stretch = int(first[chosen]), int(last[chosen])
            best = float(sums[chosen]), *stretch, rate, float(offsets[chosen]), at[chosen]
    if best is None:
        return None
    _, first_frame, last_frame, rate, offset, theirs = best
    pairs = np.arange(first_frame, last_frame + 1), theirs[first_frame : last_frame + 1]
    return _bounded(ours, other, pairs, rate, offset, float(similarity[pairs].mean()))


def _bounded(
    ours: Timed,
    other: Timed,
    pairs: tuple[NDArray[np.int64], NDArray[np.int64]],
    rate: float,
    offset: float,
    score: float,
) -> Run | None:
    """From samples to times: where a shot of either begins or ends within a sampling step, there."""
    first, last = int(pairs[0][0]), int(pairs[0][-1])
    slack = max(ours.step_s, other.step_s / rate)
    start = _snapped(ours.pts_s[first], (ours.start_s, (other.start_s - offset) / rate), slack)
    after = ours.pts_s[last + 1] if last + 1 < len(ours.pts_s) else ours.end_s
    end = _snapped(after, (ours.end_s, (other.end_s - offset) / rate), slack)
    other_start = _snapped(start * rate + offset, (other.start_s,), slack / 2)
    other_end = _snapped(end * rate + offset, (other.end_s,), slack / 2)
    other_start, other_end = max(other_start, other.start_s), min(other_end, other.end_s)
    if end <= start or other_end <= other_start:
        return None
    return Run(float(start), float(end), float(other_start), float(other_end), score, pairs)


def _snapped(time_s: float, bounds: tuple[float, ...], slack_s: float) -> float:
    """The first of the bounds that is near, else the time."""
    return next((bound for bound in bounds if abs(bound - time_s) <= slack_s), time_s)


def _nearest(times: NDArray[np.float64], wanted: NDArray[np.float64]) -> NDArray[np.int64]:
    after = np.clip(np.searchsorted(times, wanted), 1, max(len(times) - 1, 1))
    if len(times) == 1:
        return np.zeros(wanted.shape, np.int64)
    return np.where(wanted - times[after - 1] <= times[after] - wanted, after - 1, after)


def _best_stretches(gain: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.int64]]:
    """By row its contiguous stretch of largest sum (Kadane): sum, first and last column."""
    n_rows = len(gain)
    best, current = np.full(n_rows, -np.inf), np.full(n_rows, -np.inf)
    first, last, since = (np.zeros(n_rows, np.int64) for _ in range(3))
    for column in range(gain.shape[1]):
        anew = current <= 0
        since = np.where(anew, column, since)
        current = np.where(anew, 0, current) + gain[:, column]
        better = current > best
        best, first, last = (
            np.where(better, new, old)
            for new, old in ((current, best), (since, first), (np.full(n_rows, column), last))
        )
    return best, first, last
