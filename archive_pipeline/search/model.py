"""What goes into the index and what comes out of it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from archive_pipeline.search.counted import Counts, counts_of, is_keyword, keywords
from archive_pipeline.search.dates import ANY_TIME, Period
from archive_pipeline.search.listed import Listed, listed_key
from archive_pipeline.search.photo_filter import ANY_PHOTO, PhotoFilter

Vector = NDArray[np.float32]


def unit(vector: Vector) -> Vector:
    """The vector (d,) at length 1, float32 and contiguous; ValueError for a zero, infinite or NaN one."""
    wide = vector.astype(np.float64)
    if wide.ndim != 1 or not np.isfinite(wide).all() or not wide.any():
        raise ValueError(f"vector of shape {vector.shape} is not a finite, non-zero row")
    return np.ascontiguousarray(wide / np.linalg.norm(wide), dtype=np.float32)


@dataclass(frozen=True, eq=False)
class SparseVector:
    """The weights of some of 2³² dimensions; the others are 0. Never empty."""

    ids: NDArray[np.uint32]
    """(m,) increasing."""
    weights: NDArray[np.float32]
    """(m,)"""

    def __post_init__(self) -> None:
        if self.ids.shape != self.weights.shape or self.ids.ndim != 1 or not len(self.ids):
            raise ValueError(f"ids of shape {self.ids.shape} and weights of {self.weights.shape} are no sparse vector")

    @classmethod
    def of(cls, weights: Mapping[int, float]) -> "SparseVector | None":
        """From weights by dimension; None where there are none."""
        ids = sorted(weights)
        found = np.array([weights[key] for key in ids], dtype=np.float32)
        return cls(np.array(ids, dtype=np.uint32), found) if ids else None

    def weight_of(self, dimension: int) -> float:
        at = int(np.searchsorted(self.ids, dimension))
        return float(self.weights[at]) if at < len(self.ids) and self.ids[at] == dimension else 0.0


_UUID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def is_shot_id(text: str) -> bool:
    return _UUID.fullmatch(text) is not None


_CONCEPT = re.compile("[a-z][a-z0-9_]{0,63}/[a-z][a-z0-9_]{0,63}")


def is_concept(text: str) -> bool:
    """Whether the text has the form `vocabulary/concept`."""
    return _CONCEPT.fullmatch(text) is not None


_CLASS = "class"  # a keyword in Python, so the attribute is `semantic_class`
_PLACE = ("lat", "lon")  # as Qdrant writes a place
_COLUMNS = "columns"
_SELDOM = ("file", "keywords", "taken_s", "taken_before_s", "place", "languages", "listed", _COLUMNS, "word_order")
"""Stored only where there is any: most shots have none of it."""
_STORED_OTHERWISE = ("semantic_class", "concepts", "objects", *_SELDOM)


@dataclass(frozen=True)
class ShotPayload:
    """What is stored beside a shot's vector; times in seconds on the player's clock.

    A photo is a shot without a duration, and its album the video: `shot` and `keyframe_s` are its number there.
    """

    video_id: str
    collection: str
    shot: int
    scene: int
    semantic_class: int
    start_s: float
    end_s: float
    keyframe_s: float
    sha256: str
    fingerprint: str
    concepts: tuple[str, ...] = ()
    """Those that hold, each as `vocabulary/concept`."""
    objects: Counts = ()
    """What a detector found, at most MOST_COUNTED of each. Stored among the concepts, as `person>=1` and so on
    (`search/counted.py`)."""
    file: str = ""
    """Of a photo, the name of its file without folders; shots have none."""
    keywords: tuple[str, ...] = ()
    """Of a photo, as `photo_filter.keyword_of` writes them."""
    place: tuple[float, float] | None = None
    """Where a photo was taken: degrees north, degrees east."""
    taken_s: float | None = None
    """When a photo was taken, see `dates.clock_s`; of a shot the first moment that its video's date may mean."""
    taken_before_s: float | None = None
    """The moment after the last that the video's date may mean; photos have none."""
    languages: tuple[str, ...] = ()
    """Those that are spoken while the shot is on, where it is known (ISO 639-1)."""
    listed: Listed = ()
    """What the archive's list, or the photo's file, says of it by columns; stored with their `listed_key`s."""
    word_order: str = ""
    """Where its words stand, see `words/places.py: order_of`."""

    @property
    def is_photo(self) -> bool:
        return bool(self.file)

    @property
    def duration_s(self) -> float:
        return self.end_s - self.start_s

    def to_mapping(self) -> dict[str, Any]:
        """As Qdrant stores it: the key `class`, `duration_s` so that it can be filtered, times in whole microseconds.

        Qdrant's JSON loses the last bit of a double that has more digits, so times are rounded here, where it is seen.
        """
        stored = {own.name: getattr(self, own.name) for own in fields(self)} | {"duration_s": self.duration_s}
        stored[_CLASS] = stored.pop("semantic_class")
        stored["concepts"] = [*self.concepts, *keywords(stored.pop("objects"))]
        stored["place"] = dict(zip(_PLACE, self.place, strict=True)) if self.place else None
        stored["listed"] = [list(column) for column in self.listed]
        stored[_COLUMNS] = [listed_key(*column) for column in self.listed]
        for key in _SELDOM:
            if stored[key] is None or stored[key] in ((), [], ""):
                del stored[key]
            elif isinstance(stored[key], tuple):
                stored[key] = list(stored[key])
        return {key: round(value, 6) if isinstance(value, float) else value for key, value in stored.items()}

    @classmethod
    def from_mapping(cls, stored: Mapping[str, Any]) -> "ShotPayload":
        own = {name: stored[name] for name in _STORED_AS_IS}
        names: list[str] = stored.get("concepts", [])
        concepts = tuple(name for name in names if not is_keyword(name))
        objects = counts_of(name for name in names if is_keyword(name))
        place: Mapping[str, float] | None = stored.get("place")
        return cls(
            semantic_class=stored[_CLASS],
            concepts=concepts,
            objects=objects,
            file=stored.get("file", ""),
            keywords=tuple(stored.get("keywords", ())),
            place=(place["lat"], place["lon"]) if place else None,
            taken_s=stored.get("taken_s"),
            taken_before_s=stored.get("taken_before_s"),
            languages=tuple(stored.get("languages", ())),
            listed=tuple((heading, value) for heading, value in stored.get("listed", ())),
            word_order=stored.get("word_order", ""),
            **own,
        )


