"""What stands where no picture is: black leader, one colour, colour bars."""

from typing import Literal

import numpy as np
from numpy.typing import NDArray

Leader = Literal["black", "colour", "bars"]

SIZE = (48, 27)
"""Width and height that it is told by: of the thumbnails that cuts are found in."""
_EVEN = 12
"""Levels of luma (of 255) that a surface of one colour may vary by, compression and noise of this size included; a
night scene varies by more, a title in small letters by far more."""
_BLACK = 32
_BARS = (0b110, 0b011, 0b010, 0b101, 0b100, 0b001)
"""Yellow, cyan, green, magenta, red, blue: the order of luma, in EBU's and SMPTE's bars alike."""


def leader(pixels: NDArray[np.uint8]) -> Leader | None:
    """Which leader the picture is, from its RGB thumbnail of SIZE (27, 48, 3); None for one that shows something."""
    luma = pixels @ np.array([0.299, 0.587, 0.114], dtype=np.float32)
    if np.ptp(luma) <= _EVEN:
        return "black" if luma.mean() < _BLACK else "colour"
    return "bars" if _are_bars(pixels) else None


def _are_bars(pixels: NDArray[np.uint8]) -> bool:
    """Upright stripes over the upper half, among them the six colours in their order."""
    upper = pixels[1 : SIZE[1] // 2].astype(np.int16)
    stripes = np.median(upper, axis=0)
    if (np.abs(upper - stripes).max(axis=(0, 2)) > 2 * _EVEN).mean() > 0.25:  # the edges of stripes may be soft
        return False
    codes = iter((stripes > stripes.max() / 2) @ np.array([4, 2, 1]))
    return all(any(code == wanted for code in codes) for wanted in _BARS)
