"""Cron lines: what a person may write, checked before Dagster sees it, with a sentence instead of a stack trace."""

import re

_NICKNAMES = ("@hourly", "@daily", "@weekly", "@monthly", "@yearly")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_LONGEST_MONTH_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_FIELDS: tuple[tuple[str, int, int, dict[str, int]], ...] = (
    ("minute", 0, 59, {}),
    ("hour", 0, 23, {}),
    ("day of month", 1, 31, {}),
    ("month", 1, 12, {name: number for number, name in enumerate(_MONTHS, start=1)}),
    ("day of week", 0, 7, {name: number for number, name in enumerate(_DAYS)}),
)
_PART = re.compile(r"(?P<any>\*)|(?P<first>\w+)(-(?P<last>\w+))?")


def check_cron(line: str) -> None:
    """Raise ValueError, with what is wrong, unless `line` is a cron line: five fields or @daily and its like.

    A line that Dagster would refuse, or that names a day that never comes (`0 0 30 2 *`), is refused here.
    """
    if line in _NICKNAMES:
        return
    fields = line.split()
    if len(fields) != len(_FIELDS):
        raise ValueError(
            f"{line!r} has {len(fields)} fields; a cron line has 5 (minute, hour, day of month, month, day of week) "
            f"or is one of {', '.join(_NICKNAMES)}"
        )
    _, _, days, months, _ = [_values(text, *field) for text, field in zip(fields, _FIELDS, strict=True)]
    if min(days) > max(_LONGEST_MONTH_DAYS[month - 1] for month in months):
        raise ValueError(f"{line!r} never comes: day {min(days)} does not exist in month {fields[3]}")


def _values(text: str, name: str, low: int, high: int, names: dict[str, int]) -> set[int]:
    values: set[int] = set()
    for part in text.split(","):
        body, slash, step_text = part.partition("/")
        match = _PART.fullmatch(body)
        if not match or (slash and not (step_text.isascii() and step_text.isdigit() and int(step_text) > 0)):
            raise ValueError(f"{name} {text!r} is not a number, a range (1-5), a list (1,3) or a step (*/15)")
        if match["any"]:
            first, last = low, high
        else:
            first = _number(match["first"], name, low, high, names)
            last = _number(match["last"], name, low, high, names) if match["last"] else (high if slash else first)
        if last < first:
            raise ValueError(f"{name} {text!r} runs backwards; write it as a list of two ranges")
        values.update(range(first, last + 1, int(step_text) if slash else 1))
    return values


def _number(text: str, name: str, low: int, high: int, names: dict[str, int]) -> int:
    number = names.get(text.lower(), int(text) if text.isascii() and text.isdigit() else -1)
    if not low <= number <= high:
        raise ValueError(f"{name} {text!r} is not within {low}–{high}")
    return number
