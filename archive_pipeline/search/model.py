"""What goes into the index and what comes out of it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

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


_UUID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def is_shot_id(text: str) -> bool:
    return _UUID.fullmatch(text) is not None


_CONCEPT = re.compile("[a-z][a-z0-9_]{0,63}/[a-z][a-z0-9_]{0,63}")


def is_concept(text: str) -> bool:
    """Whether the text has the form `vocabulary/concept`."""
    return _CONCEPT.fullmatch(text) is not None


_CLASS = "class"  # a keyword in Python, so the attribute is `semantic_class`
_STORED_OTHERWISE = ("semantic_class", "concepts", "file")


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
    file: str = ""
    """Of a photo, the name of its file without folders; shots have none."""

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
        stored = {field.name: getattr(self, field.name) for field in fields(self)} | {"duration_s": self.duration_s}
        stored[_CLASS] = stored.pop("semantic_class")
        stored["concepts"] = list(self.concepts)
        if not self.is_photo:
            del stored["file"]
        return {key: round(value, 6) if isinstance(value, float) else value for key, value in stored.items()}

    @classmethod
    def from_mapping(cls, stored: Mapping[str, Any]) -> "ShotPayload":
        own = {field.name: stored[field.name] for field in fields(cls) if field.name not in _STORED_OTHERWISE}
        concepts = tuple(stored.get("concepts", ()))
        return cls(semantic_class=stored[_CLASS], concepts=concepts, file=stored.get("file", ""), **own)


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
    min_duration_s: float | None = None
    max_duration_s: float | None = None
    from_s: float | None = None
    to_s: float | None = None
    ids: frozenset[str] = frozenset()
    """Only these shots."""
    without_ids: frozenset[str] = frozenset()
    without_video_ids: tuple[str, ...] = ()


EVERYTHING = Filter()


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
    payload: ShotPayload


@dataclass(frozen=True)
class VideoHits:
    """The best shots of one video, best first."""

    video_id: str
    hits: tuple[Hit, ...]
