"""What is answered: shots or videos in order, and what the asker should know about them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from archive_pipeline.search.model import ShotPayload
from archive_pipeline.search.words.snippets import Snippet
from archive_pipeline.search.words.text import Part


@dataclass(frozen=True)
class MatchedText:
    """Words of a shot that the question has, too."""

    part: Part
    snippet: Snippet


@dataclass(frozen=True)
class Found:
    """A shot in an answer."""

    rank: int
    """From 1, over all pages; within its video where shots are grouped; 0 where nothing was ranked, as in a list."""
    id: str
    score: float
    """Cosine of picture and question, comparable within one model only, however the shot was found; 1 where nothing was
    ranked."""
    shot: ShotPayload
    model: str
    """The encoder it was found with."""
    best_frame_s: float | None = None
    """After re-ranking: when the frame is shown that fits best; `score` is that frame's."""
    by_picture: bool = True
    """Whether it is among the shots whose pictures fit best."""
    by_words: bool = False
    """Whether it has words of the question."""
    texts: tuple[MatchedText, ...] = ()
    """Which ones, at most one text of each part; none where the words changed since they were indexed."""
    copies: tuple[str, ...] = ()
    """Ids of shots of other videos with the same footage that come later, of those that were ranked for the page."""


@dataclass(frozen=True)
class FoundVideo:
    """A video in an answer, with its best shots, best first."""

    rank: int
    video_id: str
    shots: tuple[Found, ...]


@dataclass(frozen=True)
class FoundPair:
    """Two shots of one video in an answer; both have the pair's rank."""

    rank: int
    first: Found
    then: Found


@dataclass(frozen=True)
class Hint:
    """Something the asker should know about an answer. `code` and `facts` are for translating and for scripts."""

    code: str
    message: str
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Facet:
    """Of one kind: the values that shots have, each with its number of shots."""

    name: str
    """`match`, `collection`, `decade`, `language`, `concept`, `class`, or `where`: a column of the archive's list."""
    counts: tuple[tuple[str, int], ...]
    """The most frequent first, decades in order; at most 20. A shot may have several values, or none."""
    column: str = ""
    """Heading of the column as it can be asked for, for `where`."""


@dataclass(frozen=True)
class Facets:
    n_shots: int
    """How many were counted: of a ranking see `facets.COUNTED`, of a list all."""
    facets: tuple[Facet, ...]
    """Those of which any shot has a value."""


@dataclass(frozen=True)
class Answer:
    """Without a question it is a list: whatever passes the filter, in order of video and time, unranked."""

    shots: tuple[Found, ...]
    """Empty where shots are grouped by video, or come in pairs."""
    videos: tuple[FoundVideo, ...]
    """Empty where they are not grouped."""
    pairs: tuple[FoundPair, ...]
    """Empty where nothing was to come then."""
    hints: tuple[Hint, ...]
    models: tuple[str, ...]
    """The encoders that were asked."""
    has_more: bool
    """Whether another page follows."""
    took_s: float
    facets: Facets | None = None
    """Where they were asked for."""
    n_shots: int | None = None
    """Of a list, how many shots pass; None of a ranking, which has no end."""
    n_videos: int | None = None
    """Of a list, how many videos have any of them."""

    @property
    def all_shots(self) -> tuple[Found, ...]:
        """Every shot, grouped or not, in order."""
        of_videos = tuple(shot for video in self.videos for shot in video.shots)
        return self.shots or of_videos or tuple(shot for pair in self.pairs for shot in (pair.first, pair.then))


@dataclass(frozen=True, eq=False)
class Curve:
    """How near each sampled frame of a video is to a question: a concept over the programme's time."""

    pts_s: NDArray[np.float64]
    """(n,) seconds, increasing."""
    cosines: NDArray[np.float32]
    """(n,)"""
    model: str
    hints: tuple[Hint, ...] = ()
