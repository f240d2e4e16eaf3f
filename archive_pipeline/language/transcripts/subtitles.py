"""Subtitle files → segments: SubRip, WebVTT, SubStation Alpha, TTML, EBU STL."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import PurePath

import pysubs2

from archive_pipeline.counting import counted
from archive_pipeline.language.transcripts.cues import FoundCues
from archive_pipeline.language.transcripts.ebu_stl import is_ebu_stl, read_ebu_stl
from archive_pipeline.language.transcripts.encoding import decoded
from archive_pipeline.language.transcripts.frame_clock import Timecode
from archive_pipeline.language.transcripts.model import Segment, WrongSubtitlesError
from archive_pipeline.language.transcripts.preparation import prepared
from archive_pipeline.language.transcripts.text import named_speaker, plain, unstyled, voice
from archive_pipeline.language.transcripts.ttml import is_ttml, read_ttml

_TEXTS = ("srt", "vtt", "ass", "ssa")
_BROADCAST = {"stl": "EBU STL", "ttml": "TTML", "dfxp": "TTML", "itt": "TTML", "xml": "TTML"}
FORMATS = (*_TEXTS, *_BROADCAST)
"""Extensions of subtitle files. `.xml` is one only where its content is TTML."""

MOST_BYTES = 8 * 2**20
"""Of a subtitle file; a day of speech has less than two megabytes."""

_MOST_CUES = 200_000
_SUBSTATION = re.compile(r"^[ \t]*Dialogue[ \t]*:[^\n]{0,200}\d:\d", re.MULTILINE | re.IGNORECASE)


@dataclass(frozen=True)
class Cues:
    """What a subtitle file says."""

    segments: tuple[Segment, ...]
    """In order of start; at least one."""
    notes: tuple[str, ...] = ()
    """What somebody should know: how the file was read, what was left out."""
    timecode: Timecode | None = None
    """Where times are a tape's: which. Else they count from the video's beginning."""


def format_of(name: str) -> str | None:
    """The format that a file's name announces; None where it is none of FORMATS."""
    suffix = PurePath(name).suffix.lower().removeprefix(".")
    return suffix if suffix in FORMATS else None


def parse(content: bytes, announced: str, language: str | None = None, encoding: str | None = None) -> Cues:
    """The cues of a subtitle file.

    `announced` is one of FORMATS; the content's own word counts for more. `language` (ISO 639-1) and `encoding` are
    what is known of its text (see `decoded`). Of EBU STL and TTML segments have the language that the file states, and
    times may be a tape's (`placed`). Cues without words are left out; so are those without a time that can be
    read, or that end before they begin, which the notes tell. A start before zero becomes zero, a repeated cue of
    teletext and roll-up captions is one segment. Raises WrongSubtitlesError where the file is too large or has no cue.
    """
    if len(content) > MOST_BYTES:
        raise WrongSubtitlesError(
            f"it has {len(content) / 2**20:.0f} MB, more than any subtitles ({MOST_BYTES >> 20} MB)"
        )
    broadcast = _broadcast(content, language, encoding)
    if broadcast:
        segments, n_lost, notes = broadcast.segments(), broadcast.n_lost, broadcast.notes
    else:
        segments, n_lost, notes = _of_text(content, announced, language, encoding)
    if not segments:
        raise WrongSubtitlesError("there is no cue with words and times in it; is it a subtitle file at all?")
    segments.sort(key=lambda found: (found.start_s, found.end_s))
    left_out = counted(n_lost, "cue has", "cues have")
    lost = f"cues_left_out: {left_out} no times that can be read, or an end before the beginning"
    timecode = broadcast.timecode if broadcast else None
    return Cues(tuple(_without_repeats(segments)), (*notes, lost) if n_lost else notes, timecode)


def _broadcast(content: bytes, language: str | None, encoding: str | None) -> FoundCues | None:
    """The cues of EBU STL or TTML; None where it is neither."""
    if is_ebu_stl(content):
        return read_ebu_stl(content)
    return read_ttml(content, language, encoding) if is_ttml(content) else None


def _of_text(
    content: bytes, announced: str, language: str | None, encoding: str | None
) -> tuple[list[Segment], int, tuple[str, ...]]:
    """(segments, cues that were left out, notes) of SubRip, WebVTT or SubStation Alpha."""
    text, guess = decoded(content, language, encoding)
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    kind = _kind(text, announced)
    if kind in _BROADCAST:
        raise WrongSubtitlesError(f"it is called .{kind}, but is neither {_BROADCAST[kind]} nor any other subtitles")
    source, n_lost = prepared(text, kind)
    try:
        # tags are ours to read: a voice tag names the speaker
        events = pysubs2.SSAFile.from_string(source, format_=kind, keep_html_tags=True).events[:_MOST_CUES]
    except Exception as error:  # a library's word on a stranger's file: whatever it is, the file is of no use
        raise WrongSubtitlesError(
            f"it cannot be read as {kind} ({type(error).__name__}: {str(error)[:100]})"
        ) from error
    n_lost += sum(event.end <= max(event.start, 0) for event in events)
    return list(_segments(events, kind)), n_lost, (guess,) if guess else ()


def _kind(text: str, announced: str) -> str:
    """What the content says it is, whatever its name says: files are renamed, and programs write SubRip as WebVTT."""
    if text.lstrip("\ufeff \n").startswith("WEBVTT"):
        return "vtt"
    if _SUBSTATION.search(text):
        return announced if announced in ("ass", "ssa") else "ass"
    return "srt" if "-->" in text else announced


def _segments(events: list[pysubs2.SSAEvent], kind: str) -> Iterator[Segment]:
    for event in events:
        start_s, end_s = max(event.start, 0) / 1000, event.end / 1000
        marked_up = unstyled(event.text, kind)
        speaker, words = named_speaker(plain(marked_up))
        if words and end_s > start_s:
            yield Segment(start_s, end_s, words, voice(marked_up) or plain(event.name) or speaker)


def _without_repeats(segments: list[Segment]) -> list[Segment]:
    """A cue that goes on with the same words, at most a tenth of a second later, is one segment."""
    kept: list[Segment] = []
    for segment in segments:
        last = kept[-1] if kept else None
        if last and (last.text, last.speaker) == (segment.text, segment.speaker) and segment.start_s - last.end_s < 0.1:
            kept[-1] = replace(last, end_s=max(last.end_s, segment.end_s))
        else:
            kept.append(segment)
    return kept
