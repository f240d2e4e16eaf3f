"""Speech in pieces that a recogniser takes: cut in pauses where there are any, else with an overlap."""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from archive_pipeline.language.transcripts.speech import FRAME_BYTES, FRAME_S

LONGEST_S = 28.0
"""Whisper hears thirty seconds at a time."""

OVERLAP_S = 2.4
"""Of two pieces where nobody pauses: a cut word is whole in one of them."""

_LONGEST = round(LONGEST_S / FRAME_S)
_OVERLAP = round(OVERLAP_S / FRAME_S)
_MARGIN = 8  # frames kept before and after speech: consonants are quiet
_SILENCE = round(1.5 / FRAME_S)  # ends a piece
_PAUSE = 10  # frames; a shorter one may be inside a word


@dataclass(frozen=True)
class Chunk:
    """A stretch of sound with speech in it."""

    start_s: float
    samples: bytes
    overlap_s: float
    """How much of its beginning the chunk before has too; 0 after a pause."""

    @property
    def end_s(self) -> float:
        return round(self.start_s + len(self.samples) // FRAME_BYTES * FRAME_S, 3)


def chunks(frames: Iterable[tuple[bytes, bool]]) -> Iterator[Chunk]:
    """The speech in `frames` (of 30 ms each, the first at zero), in order; memory holds one chunk."""
    before: deque[bytes] = deque(maxlen=_MARGIN)
    open_chunk: _Open | None = None
    for number, (frame, is_voiced) in enumerate(frames):
        if open_chunk is None:
            if is_voiced:
                open_chunk = _Open(number - len(before), [*before], [False] * len(before))
            else:
                before.append(frame)
                continue
        open_chunk.add(frame, is_voiced)
        if open_chunk.n_silent >= _SILENCE:
            yield open_chunk.ended()
            before, open_chunk = deque(open_chunk.frames[-_MARGIN:], maxlen=_MARGIN), None
        elif len(open_chunk.frames) == _LONGEST:
            chunk, open_chunk = open_chunk.divided()
            yield chunk
    if open_chunk is not None and any(open_chunk.voiced[open_chunk.n_shared :]):
        yield open_chunk.ended()


class _Open:
    """The chunk that is being gathered."""

    def __init__(self, first: int, frames: list[bytes], voiced: list[bool], n_shared: int = 0) -> None:
        self.first = first
        self.frames = frames
        self.voiced = voiced
        self.n_shared = n_shared
        self.n_silent = 0

    def add(self, frame: bytes, is_voiced: bool) -> None:
        self.frames.append(frame)
        self.voiced.append(is_voiced)
        self.n_silent = 0 if is_voiced else self.n_silent + 1

    def ended(self) -> Chunk:
        """Without the silence at its end, but for a margin."""
        return self._chunk(len(self.frames) - max(self.n_silent - _MARGIN, 0))

    def divided(self) -> tuple[Chunk, "_Open | None"]:
        """The chunk up to the longest pause of its second half, and what goes on after it."""
        pause = self._pause()
        cut, kept_from = (pause, pause) if pause else (len(self.frames), len(self.frames) - _OVERLAP)
        rest = _Open(self.first + kept_from, self.frames[kept_from:], self.voiced[kept_from:], cut - kept_from)
        rest.n_silent = min(self.n_silent, len(rest.frames))
        return self._chunk(cut), rest

    def _pause(self) -> int | None:
        """The frame in the middle of the longest pause in the second half; None where there is none."""
        best, length, run = None, _PAUSE - 1, 0
        for number in range(len(self.voiced) // 2, len(self.voiced)):
            run = 0 if self.voiced[number] else run + 1
            if run > length:
                best, length = number - run // 2, run
        return best

    def _chunk(self, n_frames: int) -> Chunk:
        start_s = round(self.first * FRAME_S, 3)
        return Chunk(start_s, b"".join(self.frames[:n_frames]), round(self.n_shared * FRAME_S, 3))
