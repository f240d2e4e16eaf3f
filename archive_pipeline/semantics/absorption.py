"""Runs of equal labels in time, the too short of which join a neighbour."""

import heapq
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

NOISE = -1


@dataclass
class _Run:
    first: int
    last: int
    label: int
    seconds: float
    previous: int
    next: int
    after_barrier: bool  # a hard cut parts it from the previous run
    alive: bool = True


def absorb_short_runs(
    labels: NDArray[np.int64],
    seconds: NDArray[np.float64],
    barriers: NDArray[np.bool_],
    min_seconds: Callable[[int], float],
    across_barriers: bool,
) -> NDArray[np.int64]:
    """Labels (n,) in which every run of `label` lasts `min_seconds(label)` or has no neighbour to join.

    The shortest run goes first. It joins, in this order of preference, the neighbour that no barrier parts from it
    (`barriers[i]` stands between frames i - 1 and i), one that is not noise, the longer one. Without
    `across_barriers` a barrier ends a run and nothing joins across it.
    """
    changes = np.diff(labels, prepend=labels[0]) != 0
    if not across_barriers:
        changes |= barriers
    changes[0] = True
    firsts = np.nonzero(changes)[0]
    lasts = np.append(firsts[1:], len(labels)) - 1
    sums = np.add.reduceat(seconds, firsts)
    runs = [
        _Run(int(first), int(last), int(labels[first]), float(total), i - 1, i + 1, bool(barriers[first]))
        for i, (first, last, total) in enumerate(zip(firsts, lasts, sums, strict=True))
    ]
    runs[-1].next = -1
    queue = [(run.seconds, i) for i, run in enumerate(runs)]
    heapq.heapify(queue)
    while queue:
        total, i = heapq.heappop(queue)
        run = runs[i]
        if not run.alive or total != run.seconds or total >= min_seconds(run.label):
            continue
        target = _neighbour(runs, run, across_barriers)
        if target is None:
            continue
        run.label = runs[target].label
        for other in (run.previous, run.next):
            joins = other >= 0 and runs[other].label == run.label
            if joins and (across_barriers or not runs[max(i, other)].after_barrier):
                _swallow(runs, i, other)
        heapq.heappush(queue, (run.seconds, i))
    joined = np.empty_like(labels)
    for run in runs:
        if run.alive:
            joined[run.first : run.last + 1] = run.label
    return joined


def _neighbour(runs: list[_Run], run: _Run, across_barriers: bool) -> int | None:
    """The neighbour that a run joins; None where there is none."""
    sides = []
    if run.previous >= 0 and (across_barriers or not run.after_barrier):
        sides.append((run.previous, run.after_barrier))
    if run.next >= 0 and (across_barriers or not runs[run.next].after_barrier):
        sides.append((run.next, runs[run.next].after_barrier))
    if not sides:
        return None
    return max(sides, key=lambda side: (not side[1], runs[side[0]].label != NOISE, runs[side[0]].seconds))[0]


def _swallow(runs: list[_Run], i: int, other: int) -> None:
    run, gone = runs[i], runs[other]
    gone.alive = False
    run.seconds += gone.seconds
    if other == run.previous:
        run.first, run.previous, run.after_barrier = gone.first, gone.previous, gone.after_barrier
        if run.previous >= 0:
            runs[run.previous].next = i
    else:
        run.last, run.next = gone.last, gone.next
        if run.next >= 0:
            runs[run.next].previous = i
