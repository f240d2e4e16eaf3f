"""Boxes: from the numbers that a model writes to parts of the picture."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Convention = Literal["pixels", "thousandths"]
"""`pixels` of the picture as the model saw it, after its preprocessing; `thousandths` of its width and height."""

_CONVENTIONS: tuple[tuple[re.Pattern[str], Convention], ...] = (
    (re.compile(r"qwen2[._]5[-_]?vl", re.IGNORECASE), "pixels"),
    (re.compile(r"qwen[23][-_]?vl", re.IGNORECASE), "thousandths"),
)
_SLACK = 0.05  # of a side: a box may stick out by this much and is cut; one further out is no box of this picture


@dataclass(frozen=True)
class Box:
    """Fractions of the picture, from its top left corner: 0 ≤ left < right ≤ 1, 0 ≤ top < bottom ≤ 1."""

    left: float
    top: float
    right: float
    bottom: float


def convention_of(model: str) -> Convention | None:
    """How a model counts, by its name; None for one that is not known, whose boxes mean nothing here."""
    return next((convention for pattern, convention in _CONVENTIONS if pattern.search(model)), None)


def box_from(corners: Sequence[float] | None, convention: Convention | None, seen_size: tuple[int, int]) -> Box | None:
    """The box whose corners (x1, y1, x2, y2) a model wrote; `seen_size` is (width, height) of what it saw, in pixels.

    Numbers that would all lie within the first pixel are fractions, as some models write them whatever was asked. None
    where there is no box, where the convention is not known, or where the numbers cannot be one: not four, not finite,
    without an area, beyond the picture.
    """
    if corners is None or convention is None or len(corners) != 4 or not all(map(math.isfinite, corners)):
        return None
    if max(map(abs, corners)) <= 1 + _SLACK:
        width, height = 1, 1
    else:
        width, height = seen_size if convention == "pixels" else (1000, 1000)
    x1, y1, x2, y2 = corners[0] / width, corners[1] / height, corners[2] / width, corners[3] / height
    if min(x1, y1, x2, y2) < -_SLACK or max(x1, y1, x2, y2) > 1 + _SLACK:
        return None
    left, right = (min(max(x, 0.0), 1.0) for x in sorted((x1, x2)))
    top, bottom = (min(max(y, 0.0), 1.0) for y in sorted((y1, y2)))
    return Box(left, top, right, bottom) if left < right and top < bottom else None
