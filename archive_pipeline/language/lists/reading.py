"""A CSV, whatever it was written with → the rows of a list."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from archive_pipeline.collections.model import ArchiveList
from archive_pipeline.counting import counted
from archive_pipeline.errors import ConfigurationError
from archive_pipeline.language.lists.dates import Span, read_dates
from archive_pipeline.language.lists.headings import fields_of, headings_alike
from archive_pipeline.language.transcripts.encoding import ANY, decoded

_LARGEST_BYTES = 64_000_000  # a row of 25,000 has some 200
Record = tuple[int, list[str]]
"""Line in which a row ends, and its cells."""
_DELIMITERS = ";\t,|"


@dataclass(frozen=True)
class ListRow:
    """What the list says of one file, or of one tape; texts that are blank are None."""

    line: int
    """Where the row ends in the file, from 1."""
    file: str
    title: str | None = None
    date: str | None = None
    """As it is written."""
    days: Span | None = None
    """None where that is no date."""
    programme: str | None = None
    tape: str | None = None
    rights: str | None = None
    other: tuple[tuple[str, str], ...] = ()
    """Heading and text of all other columns, in their order."""


@dataclass(frozen=True)
class ReadList:
    """`notes` are sentences, with a code, about what was guessed and which rows were left out."""

    rows: tuple[ListRow, ...]
    notes: tuple[str, ...]
    headings: tuple[str, ...]
    fields: dict[str, str]
    """Heading by field of ListRow."""
    spanish: bool
    """Whether its headings are Spanish."""


def read_list(wanted: ArchiveList, language: str | None = None) -> ReadList:
    """`language` (ISO 639-1) is that of the collection, where it is said.

    Raises ConfigurationError, with file and line: `list_missing`, `list_unreadable`, `list_empty`, `list_broken`,
    `list_column_missing`, `list_without_files`.
    """
    text, guessed = decoded(_content(wanted.file), language or ANY, wanted.encoding, "list: encoding")
    notes = [f"list_{guessed}"] if guessed else []
    (first, headings), *records = _records(text, wanted.file)
    headings = [heading.strip() or f"column {number}" for number, heading in enumerate(headings, 1)]
    notes += [
        f"list_headings_alike: {' and '.join(map(repr, alike))} (line {first}) name one column where somebody asks for "
        "it, so that a value of either is found by any of these names; rename all but one"
        for alike in headings_alike(headings)
    ]
    places, spanish = fields_of(headings, wanted.columns, str(wanted.file), first)
    whole: list[Record] = []
    wide: list[Record] = []
    for line, cells in records:
        cells = [" ".join(cell.split()) for cell in cells]
        (wide if any(cells[len(headings) :]) else whole).append((line, cells))
    if wide:
        notes.append(
            f"list_row_wide: {counted(len(wide), 'row')} left out that had more cells than the list has headings, the "
            f"first one in line {wide[0][0]}; put texts that hold the separator in double quotes"
        )
    rows, of_dates = _rows(whole, headings, places, spanish)
    of_fields = {field: headings[at] for field, at in places.items()}
    return ReadList(rows, (*notes, *of_dates), tuple(headings), of_fields, spanish)


def _content(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            content = opened.read(_LARGEST_BYTES + 1)
    except FileNotFoundError:
        raise ConfigurationError(
            "list_missing", f"The list {file} is not there. Put it back, or correct `list: {{file: …}}`."
        ) from None
    except OSError as error:
        raise ConfigurationError("list_unreadable", f"The list {file} cannot be read: {error.strerror}.") from error
    if len(content) > _LARGEST_BYTES:
        raise ConfigurationError("list_unreadable", f"The list {file} is over 64 MB; this is no list of videos.")
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise ConfigurationError(
            "list_unreadable", f"The list {file} is a workbook, not text; save it as CSV (in Excel: CSV UTF-8)."
        )
    return content


def _records(text: str, file: Path) -> list[Record]:
    """Line and cells of each row that has any, the headings first."""
    heading = next((line for line in StringIO(text) if line.strip()), "")
    delimiter = max(_DELIMITERS, key=lambda one: len(next(csv.reader([heading], delimiter=one), [])))
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    found: list[Record] = []
    begun = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                found.append((reader.line_num, cells))
            begun = reader.line_num + 1
    except csv.Error as error:
        raise ConfigurationError(
            "list_broken",
            f"{file}:{begun}: this row cannot be read ({error}). A double quote inside a quoted text is written twice; "
            "save the list as CSV again, or correct the line.",
        ) from None
    if len(found) < 2:
        raise ConfigurationError(
            "list_empty", f"The list {file} has {'no rows below its headings' if found else 'nothing in it'}."
        )
    return found


def _rows(
    records: Sequence[Record], headings: Sequence[str], places: dict[str, int], spanish: bool
) -> tuple[tuple[ListRow, ...], list[str]]:
    def cell(cells: Sequence[str], field: str) -> str | None:
        at = places.get(field)
        return cells[at] or None if at is not None and at < len(cells) else None

    records = [(line, cells) for line, cells in records if cell(cells, "file")]
    dates = read_dates([cell(cells, "date") or "" for _, cells in records], spanish=spanish)
    taken = set(places.values())
    rows = tuple(
        ListRow(
            line,
            cell(cells, "file") or "",
            cell(cells, "title"),
            cell(cells, "date"),
            days,
            cell(cells, "programme"),
            cell(cells, "tape"),
            cell(cells, "rights"),
            tuple((headings[at], text) for at, text in enumerate(cells) if text and at not in taken),
        )
        for (line, cells), days in zip(records, dates.spans, strict=True)
    )
    notes = []
    if dates.ambiguous:
        one = rows[dates.ambiguous[0]]
        notes.append(
            f"list_dates_ambiguous: {len(dates.ambiguous)} dates such as {one.date} (line {one.line}) are read "
            f"{dates.order}; 1987-12-31 can be read in one way only"
        )
    if undated := [row for row in rows if row.date and not row.days]:
        notes.append(
            f"list_dates_unknown: {len(undated)} dates such as {undated[0].date!r} (line {undated[0].line}) are kept "
            "as they are written and not found by date; write 1987-12-31, 31/12/1987, 12/1987 or 1987"
        )
    return rows, notes
