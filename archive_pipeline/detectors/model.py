"""What a detector is asked and what it answers."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Detection:
    """Something that was found. Its box in pixels of the upright picture, from its top left corner."""

    label: str
    """One of the checkpoint's own, mostly COCO's eighty in English."""
    score: float
    """0 to 1; scores of two checkpoints do not compare."""
    x0: float
    y0: float
    x1: float
    """Above `x0`, at most the width."""
    y1: float


@dataclass(frozen=True)
class Seen:
    """What was found in one picture, best first."""

    width: int
    """Of the upright picture, pixels."""
    height: int
    things: tuple[Detection, ...]


class Detector(Protocol):
    """A model in this process. One thread at a time."""

    @property
    def device(self) -> str:
        """`cpu`, `mps`, `cuda` or `cuda:1`."""

    def detect(self, pictures: Iterable[bytes], min_score: float) -> list[Seen]:
        """What is found in each picture (an encoded one, such as a JPEG; turned upright by its EXIF), in their order.

        Raises MediaError `picture_damaged` and `picture_shape`, ConfigurationError `detector_not_finite`,
        PassingError `out_of_memory` and `device_failed`.
        """


@dataclass(frozen=True)
class ObjectParameters:
    """Which objects are looked for in a collection's shots."""

    detector: str = "rt-detr"
    """One of the names in ARCHIVE_DETECTORS."""
    min_score: float = 0.5
    """What scores less is not kept."""

    def __post_init__(self) -> None:
        if not 0 < self.min_score < 1:
            raise ValueError(f"min_score is {self.min_score}; it lies between 0 and 1")
