"""What is handed on: clips of sources, counted in whole frames, and what is known of a video besides."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from archive_pipeline.timecode import count_of_timecode, timecode_of_count

_TIME_TOLERANCE_S = 0.0006
"""Containers round times to a millisecond."""

_RATE_TOLERANCE = 2e-6
"""29.97 for 30000/1001: a fifth of a frame in two hours."""


def exact_rate(frame_rate: float) -> Fraction:
    """Frames a second as the fraction that is meant: 25, 30000/1001; an average of uneven frames nearly as it is."""
    nominal = max(1, round(frame_rate))
    for meant in (Fraction(nominal), Fraction(nominal * 1000, 1001)):
        if abs(frame_rate - meant) <= _RATE_TOLERANCE * frame_rate:
            return meant
    return Fraction(frame_rate).limit_denominator(100_000)


@dataclass(frozen=True)
class Counting:
    """How frames are numbered (SMPTE ST 12-1)."""

    rate: Fraction
    drop_frame: bool

    @property
    def nominal(self) -> int:
        """Numbers a second."""
        return max(1, round(self.rate))

    def timecode(self, count: int) -> str:
        """The number of the frame with this count from midnight; after 24 hours it starts again."""
        return timecode_of_count(count, self.nominal, self.drop_frame)


@dataclass(frozen=True)
class Source:
    """A video as other programs find it. Its frames are numbered from 0, the one that is shown at `first_s`."""

    video_id: str
    path: str
    """Readable, relative to the source of its collection."""
    url: str
    """Where another program looks for the file."""
    sha256: str
    """Of the file's content."""
    frame_rate: float
    """Average frames a second."""
    timecode: str | None
    """Of its first frame; None: counted from 00:00:00:00 at the player's zero."""
    drop_frame: bool
    first_s: float
    """When frame 0 is shown, on the clock that a player shows."""
    end_s: float
    width: int
    height: int
    media_type: str = "application/octet-stream"
    has_audio: bool = False
    is_playable: bool = False
    """Whether browsers play the file as it is."""

    @property
    def name(self) -> str:
        """The file's name, without folders."""
        return self.path.rpartition("/")[2]

    @cached_property
    def counting(self) -> Counting:
        return Counting(exact_rate(self.frame_rate), self.drop_frame)

    @cached_property
    def first_count(self) -> int:
        """Frames from midnight to frame 0."""
        return count_of_timecode(self.timecode, self.counting.nominal, self.drop_frame) if self.timecode else 0

    @property
    def n_frames(self) -> int:
        return max(1, self.frame_at(self.end_s))

    def frame_at(self, time_s: float) -> int:
        """The frame that is on at a time of the player's clock."""
        return math.floor((time_s - self.first_s + _TIME_TOLERANCE_S) * float(self.counting.rate))

    def time_of(self, frame: int) -> float:
        """When a frame is shown, on the player's clock."""
        return self.first_s + float(frame / self.counting.rate)


@dataclass(frozen=True)
class Clip:
    """A piece of a source."""

    source: Source
    start_s: float
    """On the clock that a player shows."""
    end_s: float
    shot_id: str = ""
    shot: int | None = None
    """Number in its video, from 0."""
    note: str = ""
    """What somebody wrote to it."""
    title: str = ""
    """What the shot is called, by a person or a model."""

    @cached_property
    def first(self) -> int:
        """Its first frame in the source."""
        return self.source.frame_at(self.start_s)

    @property
    def end(self) -> int:
        """The frame after its last."""
        return max(self.first + 1, self.source.frame_at(self.end_s))

    @property
    def n_frames(self) -> int:
        return self.end - self.first

    def length_at(self, rate: Fraction) -> int:
        """Frames that it takes in a list of another rate."""
        return max(1, round(self.n_frames / self.source.counting.rate * rate))

    @property
    def counts(self) -> tuple[int, int]:
        """In and out, counted from midnight."""
        return self.source.first_count + self.first, self.source.first_count + self.end

    @property
    def timecodes(self) -> tuple[str, str]:
        """In and out on the source's timecode, as edit decision lists count: out is the frame after the last."""
        first, end = (self.source.counting.timecode(count) for count in self.counts)
        return first, end


@dataclass(frozen=True)
class Note:
    """Something that is known of a stretch of time."""

    start_s: float
    end_s: float
    text: str
    speaker: str | None = None
    language: str | None = None


@dataclass(frozen=True)
class Record:
    """A video with all that is known of it. Texts come from people and models."""

    source: Source
    container: str
    video_codec: str
    audio_codec: str | None
    address: str
    """Of the page that shows the archive, such as `https://archive.example`, without a slash at its end."""
    summary: str
    classes: tuple[Note, ...]
    scenes: tuple[Note, ...]
    shots: tuple[Note, ...]
    """One for each clip, in order."""
    transcript: tuple[Note, ...]
    concepts: Mapping[str, tuple[Note, ...]]
    """What the shots show, by vocabulary; at most one note a shot."""


@dataclass(frozen=True)
class Selection:
    """What is handed on at once."""

    title: str
    clips: Sequence[Clip]
    """In order; at least one."""
    record: Record | None = None
    """Where the clips are all the shots of one video."""
    n_left_out: int = 0
    """Of what was asked for: photos, and what is not in the archive any more."""

    def most_common_counting(self) -> Counting:
        """That of most of the clips; the first of equals."""
        return Counter(clip.source.counting for clip in self.clips).most_common(1)[0][0]
