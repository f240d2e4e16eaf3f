"""What is true of a collection: where its videos change, what its shots show, and what is to be found by which words.

Times are seconds on the clock that a player shows, frames count source frames from 0. Videos are named by their path
relative to the collection's source.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from archive_pipeline.evaluation.boundaries import Boundaries, Interval
from archive_pipeline.simulator.facts import Facts


@dataclass(frozen=True)
class Span:
    """A stretch of one video that is relevant to a query; `end_s` may be infinite."""

    path: str
    start_s: float
    end_s: float


@dataclass(frozen=True)
class TrueShot:
    """A shot as it was made or logged."""

    span: Span
    semantic_class: str
    """What recurs: a place, or a kind of card (leader, bars, title). Equal text, equal class, within one video."""
    scene: int
    facts: Facts
    """What can be seen; `facts.card` for pictures outside the world."""


@dataclass(frozen=True)
class TrueLine:
    """A line of letters that is to be seen, wholly or in part, from `start_s` to `end_s`."""

    kind: str
    text: str
    start_s: float
    end_s: float
    fps: float | None = None
    """Of a burned-in timecode, which counts frames from 0 at 0 s; None: the line stays what it is."""


@dataclass(frozen=True)
class VideoTruth:
    """One video; what nobody annotated is None."""

    boundaries: Boundaries | None = None
    """Hard cuts and gradual transitions in source frames."""
    semantic: tuple[Interval, ...] | None = None
    """Changes of what is seen without a cut, in seconds."""
    shots: tuple[TrueShot, ...] | None = None
    """They tile the video."""
    lines: tuple[TrueLine, ...] | None = None
    """What is written in the pictures."""


@dataclass(frozen=True)
class TextQuery:
    """Words that somebody would look with, in one or more languages, and all that they should find."""

    texts: Mapping[str, str]
    """By language, `en` or `es`; `und` where nobody said which."""
    relevant: frozenset[Span]
    width: int | None = None
    """How many attributes the words name, 1 (broad) to 4; None where the words were not made from attributes."""


@dataclass(frozen=True)
class WordQuery:
    """A query in one language whose words are `said` in the shots, are `seen` there, or are of `both` kinds."""

    group: str
    query: TextQuery


@dataclass(frozen=True)
class SequenceQuery:
    """Two queries in one language: a shot that answers the first, then in the same video one that answers the other,
    which begins at most `within_s` seconds after the first one's end."""

    first: TextQuery
    then: TextQuery
    within_s: float


@dataclass(frozen=True)
class TrueReuse:
    """Footage that one video shows `here` and another one `there`."""

    here: Span
    there: Span
    disturbance: str
    """What was done to it on the way."""
    mirrored: bool
    moves: bool
    """Whether its pictures differ in time."""


@dataclass(frozen=True)
class Truth:
    """`videos` by path."""

    name: str
    videos: Mapping[str, VideoTruth] = field(default_factory=dict)
    queries: tuple[TextQuery, ...] = ()
    word_queries: tuple[WordQuery, ...] = ()
    sequence_queries: tuple[SequenceQuery, ...] = ()
    absent_questions: tuple[str, ...] = ()
    """What no shot shows."""
    reuses: tuple[TrueReuse, ...] = ()
    whole_videos: bool = False
    """Whether the queries' spans are whole videos: then nothing can be said of single shots."""
