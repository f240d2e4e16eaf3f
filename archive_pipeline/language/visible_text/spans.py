"""From lines in some pictures of a shot to writings with their times: each is followed from picture to picture."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from archive_pipeline.language.visible_text.kinds import is_timecode
from archive_pipeline.language.visible_text.model import Box, Line, Writing
from archive_pipeline.language.visible_text.strokes import Strokes, likeness

_GOES_ON = 0.4
_INSIDE = 0.5
_ALIKE = 0.7
_OVERLAPS = 0.4
_SEARCHED = range(-4, 5)  # pixels: what rolls does so unevenly, as frames are sampled
_STANDS = 0.1  # by how much more alike strokes must be elsewhere to have moved
_MOVES = 2
_COLUMN = 0.03


@dataclass(frozen=True)
class _Followed:
    line: Line
    place: int
    """Of the picture that it was read in."""
    boxes: Mapping[int, Box]
    """Where it is in each picture that shows it."""
    rolls: bool


def writings_of(
    lines: Mapping[int, Sequence[Line]], strokes: Strokes, times_s: Sequence[float], end_s: float
) -> list[Writing]:
    """`lines` by place of the picture in which they were read; `times_s`: of all pictures of the shot, which ends at
    `end_s`. What is read in several pictures is one writing, as the surest of them has it."""
    found: list[_Followed] = []
    for place in sorted(lines):
        for line in lines[place]:
            followed = _follow(line, place, strokes)
            same = next((one for one in found if _is_same(one, followed)), None)
            if same is None:
                found.append(followed)
            else:
                found[found.index(same)] = _joined(same, followed)
    ends_s = [*times_s[1:], end_s]
    return [
        Writing(
            one.line.text,
            one.line.confidence,
            one.line.box,
            times_s[min(one.boxes)],
            ends_s[max(one.boxes)],
            times_s[one.place],
            one.rolls,
        )
        for one in found
    ]


def _follow(line: Line, place: int, strokes: Strokes) -> _Followed:
    boxes, n_moves = {place: line.box}, 0
    for step, limit in ((1, len(strokes.maps)), (-1, -1)):
        box = line.box
        for at in range(place + step, limit, step):
            shift = int(strokes.shifts[min(at, at - step)]) * step
            moved = _next(box, strokes, at - step, at, shift)
            if moved is None:
                break
            n_moves += moved != box
            box = boxes[at] = moved
    return _Followed(line, place, boxes, n_moves >= _MOVES)


def _next(box: Box, strokes: Strokes, here: int, there: int, shift: int) -> Box | None:
    """Where the box is in the picture `there`: in its place or, where the picture rolls, as far up; None where its
    strokes are not to be seen. What rolls may leave the picture by a half."""
    rises = {0, *(shift + more for more in _SEARCHED)} if shift else {0}
    found = {rise: _likeness(box, strokes, here, there, rise) for rise in rises}
    rise = max(found, key=lambda rise: found[rise] + (_STANDS if rise == 0 else 0))
    return box.risen(rise / strokes.height) if found[rise] >= _GOES_ON else None


def _likeness(box: Box, strokes: Strokes, here: int, there: int, rise: int) -> float:
    """Of the strokes in the box in one picture and `rise` pixels further up in another."""
    rows, columns = _pixels(box, strokes)
    top, bottom = max(rows.start, rise, 0), min(rows.stop, strokes.height + rise, strokes.height)
    if bottom - top < _INSIDE * (rows.stop - rows.start):
        return 0.0
    return likeness(strokes.maps[here][top:bottom, columns], strokes.maps[there][top - rise : bottom - rise, columns])


def _pixels(box: Box, strokes: Strokes) -> tuple[slice, slice]:
    top, left = round(box.y0 * strokes.height), max(0, int(box.x0 * strokes.width))
    return slice(top, max(top + 1, round(box.y1 * strokes.height))), slice(
        left, max(left + 1, round(box.x1 * strokes.width))
    )


def _is_same(one: _Followed, other: _Followed) -> bool:
    """Whether both say the same and are in one place whenever they are seen together; if they never are, in one column:
    a line that was lost from sight stands still or rolls."""
    together = one.boxes.keys() & other.boxes.keys()
    if together:
        place = min(together)
        is_there = one.boxes[place].overlap(other.boxes[place]) >= _OVERLAPS
    else:
        a, b = one.line.box, other.line.box
        is_there = min(abs(a.x0 - b.x0), abs(a.middle[0] - b.middle[0])) <= _COLUMN
    return is_there and _reads_alike(one.line.text, other.line.text)


def _reads_alike(one: str, other: str) -> bool:
    if is_timecode(one) and is_timecode(other):
        return True
    a, b = ("".join(text.split()).casefold() for text in (one, other))
    matcher = SequenceMatcher(None, a, b, autojunk=False)
    bounds = (matcher.real_quick_ratio, matcher.quick_ratio)  # cheap, and never below the ratio
    return all(bound() >= _ALIKE for bound in bounds) and matcher.ratio() >= _ALIKE


def _joined(one: _Followed, other: _Followed) -> _Followed:
    surest = max(one, other, key=lambda known: (known.line.confidence, len(known.line.text)))
    lost = not one.boxes.keys() & other.boxes.keys()
    rolls = one.rolls or other.rolls or (lost and abs(one.line.box.y0 - other.line.box.y0) > _COLUMN)
    return replace(surest, boxes={**one.boxes, **other.boxes}, rolls=rolls)
