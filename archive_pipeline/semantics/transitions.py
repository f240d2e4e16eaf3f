"""Which of its two neighbours a picture inside a gradual transition belongs to."""

import numpy as np
from numpy.typing import NDArray

from archive_pipeline.semantics.timeline import Cuts


def settled(times: NDArray[np.float64], cuts: Cuts) -> NDArray[np.intp]:
    """(n,) for each sample the one whose picture it counts as: itself, but inside a transition a neighbour of it.

    The middle divides: what lies before it counts as the last sample of the old picture, the rest as the first of the
    new one. A neighbour that another cut parts from the transition is none, and a sample without one is itself.
    """
    counts_as = np.arange(len(times))
    edges = np.sort(np.concatenate([cuts.hard_s, cuts.gradual_s.ravel()]))
    for begin_s, complete_s in cuts.gradual_s:
        old, new = np.searchsorted(times, begin_s, side="right") - 1, np.searchsorted(times, complete_s)
        first, middle = old + 1, int(np.searchsorted(times, (begin_s + complete_s) / 2))
        if old >= 0 and not _parted(edges, times[old], begin_s):
            counts_as[first : max(first, middle)] = old
        if new < len(times) and not _parted(edges, complete_s, times[new]):
            counts_as[max(first, middle) : new] = new
    return counts_as


def _parted(edges: NDArray[np.float64], after_s: float, until_s: float) -> bool:
    """Whether one of the sorted edges lies between the two times."""
    return bool(np.searchsorted(edges, after_s, side="right") < np.searchsorted(edges, until_s))
