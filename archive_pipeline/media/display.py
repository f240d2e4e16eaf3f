"""From coded to displayed pictures: sample aspect ratio, rotation, and the size of the pictures that are kept."""

_STRANGEST_RATIO = 8.0  # a sample aspect ratio beyond 1:8 or 8:1 is a mistake of the file, not a format
_LONGEST_SIDE = 16 * 1024  # of a kept picture, so that a hostile shape cannot ask for gigabytes; JPEG ends at 65,500
_ROUNDING = 0.005  # WebM notes a display size in whole pixels: 399:400 is meant to be square


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
