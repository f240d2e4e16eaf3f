"""Which photos may be found by what only their own files say: keywords, a place. Shots say none of it, so they pass no
such filter."""

import math
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from archive_pipeline.errors import RequestError

_FARTHEST_KM = 20_038
"""Half of the equator: everywhere."""


@dataclass(frozen=True)
class Circle:
    latitude: float
    """Degrees north."""
    longitude: float
    """Degrees east."""
    km: float


@dataclass(frozen=True)
class Box:
    """Between two parallels and two meridians, in degrees; `west` above `east` is one across the date line."""

    south: float
    west: float
    north: float
    east: float

    @property
    def parts(self) -> tuple["Box", ...]:
        """The same without the date line in it."""
        if self.west <= self.east:
            return (self,)
        return (Box(self.south, self.west, self.north, 180.0), Box(self.south, -180.0, self.north, self.east))


@dataclass(frozen=True)
class PhotoFilter:
    """Every condition that is given must hold. Empty means all. Made by `photo_filter` from what people write."""

    keywords: tuple[str, ...] = ()
    """As `keyword_of` writes them; where several are given, a photo must have all of them."""
    near: Circle | None = None
    box: Box | None = None


ANY_PHOTO = PhotoFilter()


def photo_filter(keywords: Iterable[str] = (), near: str = "", box: str = "") -> PhotoFilter:
    """From what people write; "" is no condition.

    `near` is `latitude,longitude,kilometres`, `box` is `south,west,north,east`. Raises RequestError `bad_filter`.
    """
    named = tuple(dict.fromkeys(filter(None, map(keyword_of, keywords))))
    return PhotoFilter(named, _circle(near) if near.strip() else None, _box(box) if box.strip() else None)


def keyword_of(written: str) -> str:
    """A keyword as it is kept and compared: without case, with composed accents and single blanks."""
    return " ".join(unicodedata.normalize("NFC", written).casefold().split())


def _circle(written: str) -> Circle:
    numbers = _numbers(written, 3)
    if numbers and abs(numbers[0]) <= 90 and abs(numbers[1]) <= 180 and 0 < numbers[2] <= _FARTHEST_KM:
        return Circle(*numbers)
    raise RequestError(
        "bad_filter",
        f"near is {written[:60]!r}; write latitude and longitude in degrees and how many kilometres around it, with "
        "points and commas: 42.466,-2.445,5.",
    )


def _box(written: str) -> Box:
    numbers = _numbers(written, 4)
    if numbers and -90 <= numbers[0] < numbers[2] <= 90 and max(abs(numbers[1]), abs(numbers[3])) <= 180:
        return Box(*numbers)
    raise RequestError(
        "bad_filter",
        f"box is {written[:60]!r}; write the south, west, north and east of it in degrees, with points and commas: "
        "42.4,-2.5,42.5,-2.4.",
    )


def _numbers(written: str, n: int) -> list[float]:
    """So many finite numbers; none where it is something else."""
    try:
        found = [float(part) for part in written.split(",")]
    except ValueError:
        return []
    return found if len(found) == n and all(map(math.isfinite, found)) else []
