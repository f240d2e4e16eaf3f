"""A sampled picture as a small grey square without the bars around it: what footage is known again by."""

import io
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image

SIGNATURE_SIDE = 24
_READ = 96  # pixels of the shorter side: JPEG is decoded at an eighth or a quarter of its size
_DARK = 40  # grey levels; studio black is 16, and coding leaves some more
_BAR = 0.85  # of a bar, and of its last line, is dark: a timecode or a mark may stand in it
_WIDEST = 0.32  # of a side: what is darker than that is night
_ALWAYS = 0.8  # of a shot's pictures: those at its ends may be mixed with other shots

Box = tuple[float, float, float, float]
"""Left, top, right and bottom, as shares of a frame."""


def read_grey(jpeg: bytes) -> Image.Image:
    """The picture in grey, small."""
    picture = Image.open(io.BytesIO(jpeg))
    scale = _READ / min(picture.size)
    picture.draft("L", (round(picture.width * scale), round(picture.height * scale)))
    return picture.convert("L")


def signatures(pictures: Sequence[Image.Image]) -> tuple[NDArray[np.uint8], Box]:
    """(n, SIGNATURE_SIDE, SIGNATURE_SIDE) of the pictures of one shot, of one size, as `read_grey` gives them, and
    where in the frame they are.

    Each is the median of itself and its two neighbours in time, so that falling snow and rain leave it as they leave
    another copy's, whose pictures are of other moments. Bars are what is dark at two opposite rims in nearly all of
    them: a night that somebody lights up is none.
    """
    seen = np.stack([np.asarray(picture) for picture in pictures])
    box = _without_bars(seen)
    side = (SIGNATURE_SIDE, SIGNATURE_SIDE)
    height, width = seen.shape[1:]
    pixels = (box[0] * width, box[1] * height, box[2] * width, box[3] * height)
    small = (Image.fromarray(one).resize(side, Image.Resampling.BOX, pixels) for one in calmed(seen))
    return np.stack([np.asarray(one) for one in small]), box


def calmed(seen: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Pictures (n, height, width) of one shot, each the median of itself and its neighbours."""
    before, after = np.concatenate([seen[:1], seen[:-1]]), np.concatenate([seen[1:], seen[-1:]])
    calmed: NDArray[np.uint8] = np.maximum(np.minimum(before, seen), np.minimum(np.maximum(before, seen), after))
    return calmed


def _without_bars(seen: NDArray[np.uint8]) -> Box:
    """Of pictures (n, height, width)."""
    dark = seen < _DARK
    height, width = dark.shape[1:]
    above = _bar(dark)
    beside = _bar(dark[:, above : height - above].swapaxes(1, 2))
    return beside / width, above / height, 1 - beside / width, 1 - above / height


def _bar(dark: NDArray[np.bool_]) -> int:
    """Lines of the bars at the beginning and at the end, which are as wide as each other: a dark sky has no dark
    ground."""
    darkness = np.quantile(np.count_nonzero(dark, axis=2), 1 - _ALWAYS, axis=0) / dark.shape[2]
    found = min(_dark_lines(darkness), _dark_lines(darkness[::-1]))
    return found if found <= _WIDEST * len(darkness) else 0


def _dark_lines(darkness: NDArray[np.float64]) -> int:
    so_far = np.cumsum(darkness) / np.arange(1, len(darkness) + 1)
    ends = np.flatnonzero((darkness >= _BAR) & (so_far >= _BAR))
    return int(ends[-1]) + 1 if len(ends) else 0
