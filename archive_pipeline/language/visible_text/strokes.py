"""Where lettering appears or changes among the sampled pictures of a shot, without reading any of it.

Letters are dense strong strokes that stay what they are while pictures behind them move. So a picture is divided into
cells; a cell is lettered where strokes are dense, and goes on being so as the same lettering as long as its strokes
are the same from picture to picture. The pictures to read are then a cover of all these runs, the fullest first. What
rolls is found by the shift at which the strokes of two pictures agree.

An hour at 3 pictures a second takes a fraction of what reading one picture a shot takes (docs/visible_text.md).
"""

import io
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from PIL import Image

_CELL = 12  # pixels; letters that can be read are not much smaller
_WEAK, _STRONG = 24, 40  # of 255 across two pixels: below the first is noise of compression
_DENSE = 0.15
_SAME = 0.6
_FEWEST_CELLS = 6
_STRIPS = 8
_FARTHEST = 0.45  # of the height, from one picture to the next
_SHIFTED = 0.3
_FEWEST_STROKES = 150
_PAIRS = 5
_SLOWEST = 4  # pixels; below, the same picture shimmers
_SEEN_AGAIN = 0.4  # of the height: what rolls on is read once in the upper and once in the lower half


class Strokes:
    """The strokes of successive pictures of one shot, all of one size."""

    def __init__(self, jpegs: Sequence[bytes]) -> None:
        self.maps = np.stack([_strokes(jpeg) for jpeg in jpegs])
        """(pictures, height, width) of uint8: how strongly the grey changes from left to right."""
        self.shifts = _shifts(self.maps)
        """(pictures - 1,): by how many pixels everything rises to the next picture; 0 where nothing rolls."""

    @property
    def height(self) -> int:
        return int(self.maps.shape[1])

    @property
    def width(self) -> int:
        return int(self.maps.shape[2])

    def to_read(self, first: int) -> list[int]:
        """Places of the pictures to read, in order: `first`, and what it takes to see all lettering once."""
        chosen = {first, *self._while_rolling()}
        lettered, same = self._cells()
        open_ = lettered & _in_a_run(lettered, same)
        open_[self.rolling] = False
        open_ &= np.roll(open_, 1, axis=2) | np.roll(open_, -1, axis=2)  # one cell is no word
        for place in chosen:
            _cover(open_, lettered, same, place)
        while (gains := open_.sum(axis=(1, 2))).max() >= _FEWEST_CELLS:
            best = np.flatnonzero(gains >= 0.95 * gains.max())
            place = int(best[len(best) // 2])  # in the middle, where nothing fades
            _cover(open_, lettered, same, place)
            chosen.add(place)
        return sorted(chosen)

    @property
    def rolling(self) -> list[int]:
        """Places of the pictures between two others of which all rise."""
        return (np.flatnonzero((self.shifts[:-1] != 0) & (self.shifts[1:] != 0)) + 1).tolist()

    def _while_rolling(self) -> list[int]:
        found, risen = [], 0
        for place, shift in enumerate(self.shifts.tolist(), start=1):
            risen = risen + abs(shift) if shift else 0
            if risen >= _SEEN_AGAIN * self.height:
                found.append(place)
                risen = 0
        return found

    def _cells(self) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Which cells are lettered (pictures, rows, columns), and which go on in the next picture."""
        lettered = _by_cell((self.maps >= _STRONG).astype(np.uint8)) >= _DENSE * _CELL * _CELL
        n, rows, columns = lettered.shape
        same = np.zeros((n, rows, columns), bool)
        for place in range(n - 1):
            a, b = self.maps[place], self.maps[place + 1]
            common, either = _by_cell(np.minimum(a, b)[None])[0], _by_cell(np.maximum(a, b)[None])[0]
            same[place] = (common >= _SAME * either) & lettered[place] & lettered[place + 1]
        return lettered, same


def likeness(a: NDArray[np.uint8], b: NDArray[np.uint8]) -> float:
    """Of the strokes in two boxes of one shape, 0 to 1: their weighted Jaccard index."""
    either = int(np.maximum(a, b).sum(dtype=np.int64))
    return int(np.minimum(a, b).sum(dtype=np.int64)) / either if either else 1.0


def _strokes(jpeg: bytes) -> NDArray[np.uint8]:
    with Image.open(io.BytesIO(jpeg)) as picture:
        grey = np.asarray(picture.convert("L"), dtype=np.int16)
    found = np.zeros(grey.shape, np.uint8)
    found[:, 1:-1] = np.abs(grey[:, 2:] - grey[:, :-2]).astype(np.uint8)
    found[found < _WEAK] = 0
    return found


def _by_cell(maps: NDArray[np.uint8]) -> NDArray[np.int64]:
    """(pictures, rows, columns): sums over cells; what is left over at the right and at the bottom is left out."""
    n, height, width = maps.shape
    rows, columns = height // _CELL, width // _CELL
    cut = maps[:, : rows * _CELL, : columns * _CELL].reshape(n, rows, _CELL, columns, _CELL)
    return np.asarray(cut.sum(axis=(2, 4), dtype=np.int64))


def _in_a_run(lettered: NDArray[np.bool_], same: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Cells that are the same in the picture before or after."""
    found = same.copy()
    found[1:] |= same[:-1]
    return found & lettered


def _cover(open_: NDArray[np.bool_], lettered: NDArray[np.bool_], same: NDArray[np.bool_], place: int) -> None:
    """Close the runs that the picture at `place` shows."""
    forward = backward = lettered[place]
    open_[place] = False
    for at in range(place, len(open_) - 1):
        forward = forward & same[at]
        open_[at + 1] &= ~forward
    for at in range(place - 1, -1, -1):
        backward = backward & same[at]
        open_[at] &= ~backward


def _shifts(maps: NDArray[np.uint8]) -> NDArray[np.int64]:
    """By how many pixels the strokes that do not stay where they are rise from each picture to the next; 0 where that
    is not plain to see. Credits roll at one speed and rain does not, so five pairs are looked at together."""
    if len(maps) <= _PAIRS:
        return np.zeros(len(maps) - 1, np.int64)
    found = np.stack([_agreement(a, b) for a, b in pairwise(maps)])
    near = np.stack([found[max(0, at - _PAIRS // 2) : at + _PAIRS // 2 + 1].mean(axis=0) for at in range(len(found))])
    best = near.argmax(axis=1)
    return np.where((best >= _SLOWEST) & (near.max(axis=1) >= _SHIFTED), best, 0)


def _agreement(before: NDArray[np.uint8], after: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Correlation, by rise in pixels from 0, of the strokes that go with those that come."""
    gone, come = before >= _STRONG, after >= _STRONG
    gone, come = gone & ~come, come & ~gone
    height = len(gone)
    reach = int(_FARTHEST * height)
    if min(gone.sum(), come.sum()) < _FEWEST_STROKES:
        return np.zeros(reach)
    a, b = _profile(gone), _profile(come)
    spectrum = np.fft.rfft(a, 2 * height, axis=0) * np.conj(np.fft.rfft(b, 2 * height, axis=0))
    agreement = np.fft.irfft(spectrum, axis=0).sum(axis=1)[:reach]
    return np.asarray(agreement / np.sqrt((a * a).sum() * (b * b).sum()))


def _profile(strokes: NDArray[np.bool_]) -> NDArray[np.float64]:
    """(height, strips): how much stroke each row has, in strips from left to right, about their means."""
    height, width = strokes.shape
    wide = width // _STRIPS * _STRIPS
    found = strokes[:, :wide].reshape(height, _STRIPS, -1).sum(axis=2).astype(np.float64)
    return np.asarray(found - found.mean(axis=0))
