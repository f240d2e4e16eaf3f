"""Dates as lists have them: a day, a month or a year, in the order that the list writes them."""

import calendar
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

_TIME = re.compile(r"[ T]\d{1,2}:\d\d(:\d\d([.,]\d+)?)?Z?$")
_YEAR_FIRST = re.compile(r"(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?")
_MONTH = re.compile(r"(\d{1,2})[-/.](\d{4})")
_DAY = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})")


@dataclass(frozen=True)
class Span:
    """The days that a date may mean: one, those of a month, those of a year."""

    first: date
    last: date


@dataclass(frozen=True)
class ReadDates:
    """`spans` in the order of the texts, None for what is no date. `ambiguous`: positions of dates such as 03/04/1987,
    of which `order` says how they were read."""

    spans: tuple[Span | None, ...]
    ambiguous: tuple[int, ...]
    order: str
    """`day first`, `month first` or `by their year alone`."""


def read_dates(texts: Sequence[str], *, spanish: bool) -> ReadDates:
    """The dates of one column. How 03/04/1987 is meant, other dates of the column tell (31/12/1987 has its day first);
    where none does, it has in a list with Spanish headings, and else no more than its year is certain."""
    plain = [_TIME.sub("", text.strip()) for text in texts]
    found = [_DAY.fullmatch(text) for text in plain]
    pairs = [(int(match[1]), int(match[2])) if match else None for match in found]
    day_first = any(pair and pair[0] > 12 >= pair[1] for pair in pairs)
    month_first = any(pair and pair[1] > 12 >= pair[0] for pair in pairs)
    decided = day_first != month_first
    order = "day first" if (day_first if decided else spanish) else "month first" if decided else "by their year alone"
    ambiguous = [at for at, pair in enumerate(pairs) if pair and pair[0] != pair[1] and max(pair) <= 12]
    return ReadDates(tuple(_span(text, order) for text in plain), tuple(ambiguous), order)


def _span(text: str, order: str) -> Span | None:
    try:
        if match := _DAY.fullmatch(text):
            first, second, year = map(int, match.groups())
            if first > 12 or first == second or (order == "day first" and second <= 12):
                return _days(year, second, first)
            if second > 12 or order == "month first":
                return _days(year, first, second)
            return _days(year)
        if match := _MONTH.fullmatch(text):
            return _days(int(match[2]), int(match[1]))
        if match := _YEAR_FIRST.fullmatch(text):
            return _days(*(int(part) for part in match.groups() if part is not None))
    except ValueError:  # the 31st of February
        pass
    return None


def _days(year: int, month: int | None = None, day: int | None = None) -> Span:
    first = date(year, 1 if month is None else month, 1 if day is None else day)
    if day is not None:
        return Span(first, first)
    last_month = 12 if month is None else month
    return Span(first, date(year, last_month, calendar.monthrange(year, last_month)[1]))
