"""Scores of shot boundaries, after the shot boundary task of TRECVID.

Hard cuts and gradual transitions are scored apart. A hard cut is found when a detected one lies within a tolerance of
it, one to one, by a maximum matching. A gradual transition is found when a detected interval overlaps it, one to one.
What was detected in a range that nobody annotated counts neither for nor against. Source: Smeaton, Over and Doherty,
"Video shot boundary detection: seven years of TRECVid activity", CVIU 114 (2010).
"""

from collections.abc import Sequence
from dataclasses import dataclass

Interval = tuple[float, float]
"""First and last position, both included. Positions are frame numbers or seconds, the same on both sides."""


@dataclass(frozen=True)
class Boundaries:
    """The boundaries of one video, true or detected."""

    hard: tuple[float, ...] = ()
    """Positions of the first frames of new shots."""
    gradual: tuple[Interval, ...] = ()
    """Dissolves, fades and wipes."""
    ignore: tuple[Interval, ...] = ()
    """Of the truth only: ranges that are not annotated."""


@dataclass(frozen=True)
class Score:
    """Counts that add up over videos, and the three figures that follow from them."""

    n_true: int = 0
    n_found: int = 0
    n_matched: int = 0

    def __add__(self, other: "Score") -> "Score":
        return Score(self.n_true + other.n_true, self.n_found + other.n_found, self.n_matched + other.n_matched)

    @property
    def precision(self) -> float:
        """Share of what was found that is true; 1 where nothing was found."""
        return self.n_matched / self.n_found if self.n_found else 1.0

    @property
    def recall(self) -> float:
        """Share of what is true that was found; 1 where there was nothing to find."""
        return self.n_matched / self.n_true if self.n_true else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of both; 1 where there was nothing to find and nothing was found."""
        both = self.n_true + self.n_found
        return 2 * self.n_matched / both if both else 1.0


def score_hard_cuts(truth: Boundaries, found: Boundaries, tolerance: float = 1) -> Score:
    """Hard cuts matched one to one within `tolerance` (0, 1 or 2 frames by convention).

    A detection without a partner counts against, unless it lies in an ignored range or in a true gradual transition:
    there a second report of the same change is no new false alarm.
    """
    true = [at for at in truth.hard if not _within(at, truth.ignore)]
    pairs = match_positions(true, found.hard, tolerance)
    matched = {j for _, j in pairs}
    excused = (*truth.ignore, *((a - tolerance, b + tolerance) for a, b in truth.gradual))
    n_false = sum(j not in matched and not _within(at, excused) for j, at in enumerate(found.hard))
    return Score(len(true), len(pairs) + n_false, len(pairs))


def score_gradual(truth: Boundaries, found: Boundaries) -> Score:
    """Gradual transitions matched one to one where they overlap; detections that touch an ignored range are excused."""
    true = [interval for interval in truth.gradual if not _overlaps_any(interval, truth.ignore)]
    pairs = match_intervals(true, found.gradual)
    matched = {j for _, j in pairs}
    n_false = sum(
        j not in matched and not _overlaps_any(interval, truth.ignore) for j, interval in enumerate(found.gradual)
    )
    return Score(len(true), len(pairs) + n_false, len(pairs))


def match_positions(true: Sequence[float], found: Sequence[float], tolerance: float) -> list[tuple[int, int]]:
    """(index of true, index of found) of a largest one-to-one matching within `tolerance`.

    Taking the earliest partner that is still free is largest here, since all windows are equally wide.
    """
    if tolerance < 0:
        raise ValueError(f"tolerance must not be negative, not {tolerance}")
    order_true = sorted(range(len(true)), key=true.__getitem__)
    order_found = sorted(range(len(found)), key=found.__getitem__)
    pairs, j = [], 0
    for i in order_true:
        while j < len(order_found) and found[order_found[j]] < true[i] - tolerance:
            j += 1
        if j < len(order_found) and found[order_found[j]] <= true[i] + tolerance:
            pairs.append((i, order_found[j]))
            j += 1
    return pairs


def match_intervals(true: Sequence[Interval], found: Sequence[Interval]) -> list[tuple[int, int]]:
    """(index of true, index of found) of a largest one-to-one matching of intervals that overlap (Kuhn's algorithm)."""
    touching = [[j for j, f in enumerate(found) if _overlap(t, f)] for t in true]
    partner: dict[int, int] = {}

    def place(i: int, seen: set[int]) -> bool:
        for j in touching[i]:
            if j not in seen:
                seen.add(j)
                if j not in partner or place(partner[j], seen):
                    partner[j] = i
                    return True
        return False

    for i in range(len(true)):
        place(i, set())
    return sorted((i, j) for j, i in partner.items())


def _overlap(a: Interval, b: Interval) -> bool:
    return a[0] <= b[1] and b[0] <= a[1]


def _overlaps_any(interval: Interval, ranges: Sequence[Interval]) -> bool:
    return any(_overlap(interval, other) for other in ranges)


def _within(at: float, ranges: Sequence[Interval]) -> bool:
    return _overlaps_any((at, at), ranges)
