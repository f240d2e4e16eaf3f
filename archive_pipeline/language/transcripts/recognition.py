"""A whole sound put to a server: speech found, cut, heard piece by piece, stitched."""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from archive_pipeline.errors import ConfigurationError
from archive_pipeline.language.transcripts.answers import read_answer
from archive_pipeline.language.transcripts.chunks import Chunk, chunks
from archive_pipeline.language.transcripts.model import Segment
from archive_pipeline.language.transcripts.server import TranscriptionServer, TranscriptionSession
from archive_pipeline.language.transcripts.speech import voiced_frames
from archive_pipeline.language.transcripts.stitching import stitched
from archive_pipeline.language.vlm.journal import AnswerJournal

_SUSPICIOUS_LOST = 3  # of fewer pieces nothing can be said


@dataclass(frozen=True)
class Heard:
    """What a server made of a sound."""

    segments: tuple[Segment, ...]
    model: str
    n_chunks: int
    n_lost: int
    """Chunks that the server turned down, or whose answer is none."""


def listen(
    pieces: Iterable[bytes],
    server: TranscriptionServer,
    language: str | None,
    journal: AnswerJournal,
    fingerprint: str,
) -> Heard | None:
    """The words in a sound, `pieces` of 16-bit samples, 16 kHz, one channel; None where nobody speaks.

    Chunks that `journal` has under `fingerprint` are not asked for again. Raises as TranscriptionSession.hear does;
    what was heard is then in the journal. Memory holds some chunks of half a minute.
    """
    known = journal.entries(fingerprint)
    spoken = chunks(voiced_frames(pieces))
    first = next(spoken, None)
    if first is None:
        return None
    segments: list[Segment] = []
    n_chunks = n_lost = 0
    with server.session(language) as session:
        for chunk, body in _answers(_and(first, spoken), session, known, server.concurrency):
            key = _key(chunk)
            if key not in known and body is not None:
                journal.append(key, fingerprint, {"answer": body})
            found = None if body is None else read_answer(body.encode(), chunk.start_s, chunk.end_s, language)
            n_chunks, n_lost = n_chunks + 1, n_lost + (found is None)
            late: list[Segment] = []
            while segments and segments[-1].end_s > chunk.start_s:
                late.insert(0, segments.pop())
            segments += stitched(late, found or [], (chunk.start_s, chunk.start_s + chunk.overlap_s))
        if n_lost == n_chunks and n_chunks >= _SUSPICIOUS_LOST:
            raise ConfigurationError(
                "transcription_turns_all_down",
                f"The server turned down all {n_chunks} pieces of sound that it was sent. Does its model transcribe "
                "speech (ARCHIVE_TRANSCRIPTION_URL, ARCHIVE_TRANSCRIPTION_MODEL)?",
            )
        return Heard(tuple(segments), session.model, n_chunks, n_lost)


def _answers(
    spoken: Iterator[Chunk], session: TranscriptionSession, known: Mapping[str, Any], concurrency: int
) -> Iterator[tuple[Chunk, str | None]]:
    """Each chunk with its answer, in order; as many are asked for ahead as may be under way at once."""

    def ask(chunk: Chunk) -> str | None:
        kept = known.get(_key(chunk))
        if isinstance(kept, dict):
            return kept.get("answer")
        body = session.hear(chunk.samples)
        return None if body is None else body.decode("utf-8", "replace")

    waiting: deque[tuple[Chunk, Future[str | None]]] = deque()
    with ThreadPoolExecutor(concurrency, "transcription") as pool:
        try:
            for chunk in spoken:
                waiting.append((chunk, pool.submit(ask, chunk)))
                if len(waiting) == concurrency:
                    asked, future = waiting.popleft()
                    yield asked, future.result()
            while waiting:
                asked, future = waiting.popleft()
                yield asked, future.result()
        except BaseException:
            session.given_up = True
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _and(first: Chunk, others: Iterator[Chunk]) -> Iterator[Chunk]:
    yield first
    yield from others


def _key(chunk: Chunk) -> str:
    return f"{chunk.start_s:.3f}-{chunk.end_s:.3f}"
