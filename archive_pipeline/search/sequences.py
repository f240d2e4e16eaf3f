"""One thing, then another: pairs of shots of one video, ranked by how well each answers its question.

Each half's evidence (evidence.py) counts in about steps of a normal distribution, √(2·nats), and they are added, as
Stouffer's method adds z-scores (The American Soldier, 1949). Added nats would let one half that is very sure stand for
both: with them the first pair is right for 88 to 94 % of the questions about four simulated archives, with steps for 90
to 97 % (docs/words.md). A pair is none where either half has no evidence at all.

The best shots of either half are read, and around each of them the other half's. A pair that is found by neither has
less than the last ones read have together: that tells when enough was read, as in hybrid.py.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from archive_pipeline.search.hybrid import HybridSearch, Matched, Stretch
from archive_pipeline.search.model import ShotPayload

_DEPTHS = (200, 800)
"""How many of the best of each half are read at first, and at most. The same for every page, so that pages continue."""
_ROUNDING_S = 1e-3  # times are stored in microseconds


@dataclass(frozen=True)
class Pair:
    """Two shots of one video, the second of which begins after the first one's end."""

    first: Matched
    then: Matched
    steps: float
    """How well they answer, see `together`."""

    @property
    def id(self) -> str:
        return f"{self.first.id} {self.then.id}"


def together(first: ArrayLike, then: ArrayLike) -> NDArray[np.float64]:
    """The steps of pairs whose halves have so many nats (n,); −∞ where either has none."""
    nats = np.array([first, then], dtype=np.float64)
    return np.where(nats.min(axis=0) > 0, np.sqrt(2 * nats).sum(axis=0), -np.inf)


class SequenceSearch:
    """Both halves in one space; a pair's second shot begins at most `within_s` seconds after the first one's end."""

    def __init__(self, first: HybridSearch, then: HybridSearch, within_s: float) -> None:
        self.space = first.space
        self._first = first
        self._then = then
        self._within_s = within_s

    def pairs(self, n: int) -> list[Pair]:
        """The best `n`. Of pairs that share a shot the best stands for all."""
        found: list[Pair] = []
        for depth in _DEPTHS:
            found, most_of_others = self._among(depth)
            if most_of_others == -np.inf or (len(found) >= n and found[n - 1].steps > most_of_others):
                break
        return found[:n]

    def _among(self, depth: int) -> tuple[list[Pair], float]:
        """The pairs of which either half is among its `depth` best, and the most steps that others can have."""
        firsts, thens = self._first.shots(depth), self._then.shots(depth)
        after, before = self._within_s + _ROUNDING_S, -self._within_s - _ROUNDING_S
        followers = self._then.during(_united(_from(one, one.end_s, after) for one in map(_shot, firsts)))
        leaders = self._first.during(_united(_from(one, one.start_s, before) for one in map(_shot, thens)))
        found = _folded(_joined([*firsts, *leaders], [*thens, *followers], self._within_s))
        is_all = min(len(firsts), len(thens)) < depth
        return found, -np.inf if is_all else float(together(firsts[-1].nats, thens[-1].nats))


def _shot(one: Matched) -> ShotPayload:
    return one.scored.hit.payload


def _from(shot: ShotPayload, moment_s: float, length_s: float) -> Stretch:
    start_s, end_s = sorted((moment_s, moment_s + length_s))
    return Stretch(shot.video_id, start_s, end_s)


def _united(stretches: Iterable[Stretch]) -> list[Stretch]:
    """The same time with no moment twice."""
    found: list[Stretch] = []
    for one in sorted(stretches):
        last = found[-1] if found else None
        if last and last.video_id == one.video_id and one.start_s <= last.end_s:
            found[-1] = Stretch(last.video_id, last.start_s, max(last.end_s, one.end_s))
        else:
            found.append(one)
    return found


def _joined(firsts: Iterable[Matched], thens: Iterable[Matched], within_s: float) -> list[Pair]:
    """All pairs, best first; equal ones by the ids of their shots. Photos are in none: an album has no time."""
    following: dict[str, list[Matched]] = {}
    for one in sorted({one.id: one for one in thens}.values(), key=lambda one: _shot(one).shot):
        following.setdefault(_shot(one).video_id, []).append(one)
    found: list[tuple[Matched, Matched]] = []
    for first in {one.id: one for one in firsts if not _shot(one).is_photo}.values():
        shot = _shot(first)
        own = following.get(shot.video_id, [])
        for then in own[bisect_left(own, shot.shot + 1, key=lambda one: _shot(one).shot) :]:
            if _shot(then).start_s - shot.end_s > within_s + _ROUNDING_S:
                break
            found.append((first, then))
    steps = together([first.nats for first, _ in found], [then.nats for _, then in found])
    pairs = (Pair(*both, of_both) for both, of_both in zip(found, steps.tolist(), strict=True) if of_both > -np.inf)
    return sorted(pairs, key=lambda pair: (-pair.steps, pair.id))


def _folded(pairs: Sequence[Pair]) -> list[Pair]:
    shown: set[str] = set()
    found = []
    for pair in pairs:
        if not shown & {pair.first.id, pair.then.id}:
            shown |= {pair.first.id, pair.then.id}
            found.append(pair)
    return found
