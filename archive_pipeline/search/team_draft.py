"""Two rankings as one list, so that whoever looks at it does not know which of them a result comes from.

Team-draft interleaving (Radlinski, Kurup and Joachims, CIKM 2008): in each round a coin says who picks first, and each
picks its best result that is not in the list yet. What is chosen from the list is credited to who picked it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Pick(Generic[T]):
    """A result of the list."""

    result: T
    team: int
    """0: picked by the first ranking, 1: by the second."""


def team_draft(
    first: Sequence[T], second: Sequence[T], same: Callable[[T, T], bool], coin: Random, n: int
) -> list[Pick[T]]:
    """The first `n` of both rankings together. `same` says whether two results are one: the later is left out."""
    picks: list[Pick[T]] = []
    waiting = (list(reversed(first)), list(reversed(second)))
    while any(waiting) and len(picks) < n:
        for team in coin.sample((0, 1), 2):
            while waiting[team] and len(picks) < n:
                result = waiting[team].pop()
                if not any(same(result, pick.result) for pick in picks):
                    picks.append(Pick(result, team))
                    break
    return picks
