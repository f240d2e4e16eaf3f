"""Whether two shots show the same footage, and where."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from archive_pipeline.semantics.footage.alignment import Run, Timed, longest_run
from archive_pipeline.semantics.footage.geometry import PLAIN, Placement, placements
from archive_pipeline.semantics.footage.pictures import Grey, details
from archive_pipeline.semantics.footage.signature import Box

ALIKE = 0.7
"""Of `details`: pictures above it are more likely the same than not."""
SAME = 0.8
"""Mean of a run that is looked at closer: at 0.7 recall was 0.966 for 0.914, precision 0.910 for 0.977 (seed 6006)."""
SAME_PART = 0.865
"""The same in a window of one of them, of which there are hundreds: ten pairs that were alike by chance had less over
their whole length (seeds 6006, 7741 and 9009), and two true ones."""
SHORTEST_S, SHORTEST_PART_S = 1.0, 2.0  # a second of some window is alike by chance, as one drawing on two grounds
_STILL = 0.99  # of `details`, between most pictures and the next: a title may change once, what moves always does
_COVERED = 0.8  # of the shorter shot: where whole pictures are alike for less, a window may be for longer
_STEPS = 4  # to windows beside the best, while these make a run longer: a pan passes for another window at another time
_BETTER = 1.01
_CLEARLY = 1.2  # by which a window must be better than the whole
_TRIED = 8  # windows, of those that suit a pair of landmarks best


@dataclass(frozen=True)
class Shot:
    """A shot's sampled pictures (n, side, side) and their times; `box`: where in the frame they are."""

    pictures: Grey
    times: Timed
    box: Box


@dataclass(frozen=True)
class Match:
    """`run` of two shots whose small pictures are alike, when they lie like `placement`."""

    run: Run
    placement: Placement


def stands_still(pictures: Grey) -> bool:
    """Whether the pictures (n, side, side) of a stretch are the same but for noise."""
    seen = details(pictures)
    return len(seen) < 2 or float(np.median(np.einsum("nd,nd->n", seen[1:], seen[:-1]))) >= _STILL


def match(ours: Shot, other: Shot, landmarks: Sequence[tuple[Grey, Grey]] = ()) -> Match | None:
    """Where they show the same, in the whole pictures or in a window of one of them, as some pairs of `landmarks` (each
    (1, side, side)) lie in one another; None where they do not."""
    whole = _best(ours, other, PLAIN, SAME, SHORTEST_S)
    if whole and whole.run.weight >= _COVERED * min(ours.times.length_s, other.times.length_s):
        return whole
    tried = [placement for pair in landmarks for placement in placements(*pair, _TRIED)]
    part = _best(ours, other, list(dict.fromkeys(tried)), SAME_PART, SHORTEST_PART_S)
    for _ in range(_STEPS):
        better = part and _best(ours, other, part.placement.beside(), SAME_PART, SHORTEST_PART_S)
        if not part or not better or better.run.weight <= _BETTER * part.run.weight:
            break
        part = better
    return part if whole is None or (part and part.run.weight >= _CLEARLY * whole.run.weight) else whole


def _best(ours: Shot, other: Shot, tried: Sequence[Placement], same: float, shortest_s: float) -> Match | None:
    found = []
    for placement in tried:
        similarity = placement.compared(ours.pictures, other.pictures)
        if similarity.max(initial=-1) < same:
            continue
        run = longest_run(similarity, ours.times, other.times, ALIKE)
        if run is None or run.score < same or run.end_s - run.start_s < shortest_s:
            continue
        found.append(Match(run, placement))
    return max(found, key=lambda one: one.run.weight, default=None)
