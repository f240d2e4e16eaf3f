"""The truth of a documentalist's log: a CSV of file, timecode in, timecode out and text.

    file,in,out,text,language
    1975/festival.mxf,00:01:12:05,00:01:20:00,a choir in front of the cathedral,en

Its texts become queries and its spans what they should find; a text that is logged more than once is one query. The
columns may be named in Spanish (archivo, entrada, salida, texto, idioma) and separated by commas, semicolons or tabs;
`language` may be left out.
"""

import csv
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from archive_pipeline.errors import ConfigurationError
from archive_pipeline.evaluation.truth import Span, TextQuery, Truth
from archive_pipeline.timecode import parse_timecode

UNDETERMINED = "und"  # ISO 639-2: nobody said which language it is
_NAMES = {
    "file": ("file", "archivo", "fichero", "path"),
    "in": ("in", "entrada", "start"),
    "out": ("out", "salida", "end"),
    "text": ("text", "texto", "description", "descripción"),
    "language": ("language", "idioma", "lang"),
}


@dataclass(frozen=True)
class Clock:
    """How the timecodes of one video are read."""

    frame_rate: float
    source_start_s: float | None = None
    """Where the timecode track of the source begins, for logs that count from there; None where there is none."""


def logged_truth(file: Path, clock_of: Callable[[str], Clock | None]) -> Truth:
    """Read the log. `clock_of` tells of a path how its timecodes are read, None where the collection has no such video.

    A timecode at or after the start of the source's own track is on that track. Raises ConfigurationError `bad_log`
    with the line, and `unknown_videos` where no line names a video of the collection.
    """
    rows = _rows(file)
    spans: dict[tuple[str, str], set[Span]] = {}
    unknown: list[str] = []
    for number, row in rows:
        clock = clock_of(row["file"])
        if clock is None:
            unknown.append(row["file"])
            continue
        start_s, end_s = (_seconds(row[name], clock, f"{file}, line {number}, column {name}") for name in ("in", "out"))
        if end_s <= start_s:
            raise ConfigurationError("bad_log", f"{file}, line {number}: out ({row['out']}) is not after in")
        language = row.get("language") or UNDETERMINED
        spans.setdefault((language.lower()[:2] if row.get("language") else language, row["text"]), set()).add(
            Span(row["file"], start_s, end_s)
        )
    if not rows:
        raise ConfigurationError("bad_log", f"{file} holds no line below its head")
    if not spans:
        named = ", ".join(sorted(set(unknown))[:3])
        raise ConfigurationError(
            "unknown_videos",
            f"{file} names no video of this collection ({named} …): paths are relative to its source folder",
        )
    queries = tuple(TextQuery({language: text}, frozenset(found)) for (language, text), found in spans.items())
    return Truth(f"log {file.name}", queries=queries)


def _rows(file: Path) -> list[tuple[int, dict[str, str]]]:
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError("bad_log", f"{file} cannot be read as UTF-8 text: {error}") from error
    head = text.partition("\n")[0]
    separator = max(",;\t", key=head.count)
    reader = csv.reader(io.StringIO(text), delimiter=separator)
    columns = _columns(next(reader, []), file)
    rows = []
    for cells in reader:
        if not any(cell.strip() for cell in cells):
            continue
        row = {name: cells[at].strip() for name, at in columns.items() if at < len(cells)}
        if missing := [name for name in ("file", "in", "out", "text") if not row.get(name)]:
            raise ConfigurationError("bad_log", f"{file}, line {reader.line_num}: {missing[0]} is empty")
        rows.append((reader.line_num, row))
    return rows


def _columns(head: list[str], file: Path) -> Mapping[str, int]:
    given = {name.strip().lower(): at for at, name in enumerate(head)}
    columns = {name: given[word] for name, words in _NAMES.items() for word in words if word in given}
    if missing := [name for name in ("file", "in", "out", "text") if name not in columns]:
        raise ConfigurationError(
            "bad_log", f"{file}, line 1: no column {' or '.join(_NAMES[missing[0]])}; found {', '.join(given)}"
        )
    return columns


def _seconds(text: str, clock: Clock, where: str) -> float:
    try:
        seconds = parse_timecode(text, clock.frame_rate)
    except ValueError as error:
        raise ConfigurationError("bad_log", f"{where}: {error}") from None
    if clock.source_start_s and seconds >= clock.source_start_s:
        seconds -= clock.source_start_s
    return round(seconds, 6)
