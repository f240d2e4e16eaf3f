"""Cues as the readers of broadcasters' formats find them, and the segments that they are."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from archive_pipeline.language.transcripts.frame_clock import Timecode
from archive_pipeline.language.transcripts.model import Segment
from archive_pipeline.language.transcripts.text import named_speaker, plain

_ROLLS_ON_S = 0.1
_FEWEST_WORDS = 2  # "Yes." twice is an answer, and no line that moved up


@dataclass(frozen=True)
class Cue:
    """Lines that stand in the picture together."""

    start_s: float
    end_s: float
    lines: tuple[str, ...]
    speaker: str | None = None
    language: str | None = None
    """ISO 639-1, where the file says it."""


@dataclass(frozen=True)
class FoundCues:
    """What a reader of one format found."""

    cues: tuple[Cue, ...]
    """In the file's order."""
    n_lost: int = 0
    """How many have no times that can be read, or an end before the beginning."""
    timecode: Timecode | None = None
    """None where times count from the video's beginning."""
    notes: tuple[str, ...] = ()

    def segments(self) -> list[Segment]:
        """What is said, in the file's order; a line that moved up into the next cue is said once."""
        found = []
        for cue in _without_rolled_lines(self.cues):
            speaker, words = named_speaker(plain(" ".join(cue.lines)))
            start_s, end_s = round(cue.start_s, 3), round(cue.end_s, 3)
            if words and end_s > start_s:
                found.append(Segment(start_s, end_s, words, cue.speaker or speaker, cue.language))
        return found


def _without_rolled_lines(cues: Iterable[Cue]) -> Iterator[Cue]:
    last: Cue | None = None
    for cue in cues:
        n_old = _rolled(last, cue) if last else 0
        yield Cue(cue.start_s, cue.end_s, cue.lines[n_old:], cue.speaker, cue.language) if n_old else cue
        last = cue


def _rolled(last: Cue, cue: Cue) -> int:
    """How many lines at the top of `cue` are those at the bottom of the `last` one, which it takes over from."""
    if abs(cue.start_s - last.end_s) > _ROLLS_ON_S:
        return 0
    for n in range(min(len(last.lines), len(cue.lines) - 1), 0, -1):
        moved = cue.lines[:n]
        if last.lines[-n:] == moved and len(" ".join(moved).split()) >= _FEWEST_WORDS:
            return n
    return 0
