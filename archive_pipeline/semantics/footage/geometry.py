"""How one picture lies in another: the whole of one is a window of the other, as it is or mirrored.

Windows down to three quarters of a side, in both directions alike (a crop, a picture between bars that were not
recognised as such) or in one (4:3 of 16:9). Some forty tell whether there is any at all.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import product

import numpy as np
from numpy.typing import NDArray

from archive_pipeline.semantics.footage.pictures import (
    DETAIL_SIDE,
    Grey,
    Operator,
    Vectors,
    details,
    finished,
    mirror,
    window,
)

_SHARES = (0.96, 0.92, 0.88, 0.84, 0.80, 0.76)
_STEP = 0.04  # of a side: less than a cell of `details`
_COARSE = 2  # of these steps
_HOPEFUL = 0.5  # of a window that is half of a coarse step beside the right one
WHOLE = 0
"""The window that is all of a picture."""


@dataclass(frozen=True)
class Placement:
    """`window` of the second picture or, where `of_first`, of the first one shows what the whole of the other does."""

    window: int = WHOLE
    of_first: bool = False
    mirrored: bool = False

    def compared(self, first: Grey, second: Grey) -> NDArray[np.float32]:
        """(n, m) how alike n pictures and m others are when they lie so, -1 to 1; 0 where one shows nothing."""
        cut, uncut = _operators(self.window), _operators(WHOLE)
        ours = details(first, *(cut if self.of_first else uncut))
        theirs = details(mirror(second) if self.mirrored else second, *(uncut if self.of_first else cut))
        similarity: NDArray[np.float32] = ours @ theirs.T
        return similarity

    def beside(self) -> list["Placement"]:
        """With the windows that lie near this one's."""
        return [replace(self, window=near) for near in _neighbours(self.window) if near != self.window]

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """Of the window: top, left, height, width, as shares of the picture that it is of, after mirroring."""
        top, left, high, wide = _bounds()[self.window].tolist()
        return top, left, high, wide


PLAIN = (Placement(), Placement(mirrored=True))
"""The whole of one is the whole of the other."""


def likeness(picture: Grey, others: Grey) -> NDArray[np.float32]:
    """(n,) how alike a picture (1, side, side) and each of n others are in the window that suits them best, -1 to 1;
    less where coarse windows leave no hope."""
    found: NDArray[np.float32] = _inside(picture, others, _coarse()).max(axis=(1, 2))
    hopeful = np.flatnonzero(found >= _HOPEFUL)
    if len(hopeful):
        found[hopeful] = _inside(picture, others[hopeful], range(len(_bounds()))).max(axis=(1, 2))
    return found


def placements(first: Grey, second: Grey, n: int) -> list[Placement]:
    """The `n` likeliest of two pictures, each (1, side, side), best first."""
    similarity = _inside(first, second, range(len(_bounds())))[0]
    ways = [(of_first, mirrored) for of_first in (False, True) for mirrored in (False, True)]
    found = []
    for at in np.argsort(-similarity, axis=None, kind="stable")[:n].tolist():
        window, (of_first, mirrored) = at // len(ways), ways[at % len(ways)]
        found.append(Placement(_turned()[window] if mirrored and not of_first else window, of_first, mirrored))
    return found


def _inside(picture: Grey, others: Grey, windows: Sequence[int]) -> NDArray[np.float32]:
    """(n, windows, 4): how alike they are when a window of the other one is the whole of the picture, as it is and
    mirrored, and when a window of the picture is the whole of the other one, as that is and mirrored."""
    cut, own = windows_of(others, windows), windows_of(picture, windows)[0]
    seen = [details(one)[0] for one in (picture, mirror(picture))]
    return np.stack(
        [*(cut @ one for one in seen), *(details(one) @ own.T for one in (others, mirror(others)))], axis=-1
    )


def windows_of(pictures: Grey, windows: Sequence[int]) -> Vectors:
    """(n, windows, 256) `details` of some windows of pictures."""
    rows, columns = _stacked()
    chosen = list(windows)
    seen = np.matmul(rows[chosen] @ pictures.astype(np.float32)[:, None], columns[chosen], dtype=np.float32)
    return finished(seen.reshape(-1, *seen.shape[2:])).reshape(len(pictures), len(chosen), DETAIL_SIDE**2)


@cache
def _bounds() -> NDArray[np.float64]:
    """(windows, 4): top, left, height, width, as shares of the picture."""
    spans = [(1.0, 1.0), *((share, share) for share in _SHARES)]
    spans += [pair for share in _SHARES[1::2] for pair in ((share, 1.0), (1.0, share))]
    return np.array(
        [(top, left, high, wide) for high, wide in spans for top, left in product(_places(high), _places(wide))]
    )


def _places(share: float) -> NDArray[np.float64]:
    slack = 1 - share
    return np.linspace(0, slack, 1 + round(slack / _STEP))


@cache
def _coarse() -> list[int]:
    """One of any that lie within a coarse step of each other."""
    chosen: list[int] = []
    for at, bounds in enumerate(_bounds()):
        if all(np.abs(bounds - _bounds()[other]).max() > (_COARSE - 0.5) * _STEP for other in chosen):
            chosen.append(at)
    return chosen


@cache
def _turned() -> list[int]:
    """By window the one that shows the same of the mirrored picture."""
    top, left, high, wide = _bounds().T
    turned = np.stack([top, 1 - left - wide, high, wide], axis=1)
    return [int(np.abs(_bounds() - one).max(axis=1).argmin()) for one in turned]


@cache
def _neighbours(window: int) -> tuple[int, ...]:
    apart = np.abs(_bounds() - _bounds()[window]).max(axis=1)
    return tuple(int(at) for at in np.flatnonzero(apart <= (_COARSE - 0.5) * _STEP))


@cache
def _operators(number: int) -> tuple[Operator, Operator]:
    top, left, high, wide = _bounds()[number]
    return window(top, top + high), window(left, left + wide)


@cache
def _stacked() -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    rows, columns = zip(*(_operators(number) for number in range(len(_bounds()))), strict=True)
    return np.stack(rows), np.ascontiguousarray(np.stack(columns).transpose(0, 2, 1))
