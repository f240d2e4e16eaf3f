"""A closer look at what is taken for the same: in which share of the parts that tell anything do both show the same?

Small pictures do not tell a title from another one on the same ground, nor colour bars from colour bars. What counts
here are parts with edges in more than one direction: letters, faces, leaves; straight lines, as bars and frames have
them, are alike everywhere. The rim and what is in the corners does not count, where marks, clocks and lower thirds are.
"""

from collections.abc import Sequence

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from PIL import Image
from scipy.ndimage import maximum_filter, uniform_filter

from archive_pipeline.semantics.footage.geometry import Placement
from archive_pipeline.semantics.footage.signature import Box

AGREED_STILL, AGREED_WHOLE, AGREED_PART = 0.95, 0.45, 0.55
"""Share of the parts that tell something in which two pictures show the same. Where nothing moves nothing excuses what
differs, as one of two lines of a title; what moves is elsewhere a sixth of a second later. Of a picture's many windows
one may look like another picture by chance. On seeds 6006 and 7741 all of 124 true pairs that stand still pass and 263
of 265 that move, and 2 of 888 and 1 of 66 others that got so far."""

_SIZE = (128, 96)  # pixels
_PART = 16
_BESIDE = 5  # pixels, by which one may lie beside the other, every part alike but for one: cameras pan between samples
_BLUR = 4
_TELLS = 2.0  # grey levels a pixel, in the direction in which a part changes least
_SAME = 0.6  # correlation
_FEWEST = 3  # parts that tell something; less is a plain picture

Grey = NDArray[np.float32]


def agree(pairs: Sequence[tuple[Image.Image, Image.Image]], enough: float) -> bool:
    """Of pictures of mode L, two of each of some moments, as `laid` gives them. Never where they show hardly anything.

    One moment is enough, because cameras pan between two samples, and so are all laid over each other, because rain,
    snow and grain are gone then.
    """
    arrays = [(np.asarray(first, np.float32), np.asarray(second, np.float32)) for first, second in pairs]
    over = tuple(np.median([pair[side] for pair in arrays], axis=0) for side in (0, 1))
    return any(_agreement(_detail(first), _detail(second)) >= enough for first, second in (over, *arrays))


def _agreement(one: Grey, other: Grey) -> float:
    tells = np.maximum(_structure(one), _structure(other))[1:-1, 1:-1] >= _TELLS
    tells[np.ix_([0, -1], [0, -1])] = False
    if tells.sum() < _FEWEST:
        return 0.0
    alike = _correlations(one, other)
    near = maximum_filter(alike, size=(3, 3, 1, 1))
    return float((near[..., tells] >= _SAME).mean(axis=2).max())


def laid(
    first: Image.Image, box: Box, second: Image.Image, other_box: Box, placement: Placement
) -> tuple[Image.Image, Image.Image]:
    """Both without bars (`box`), of one size, where they show the same."""
    window = placement.bounds
    ours = _cut(first, _inner(box, window) if placement.of_first else box)
    inner = other_box
    if not placement.of_first:
        top, left, high, wide = window
        inner = _inner(other_box, (top, 1 - left - wide, high, wide) if placement.mirrored else window)
    theirs = _cut(second, inner)
    return ours, theirs.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if placement.mirrored else theirs


def _inner(box: Box, window: tuple[float, float, float, float]) -> Box:
    top, left, high, wide = window
    width, height = box[2] - box[0], box[3] - box[1]
    x, y = box[0] + left * width, box[1] + top * height
    return x, y, x + wide * width, y + high * height


def _cut(picture: Image.Image, box: Box) -> Image.Image:
    width, height = picture.size
    pixels = (box[0] * width, box[1] * height, box[2] * width, box[3] * height)
    return picture.resize(_SIZE, Image.Resampling.BILINEAR, pixels)


def _detail(picture: NDArray[np.floating]) -> Grey:
    detail: Grey = (picture - uniform_filter(picture, 2 * _BLUR + 1)).astype(np.float32)
    return detail


def _structure(detail: Grey) -> Grey:
    """By part the lesser eigenvalue's root of its structure tensor (Harris and Stephens 1988)."""
    down, right = np.gradient(detail)
    a, b, c = (_by_part(np.asarray(product)) for product in (right * right, right * down, down * down))
    lesser = (a + c - np.sqrt((a - c) ** 2 + 4 * b * b)) / 2
    return np.sqrt(np.maximum(lesser, 0))


def _correlations(one: Grey, other: Grey) -> Grey:
    """(down, right, rows, columns): of each part that is not at the rim, with the other picture moved so far."""
    rows, columns = _SIZE[1] // _PART - 2, _SIZE[0] // _PART - 2
    parts = one[_PART:-_PART, _PART:-_PART].reshape(rows, _PART, columns, _PART).swapaxes(1, 2)
    start, wide = _PART - _BESIDE, _PART + 2 * _BESIDE
    around = sliding_window_view(other, (wide, wide))[start::_PART, start::_PART][:rows, :columns]
    moved = sliding_window_view(around, (_PART, _PART), axis=(2, 3))
    energy = np.einsum("rcduij,rcduij->durc", moved, moved) * np.einsum("rcij,rcij->rc", parts, parts)
    alike = np.einsum("rcduij,rcij->durc", moved, parts)
    return np.asarray(alike / np.maximum(np.sqrt(energy), 1e-6 * _PART**2), np.float32)


def _by_part(values: NDArray[np.floating]) -> Grey:
    """Means of the parts."""
    rows, columns = _SIZE[1] // _PART, _SIZE[0] // _PART
    means: Grey = values.reshape(rows, _PART, columns, _PART).mean(axis=(1, 3))
    return means
