"""The writings of one shot: pictures chosen, read, and their lines followed."""

from collections.abc import Callable, Sequence

from archive_pipeline.language.visible_text.model import Line, Writing
from archive_pipeline.language.visible_text.spans import writings_of
from archive_pipeline.language.visible_text.strokes import Strokes

_EDGE = 0.015


def read_writings(
    jpegs: Sequence[bytes], times_s: Sequence[float], end_s: float, first: int, read: Callable[[int], list[Line]]
) -> tuple[list[Writing], int]:
    """What is written in successive pictures of a shot, which ends at `end_s`, and how many of them were read.

    `first`: place of a picture to read in any case; `read` gives the lines of the picture at a place.
    """
    strokes = Strokes(jpegs)
    lines = {place: read(place) for place in strokes.to_read(first)}
    for place in lines.keys() & set(strokes.rolling):  # a line that comes or goes is half a line
        lines[place] = [line for line in lines[place] if line.box.y0 > _EDGE and line.box.y1 < 1 - _EDGE]
    return writings_of(lines, strokes, times_s, end_s), len(lines)
