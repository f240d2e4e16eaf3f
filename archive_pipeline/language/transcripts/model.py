"""What a transcript is."""

from dataclasses import dataclass
from typing import Literal

Source = Literal["sidecar", "embedded", "server", "none"]

MOST_TEXT = 2000
"""Characters of one segment; what is longer is no speech but a broken or hostile file."""


@dataclass(frozen=True)
class Segment:
    """Something said."""

    start_s: float
    """Seconds on the clock that a player shows."""

    end_s: float
    """After `start_s`."""

    text: str
    """On one line, without markup; at most MOST_TEXT characters."""

    speaker: str | None = None
    """Where the source names one."""

    language: str | None = None
    """ISO 639-1, where it is known."""


@dataclass(frozen=True)
class Transcript:
    """What is said in a video, and how that is known."""

    source: Source
    segments: tuple[Segment, ...] = ()
    """In order of start; they may overlap."""

    origin: str | None = None
    """Name of the sidecar, track of the file, model of the server."""

    notes: tuple[str, ...] = ()
    """What somebody should know: sources that were passed over and why, or why there are no words."""


class WrongSubtitlesError(Exception):
    """Subtitles that cannot be this video's; the message is a sentence for a person."""
