"""Subtitle files → segments: SubRip, WebVTT, SubStation Alpha."""

import re
from collections.abc import Iterator
from pathlib import PurePath

import pysubs2

from archive_pipeline.language.transcripts.model import Segment, WrongSubtitlesError
from archive_pipeline.language.transcripts.text import decoded, named_speaker, plain, voice

FORMATS = ("srt", "vtt", "ass", "ssa")

MOST_BYTES = 8 * 2**20
"""Of a subtitle file; a day of speech has less than two megabytes."""

_MOST_CUES = 200_000
_MANY_BLANK_LINES = re.compile(r"\n(?:[ \t]*\n){2,}")
_LONG_BLANKS = re.compile(r"[ \t]{2,}")
_BEFORE_ZERO = re.compile(r"-\d+:\d\d(?::\d\d)?[.,]\d{1,3}")
_DRAWING = re.compile(r"\{[^{}]{0,200}\\p[1-9]")
_KARAOKE = re.compile(r"<\d[\d:.]*>")


def format_of(name: str) -> str | None:
    """The format that a file's name announces; None where it is none of FORMATS."""
    suffix = PurePath(name).suffix.lower().removeprefix(".")
    return suffix if suffix in FORMATS else None


def parse(content: bytes, announced: str) -> list[Segment]:
    """The cues of a subtitle file as segments, in order of start.

    `announced` is one of FORMATS; the content's own word counts for more. Cues without words or without a duration are
    left out, a start before zero becomes zero, a repeated cue (teletext and roll-up captions) is one segment. Raises
    WrongSubtitlesError where the file is too large or holds no cue.
    """
    if len(content) > MOST_BYTES:
        raise WrongSubtitlesError(
            f"it has {len(content) / 2**20:.0f} MB, more than any subtitles ({MOST_BYTES >> 20} MB)"
        )
    text = decoded(content).replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    kind = "vtt" if text.lstrip("\ufeff \n").startswith("WEBVTT") else announced
    try:
        events = pysubs2.SSAFile.from_string(
            _prepared(text, kind), format_=kind, keep_html_tags=True
        ).events  # tags are ours to read: a voice tag names the speaker
    except Exception as error:  # a library's word on a stranger's file: whatever it is, the file is of no use
        raise WrongSubtitlesError(
            f"it cannot be read as {kind} ({type(error).__name__}: {str(error)[:100]})"
        ) from error
    segments = sorted(_segments(events[:_MOST_CUES]), key=lambda found: (found.start_s, found.end_s))
    if not segments:
        raise WrongSubtitlesError("there is no cue with words and times in it; is it a subtitle file at all?")
    return _without_repeats(segments)


def _prepared(text: str, kind: str) -> str:
    """What pysubs2 should read. Runs of blanks go, over which its expressions would take quadratic time; so do the
    parts of WebVTT that it takes for words: names of cues, notes, styles, and the times of single words."""
    if kind in ("ass", "ssa"):
        return text
    text = _BEFORE_ZERO.sub("00:00:00.000", _LONG_BLANKS.sub(" ", _MANY_BLANK_LINES.sub("\n\n", text)))
    if kind != "vtt":
        return text
    cues = []
    for block in text.split("\n\n"):
        lines = block.strip("\n").split("\n")
        timing = next((number for number, line in enumerate(lines[:2]) if "-->" in line), None)
        if timing is not None:
            cues.append("\n".join([lines[timing], *(_KARAOKE.sub("", line) for line in lines[timing + 1 :])]))
    return "WEBVTT\n\n" + "\n\n".join(cues) + "\n"


def _segments(events: list[pysubs2.SSAEvent]) -> Iterator[Segment]:
    for event in events:
        if event.is_comment or _DRAWING.search(event.text):  # event.is_drawing takes quadratic time
            continue
        start_s, end_s = max(event.start, 0) / 1000, event.end / 1000
        speaker, words = named_speaker(plain(event.text))
        if words and end_s > start_s:
            yield Segment(start_s, end_s, words, voice(event.text) or plain(event.name) or speaker)


def _without_repeats(segments: list[Segment]) -> list[Segment]:
    """A cue that goes on with the same words, at most a tenth of a second later, is one segment."""
    kept: list[Segment] = []
    for segment in segments:
        last = kept[-1] if kept else None
        if last and (last.text, last.speaker) == (segment.text, segment.speaker) and segment.start_s - last.end_s < 0.1:
            kept[-1] = Segment(last.start_s, max(last.end_s, segment.end_s), last.text, last.speaker)
        else:
            kept.append(segment)
    return kept
