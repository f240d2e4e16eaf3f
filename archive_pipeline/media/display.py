"""From coded to displayed pictures: display matrix, sample aspect ratio, and the size of the pictures that are kept."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

_STRANGEST_RATIO = 8.0  # a sample aspect ratio beyond 1:8 or 8:1 is a mistake of the file, not a format
_LONGEST_SIDE = 16 * 1024  # of a kept picture, so that a hostile shape cannot ask for gigabytes; JPEG ends at 65,500
_STRAIGHT = 0.00175  # the sine of 0.1 degrees, within which Chromium calls an angle a right one
_ROUNDING = 0.005  # WebM notes a display size in whole pixels: 399:400 is meant to be square


@dataclass(frozen=True)
class Orientation:
    """How a coded picture is turned to be shown: mirrored first, then rotated."""

    rotation: int = 0
    """Clockwise, in degrees: 0, 90, 180 or 270."""

    is_mirrored: bool = False
    """Whether left and right change places; a picture that is flipped top to bottom is mirrored and rotated by 180."""

    note: str | None = None
    """What a display matrix asks for that is not done, as a sentence."""


def orientation(matrix: Sequence[int] | None) -> Orientation:
    """What a display matrix asks for: nine numbers as ISO/IEC 14496-12 has them, (a b u, c d v, x y w).

    Right angles and mirrors are honoured, whatever the scale. All else leaves the picture as it is coded, because that
    is how browsers show it.
    """
    if matrix is None:
        return Orientation()
    a, b, _, c, d, *_ = matrix
    wide, high = math.hypot(a, c), math.hypot(b, d)
    if not wide or not high:
        return Orientation(note="The display matrix is damaged: pictures are not turned.")
    cosine, sine, area = d / high, -c / wide, (a * d - b * c) / (wide * high)
    angle = math.degrees(math.atan2(sine, cosine))
    if 1 - abs(area) > _STRAIGHT**2:
        return Orientation(note="The display matrix slants pictures, which is not done.")
    if min(abs(cosine), abs(sine)) > _STRAIGHT:
        return Orientation(note=f"The display matrix turns by {angle:.3g}°, no right angle: pictures are not turned.")
    return Orientation(round(angle / 90) * 90 % 360, area < 0)


def turning_filters(rotation: int, is_mirrored: bool) -> list[tuple[str, ...]]:
    """ffmpeg's filters, each a name and its arguments, that turn a coded picture as `Orientation` says."""
    mirror: list[tuple[str, ...]] = [("hflip",)] if is_mirrored else []
    if rotation == 180:
        return [("vflip",)] if is_mirrored else [("hflip",), ("vflip",)]
    return [*mirror, ("transpose", "clock" if rotation == 90 else "cclock")] if rotation else mirror


def sane_aspect_ratio(ratio: float | None) -> float:
    """`ratio` where it can be meant and differs from a square pixel's by more than rounding, else 1."""
    if not ratio or not 1 / _STRANGEST_RATIO <= ratio <= _STRANGEST_RATIO or abs(ratio - 1) <= _ROUNDING:
        return 1.0
    return ratio


def display_size(width: int, height: int, sample_aspect_ratio: float, rotation: int) -> tuple[int, int]:
    """Displayed (width, height) of a coded picture: the width stretched first, then rotated (clockwise degrees)."""
    stretched = max(1, round(width * sample_aspect_ratio))
    return (height, stretched) if rotation % 180 else (stretched, height)


def picture_size(width: int, height: int, shortest_side: int) -> tuple[int, int]:
    """(width, height) of a displayed picture shrunk to `shortest_side` on its shortest side, never enlarged."""
    shrink = min(1.0, shortest_side / min(width, height), _LONGEST_SIDE / max(width, height))
    return max(1, round(width * shrink)), max(1, round(height * shrink))
