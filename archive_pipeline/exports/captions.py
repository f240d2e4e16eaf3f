"""WebVTT: the chapters of a video and what is said in it, for players."""

import pysubs2

from archive_pipeline.exports.model import Note, Selection


def chapters(selection: Selection) -> bytes:
    """A cue a scene of the video."""
    assert selection.record
    return _webvtt(selection.record.scenes)


def subtitles(selection: Selection) -> bytes:
    """A cue a segment of the transcript, its speaker as a voice; without words a file without cues."""
    assert selection.record
    return _webvtt(selection.record.transcript)


def _webvtt(notes: tuple[Note, ...]) -> bytes:
    file = pysubs2.SSAFile()
    file.events = [pysubs2.SSAEvent(round(note.start_s * 1000), round(note.end_s * 1000), _cue(note)) for note in notes]
    return file.to_string("vtt", keep_ssa_tags=True).encode()


def _cue(note: Note) -> str:
    """pysubs2 1.8 takes text for SSA: `\\N` would be a new line, `{…}` a tag, which it would leave out. All the rest it
    writes as it is: `&`, `<` and `-->` would be markup, an empty line the end of a cue."""
    text = " ".join(note.text.split())
    voice = f"<v {_escaped(' '.join(note.speaker.split()))}>" if note.speaker else ""
    return voice + _escaped(text)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\\", "&#92;")
