"""What a reader of pictures answers, and what is made of it."""

from dataclasses import dataclass
from typing import Literal, Protocol

Kind = Literal["lower_third", "title", "credit", "slate", "timecode", "other"]


@dataclass(frozen=True)
class Box:
    """Sides as fractions of the picture's width and height, from its top left corner."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def height(self) -> float:
        return self.y1 - self.y0

    @property
    def middle(self) -> tuple[float, float]:
        return (self.x0 + self.x1) / 2, (self.y0 + self.y1) / 2

    def risen(self, by: float) -> "Box":
        """The box `by` pictures' heights further up."""
        return Box(self.x0, self.y0 - by, self.x1, self.y1 - by)

    def overlap(self, other: "Box") -> float:
        """Common area over that of the smaller box, 0 to 1."""
        width = min(self.x1, other.x1) - max(self.x0, other.x0)
        height = min(self.y1, other.y1) - max(self.y0, other.y0)
        smaller = min(one.height * (one.x1 - one.x0) for one in (self, other))
        return max(0.0, width) * max(0.0, height) / smaller if smaller > 0 else 0.0


@dataclass(frozen=True)
class Line:
    """A line of letters in one picture."""

    text: str
    confidence: float
    """0 to 1."""
    box: Box


@dataclass(frozen=True)
class Writing:
    """A line of letters for as long as it is to be seen in a shot. Times in seconds."""

    text: str
    confidence: float
    box: Box
    """In the picture at `read_s`."""
    start_s: float
    end_s: float
    read_s: float
    rolls: bool
    """Whether it moves up or down the picture, as credits do."""


class TextReader(Protocol):
    """A model in this process. One thread at a time."""

    @property
    def device(self) -> str:
        """`cpu` or `cuda`."""

    def read(self, jpeg: bytes) -> list[Line]:
        """The lines of a picture, from the top down. Raises MediaError `picture_damaged`."""
