"""From which day on a video may be seen, by its row in the archive's list."""

from collections.abc import Callable
from datetime import date, timedelta

from archive_pipeline.collections.model import EmbargoRule
from archive_pipeline.errors import ConfigurationError
from archive_pipeline.language.lists.dates import read_dates
from archive_pipeline.language.lists.reading import ListRow, ReadList
from archive_pipeline.search.listed import plain_heading
from archive_pipeline.suggestions import did_you_mean


def open_days(read: ReadList, rule: EmbargoRule) -> dict[int, date | None]:
    """By line of the row: the first day on which everybody may see the video; None: none is known.

    A day in `until` lifts what `values` says. What is written there and is no date withholds for good. Raises
    ConfigurationError `embargo_column_missing`.
    """
    until = _texts(read, "until", rule.until)
    column = _texts(read, "column", rule.column)
    withholding = {plain_heading(value) for value in rule.values}
    written = [until(row) for row in read.rows]
    spans = read_dates(written, spanish=read.spanish).spans
    days: dict[int, date | None] = {}
    for row, text, span in zip(read.rows, written, spans, strict=True):
        if span and span.last < date.max:
            days[row.line] = span.last + timedelta(days=1)
        else:
            days[row.line] = None if text or plain_heading(column(row)) in withholding else date.min
    return days


def _texts(read: ReadList, key: str, wanted: str | None) -> Callable[[ListRow], str]:
    """Reads the column that is named by its heading or its field."""
    if wanted is None:
        return lambda _: ""
    plain = plain_heading(wanted)
    for field, heading in read.fields.items():
        if plain in (field, plain_heading(heading)):
            return lambda row: getattr(row, field) or ""
    if plain not in map(plain_heading, read.headings):
        raise ConfigurationError(
            "embargo_column_missing",
            f"The list has no column {wanted!r}{did_you_mean(wanted, read.headings)}; there are "
            f"{', '.join(read.headings)}. Write one of them under `embargo: {{{key}: …}}`; until then what is withheld "
            "stays as it was.",
        )
    return lambda row: next((text for heading, text in row.other if plain_heading(heading) == plain), "")