_STORED_AS_IS = tuple(own.name for own in fields(ShotPayload) if own.name not in _STORED_OTHERWISE)


@dataclass(frozen=True, eq=False)
class Point:
    """One shot: its id (a uuid as text), unit vector (d,) float32 and payload; its words, where there are any."""

    id: str
    vector: Vector
    payload: ShotPayload
    words: SparseVector | None = None
    """BM25 weights of its terms, see `search/words`."""

    def __post_init__(self) -> None:
        if not is_shot_id(self.id):
            raise ValueError(f"point id {self.id!r} is not a uuid in lower case with dashes")
        length = float(np.linalg.norm(self.vector)) if self.vector.ndim == 1 else float("nan")
        if not abs(length - 1) < 1e-3:
            raise ValueError(
                f"vector of point {self.id} has shape {self.vector.shape}, length {length}; not a unit vector"
            )


@dataclass(frozen=True)
class Filter:
    """Which shots may be found: every condition that is given must hold. Empty means all.

    `from_s` and `to_s` keep shots that overlap that range of their video's time; durations are inclusive bounds in
    seconds.
    """

    collections: tuple[str, ...] = ()
    video_ids: tuple[str, ...] = ()
    classes: tuple[int, ...] = ()
    concepts: tuple[str, ...] = ()
    """`vocabulary/concept`; where several are given, a shot must show all of them."""
    objects: tuple[str, ...] = ()
    """`label>=n`, see `counted.condition`; where several are given, all must hold."""
    groups: tuple[str, ...] = ()
    """Ids of groups of organised collections; a finder asks an index for the `ids` of what belongs to any of them."""
    min_duration_s: float | None = None
    max_duration_s: float | None = None
    from_s: float | None = None
    to_s: float | None = None
    languages: tuple[str, ...] = ()
    """Any of them is spoken."""
    listed: tuple[tuple[str, ...], ...] = ()
    """See `listed.listed_key`: of each group any must hold."""
    dated: Period = ANY_TIME
    """Taken then, or of a video whose date may mean a moment of it."""
    ids: frozenset[str] = frozenset()
    """Only these shots."""
    without_ids: frozenset[str] = frozenset()
    without_video_ids: tuple[str, ...] = ()
    photos: PhotoFilter = ANY_PHOTO
    """What only photos say of themselves; where anything is asked of it, only photos are found."""


EVERYTHING = Filter()


Told = Literal["all", "video", "nothing"]
"""How much of what is stored beside them the hits of a ranking know. `nothing` but id and score is a third of the work
of `all`; `video`, their video alone, half of it. What they do not know must not be asked for."""


@dataclass(frozen=True, eq=False)
class Query:
    """One ranking to make: by cosine with `vector` (d,), which need not be of unit length, or by a question's terms.

    Sparse ones find the shots that have any of the terms; their scores are BM25's, above 0 and without a bound.
    """

    vector: Vector | SparseVector
    limit: int = 10
    filter: Filter = EVERYTHING
    offset: int = 0
    score_threshold: float | None = None
    told: Told = "all"

    def __post_init__(self) -> None:
        if not isinstance(self.vector, SparseVector):
            unit(self.vector)
        if self.limit < 1 or self.offset < 0:
            raise ValueError(f"limit {self.limit} must be positive and offset {self.offset} not negative")

    @property
    def unit_vector(self) -> Vector | SparseVector:
        """A dense vector at length 1; a sparse one as it is."""
        return self.vector if isinstance(self.vector, SparseVector) else unit(self.vector)


@dataclass(frozen=True)
class Hit:
    """A shot that was found; `score` is the cosine of its vector and the query, −1 to 1, or BM25's for sparse ones."""

    id: str
    score: float
    stored: Callable[[], Mapping[str, Any] | None] = field(compare=False, repr=False)
    """What is stored beside its vector, as Qdrant's own object gives it."""

    @property
    def video_id(self) -> str:
        found: str = (self.stored() or {})["video_id"]
        return found

    @cached_property
    def payload(self) -> ShotPayload:
        """Read when it is asked for: a ranking looks at thousands of hits of which an answer shows twenty."""
        return ShotPayload.from_mapping(self.stored() or {})


class Position(NamedTuple):
    """Where a shot stands; those of a video compare as they follow each other."""

    video_id: str
    start_s: float
    shot: int


@dataclass(frozen=True)
class VideoHits:
    """The best shots of one video, best first."""

    video_id: str
    hits: tuple[Hit, ...]
