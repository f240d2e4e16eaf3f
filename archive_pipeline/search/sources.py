"""What a search needs from outside this package: encoders, frame vectors, and which spaces can be asked."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from archive_pipeline.search.answer import Hint
from archive_pipeline.search.words.text import Text

Rows = NDArray[np.float32]


class QueryEncoder(Protocol):
    """Texts and JPEGs to unit rows (n, d) of one joint space."""

    def encode_texts(self, texts: Sequence[str]) -> Rows: ...
    def encode_images(self, jpegs: Iterable[bytes]) -> Rows: ...


@dataclass(frozen=True, eq=False)
class VideoFrames:
    """The sampled frames of a video, in order of time."""

    pts_s: NDArray[np.float64]
    """(n,) seconds."""
    vectors: Rows
    """(n, d) unit rows."""


class FrameStore(Protocol):
    """Embeddings of sampled frames. `identity` names the encoder that they must come from."""

    def of_video(self, video_id: str, identity: str) -> VideoFrames | None:
        """None where the video is not known or its frames were embedded with another encoder."""

    def of_span(self, video_id: str, identity: str, start_s: float, end_s: float) -> VideoFrames | None:
        """The frames from `start_s` on and before `end_s`; None like `of_video`."""


class WordStore(Protocol):
    """What is known of shots in words."""

    def of_shot(self, shot_id: str, video_id: str, start_s: float, end_s: float) -> Sequence[Text]:
        """The texts of a shot; none where nothing is known."""


@dataclass(frozen=True)
class SharedFootage:
    """[start_s, end_s) of a video with the content `sha256` shows what that part of another one shows."""

    start_s: float
    end_s: float
    other_video_id: str
    other_start_s: float
    other_end_s: float
    sha256: str
    other_sha256: str


class CopyStore(Protocol):
    """Which footage videos share, and which photos are copies."""

    def of_videos(self, video_ids: Sequence[str]) -> Mapping[str, Sequence[SharedFootage]]:
        """What was found when each was compared: of two videos that share, at least one of them knows it."""

    def of_photos(self, collections: Sequence[str]) -> Mapping[str, str]:
        """By id of each photo of these collections that is a copy, the id of the one that it is a copy of, which is
        none itself: the same exposure, coded again, resized, cropped, turned, or raw. A burst is no copy."""


class GroupStore(Protocol):
    """The groups of collections that were organised."""

    def pictures_of(self, group_ids: Sequence[str]) -> frozenset[str]:
        """Ids of the photos and shots that belong to any of these groups; none where there is no such group."""


@dataclass(frozen=True, eq=False)
class Askable:
    """A space of the index whose encoder is at hand."""

    space: str
    model: str
    identity: str
    encoder: Callable[[], QueryEncoder]
    """Loads the model when it is first needed; raises ConfigurationError."""
    prompts: Callable[[str, str | None], Sequence[str]]
    """What to encode for a text in a language (None: not known); the mean of their unit vectors is the query."""
    languages: frozenset[str] | None = None
    """What the model was taught in (ISO 639-1); None: many, or nobody knows."""
    words: frozenset[str] | None = None
    """Every word that the model was taught, where these are few enough to know."""


@dataclass(frozen=True)
class Sources:
    """What there is to ask at this moment."""

    spaces: tuple[Askable, ...]
    collections: frozenset[str]
    """Every collection that is known, indexed or not."""
    concepts: Callable[[], frozenset[str]] = frozenset
    """Every `vocabulary/concept` that anything could be described with; read when it is asked for."""
    hints: tuple[Hint, ...] = ()
    """About what cannot be asked: a model that is missing, points of a model that nobody knows any more."""
    index_is_lost: bool = False
    """Whether videos are ready and the index has nothing at all."""
