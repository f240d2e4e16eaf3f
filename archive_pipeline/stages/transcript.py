"""The transcript of a video file: from its sidecar, else from a track of its own, else from a server that listens."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from archive_pipeline.language.transcripts import sidecars
from archive_pipeline.language.transcripts.fitness import fitted, within
from archive_pipeline.language.transcripts.languages import language_code
from archive_pipeline.language.transcripts.model import Source, Transcript, WrongSubtitlesError
from archive_pipeline.language.transcripts.placement import placed
from archive_pipeline.language.transcripts.recognition import Heard, listen
from archive_pipeline.language.transcripts.server import TranscriptionServer
from archive_pipeline.language.transcripts.subtitles import MOST_BYTES, Cues, parse
from archive_pipeline.language.vlm.journal import AnswerJournal
from archive_pipeline.media.audio import sound
from archive_pipeline.media.facts import MediaFacts
from archive_pipeline.media.subtitles import TEXT_CODECS, subtitle_file
from archive_pipeline.media.tracks import Track, tracks
from archive_pipeline.store.naming import readable

_NO_SERVER = (
    "not_transcribed: there are no subtitles, and no server is configured that listens (ARCHIVE_TRANSCRIPTION_URL)"
)


@dataclass(frozen=True)
class Listener:
    """Who listens where no subtitles are, and where its answers are kept until they are in the lake."""

    server: TranscriptionServer
    journal: AnswerJournal
    fingerprint: str


def transcribe(
    file: Path,
    facts: MediaFacts,
    ffmpeg: Path,
    language: str | None,
    listener: Listener | None,
    subtitle_encoding: str | None = None,
) -> Transcript:
    """What is said in `file`; a transcript of no segments tells why in its notes.

    `language` (ISO 639-1) is preferred among several subtitles and told to the server; `subtitle_encoding` is that of
    sidecars which do not tell by themselves. Subtitles that cannot be this
    video's are noted and passed over. Raises as `tracks`, `sound` and TranscriptionSession.hear do.
    """
    notes: list[str] = []
    end_s = facts.start_s + facts.duration_s
    found_tracks = tracks(file)
    for found in (*_beside(file, language, subtitle_encoding), *_inside(file, facts, ffmpeg, language, found_tracks)):
        try:
            cues = placed(found.read(), facts.source_timecode, facts.start_s, end_s)
            segments = fitted(cues.segments, end_s)
        except (WrongSubtitlesError, OSError) as error:
            notes.append(f"wrong_subtitles: {found.origin} was passed over: {error}")
            continue
        spoken = tuple(replace(one, language=found.language or one.language or language) for one in segments)
        return Transcript(found.source, spoken, found.origin, (*notes, *cues.notes))
    return _heard(file, facts, ffmpeg, language, listener, found_tracks, tuple(notes))


@dataclass(frozen=True)
class _Subtitles:
    """Subtitles that may be this video's; nothing has been read yet."""

    source: Source
    origin: str
    language: str | None
    read: Callable[[], Cues]


def _beside(file: Path, language: str | None, encoding: str | None) -> Iterator[_Subtitles]:
    for sidecar in sidecars.sidecars(file, language):
        name = readable(os.fsencode(sidecar.path.name))
        read = partial(_read_sidecar, sidecar, sidecar.language or language, encoding)
        yield _Subtitles("sidecar", name, sidecar.language, read)


def _read_sidecar(sidecar: sidecars.Sidecar, language: str | None, encoding: str | None) -> Cues:
    return parse(sidecars.read(sidecar), sidecar.format, language, encoding)


def _inside(
    file: Path, facts: MediaFacts, ffmpeg: Path, language: str | None, found: list[Track]
) -> Iterator[_Subtitles]:
    """Tracks of words, best first: in `language`, then the default one, then in order. Forced ones are none."""
    words = [
        track for track in found if track.kind == "subtitle" and track.codec in TEXT_CODECS and not track.is_forced
    ]
    for track in sorted(words, key=lambda one: (not _speaks(one, language), not one.is_default, one.index)):
        read = partial(_read_track, file, facts, ffmpeg, track)
        yield _Subtitles("embedded", f"track {track.index} ({track.codec})", language_code(track.language), read)


def _read_track(file: Path, facts: MediaFacts, ffmpeg: Path, track: Track) -> Cues:
    content, form = subtitle_file(file, facts, track, ffmpeg, MOST_BYTES)
    cues = parse(content, form)
    moved = ((cue, max(cue.start_s - facts.zero_s, 0.0), cue.end_s - facts.zero_s) for cue in cues.segments)
    seen = tuple(
        replace(cue, start_s=round(start_s, 3), end_s=round(end_s, 3)) for cue, start_s, end_s in moved if end_s > 0
    )
    return replace(cues, segments=seen)


def _heard(
    file: Path,
    facts: MediaFacts,
    ffmpeg: Path,
    language: str | None,
    listener: Listener | None,
    found: list[Track],
    notes: tuple[str, ...],
) -> Transcript:
    audible = [track for track in found if track.kind == "audio" and track.codec != "unknown"]
    if not audible:
        return Transcript("none", notes=(*notes, "no_audio: the video has no sound that can be decoded"))
    if listener is None:
        return Transcript("none", notes=(*notes, _NO_SERVER))
    track = min(audible, key=lambda one: (not _speaks(one, language), not one.is_default, one.index))
    with sound(file, facts, track, ffmpeg) as pieces:
        heard = listen(pieces, listener.server, language, listener.journal, listener.fingerprint)
    if heard is None:
        return Transcript("none", notes=(*notes, "no_speech: nobody speaks in its sound"))
    return _told(heard, facts.start_s + facts.duration_s, notes)


def _told(heard: Heard, end_s: float, notes: tuple[str, ...]) -> Transcript:
    if heard.n_lost:
        notes = (*notes, f"incomplete: the server had no answer to {heard.n_lost} of {heard.n_chunks} pieces of sound")
    said = within(heard.segments, end_s)
    if not said:
        return Transcript(
            "none", origin=heard.model, notes=(*notes, "no_speech: the server found no words in its sound")
        )
    return Transcript("server", said, heard.model, notes)


def _speaks(track: Track, language: str | None) -> bool:
    return language is not None and language_code(track.language) == language
