"""The pictures of a shot that stand for it among all of an archive: one for a picture that stands still."""

import numpy as np
from numpy.typing import NDArray

from archive_pipeline.semantics.footage.pictures import Grey, details

_OTHER_PICTURE = 0.8  # of `details`
_APART_S = 1.0


def landmarks(pictures: Grey, pts_s: NDArray[np.float64]) -> list[int]:
    """Places of the pictures (n, side, side) of one shot that differ from the landmark before, at least a second apart.

    None of a shot that shows nothing to be known again by.
    """
    seen = details(pictures)
    found: list[int] = []
    for place in np.flatnonzero(seen.any(axis=1)):
        last = found[-1] if found else None
        if last is None or (pts_s[place] - pts_s[last] >= _APART_S and seen[place] @ seen[last] < _OTHER_PICTURE):
            found.append(int(place))
    return found
