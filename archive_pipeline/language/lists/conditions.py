"""Which videos and photos may be found by what lists say of them: columns and values, as people write them."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from archive_pipeline.errors import RequestError
from archive_pipeline.language.lists.headings import ASKED_FIELDS, asked_as
from archive_pipeline.search.listed import Listed, kept_value, listed_key, plain_heading

_WRITTEN = re.compile(r"([^:=]+)[:=](.+)", re.DOTALL)


def listed_conditions(written: Iterable[str]) -> tuple[tuple[str, ...], ...]:
    """`programme:Telediario`, `programa=telediario`: several values of one column are alternatives.

    A column is named by its heading or, where it is a field that is known in several languages, by any of its names.
    Raises RequestError `bad_filter`.
    """
    groups: dict[str, dict[str, None]] = {}
    for text in written:
        heading, value = column_and_value(text)
        column = asked_as(heading)
        alternatives = groups.setdefault(column, {})
        alternatives |= dict.fromkeys(listed_key(name, value) for name in (column, heading))
    return tuple(map(tuple, groups.values()))


def column_and_value(written: str) -> tuple[str, str]:
    """The two parts of `programme:Telediario`. Raises RequestError `bad_filter`."""
    found = _WRITTEN.fullmatch(written.strip())
    if not found or not plain_heading(found[1]) or not found[2].strip():
        raise RequestError(
            "bad_filter", f"{written[:80]!r} is no column with a value; write them as programme:Telediario."
        )
    return found[1].strip(), found[2].strip()


def columns_of(row: Mapping[str, Any]) -> Listed:
    """What may be asked for in this way of a row of the table `listed`."""
    known = ((name, row[name]) for name in ASKED_FIELDS)
    other = ((one["heading"], one["value"]) for one in row["other"])
    return tuple((heading, kept_value(value)) for heading, value in (*known, *other) if value)
