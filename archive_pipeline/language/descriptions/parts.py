"""Parts of a picture that a detector boxed, which a description is asked to describe: which of them, and how they are
named in the question."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import polars as pl

from archive_pipeline.language.boxes import Box, Convention
from archive_pipeline.language.vlm.words import clean

MOST_PARTS = 10
_SAME = 0.5  # of what two boxes cover together they have this much in common: one part of the picture
_MOST_LETTERS = 40  # of a label


@dataclass(frozen=True)
class FoundPart:
    label: str
    """One of the detector's own."""

    box: Box


Part: TypeAlias = tuple[str, float, Box]
"""Label, score and box of what a detector found."""


def parts_of_shots(detections: pl.DataFrame) -> dict[str, tuple[FoundPart, ...]]:
    """By shot_id, what is to be described of the rows of the table `detections`."""
    found: dict[str, list[Part]] = {}
    for row in detections.iter_rows(named=True):
        part = row["label"], row["score"], Box(row["x0"], row["y0"], row["x1"], row["y1"])
        found.setdefault(row["shot_id"], []).append(part)
    return {shot_id: distinct_parts(own) for shot_id, own in found.items()}


def is_same(one: Box, other: Box) -> bool:
    """Whether two boxes are of one part of the picture: an intersection over union of a half or more."""
    width = min(one.right, other.right) - max(one.left, other.left)
    height = min(one.bottom, other.bottom) - max(one.top, other.top)
    common = max(width, 0.0) * max(height, 0.0)
    return common >= _SAME * (_area(one) + _area(other) - common)


def distinct_parts(found: Iterable[Part]) -> tuple[FoundPart, ...]:
    """The surest of what was found, whatever its label, without what covers the same part as a surer one."""
    kept: list[FoundPart] = []
    for label, _, box in sorted(found, key=lambda part: -part[1]):
        if len(kept) == MOST_PARTS:
            break
        if not any(is_same(box, one.box) for one in kept):
            kept.append(FoundPart(" ".join(clean(label).split())[:_MOST_LETTERS], box))
    return tuple(kept)


def listed_parts(parts: Sequence[FoundPart], convention: Convention | None, size: tuple[int, int]) -> str:
    """The parts as a question lists them, numbered from 1, in the numbers that the model reads boxes in: pixels of the
    picture of `size` (width, height) as it is sent, else thousandths of its sides."""
    width, height = size if convention == "pixels" else (1000, 1000)
    return "\n".join(
        f"{number}. {part.label} [{round(part.box.left * width)}, {round(part.box.top * height)}, "
        f"{round(part.box.right * width)}, {round(part.box.bottom * height)}]"
        for number, part in enumerate(parts, 1)
    )


def _area(box: Box) -> float:
    return (box.right - box.left) * (box.bottom - box.top)
