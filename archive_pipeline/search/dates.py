"""When a photo was taken or a video is of, and what people write to find it by that."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from archive_pipeline.errors import RequestError

_DATE = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")


@dataclass(frozen=True)
class Period:
    """A range of `clock_s`; None is no bound. What has no date is in none that has a bound."""

    from_s: float | None = None
    before_s: float | None = None


ANY_TIME = Period()


def clock_s(moment: datetime) -> float:
    """A moment of a clock that tells no zone, such as a camera's, as seconds since 1970 on that clock."""
    return moment.replace(tzinfo=UTC).timestamp()


def decade_of(first_s: float, before_s: float) -> int | None:
    """The decade (1990) in which all of a period is; None where it is in several."""
    first, last = ((datetime(1970, 1, 1) + timedelta(seconds=at)).year // 10 * 10 for at in (first_s, before_s - 1))
    return first if first == last else None


def period(first: str = "", last: str = "") -> Period:
    """From what people write: `1998`, `1998-06` or `1998-06-15`, both ends included; "" is no bound.

    Raises RequestError `bad_filter`.
    """
    from_s = _span("from", first)[0] if first.strip() else None
    before_s = _span("to", last)[1] if last.strip() else None
    if from_s is not None and before_s is not None and from_s >= before_s:
        raise RequestError("bad_filter", f"From {first} to {last}: the first is after the second.")
    return Period(from_s, before_s)


def _span(name: str, written: str) -> tuple[float, float]:
    """The first moment of a year, a month or a day, and the one after its last."""
    found = _DATE.fullmatch(written.strip())
    try:
        year, month, day = (int(part) if part else None for part in found.groups()) if found else (0, None, None)
        first = datetime(year or 0, month or 1, day or 1)
        last = datetime(first.year, month or 12, day or monthrange(first.year, month or 12)[1])
        return clock_s(first), clock_s(last + timedelta(days=1))
    except (ValueError, OverflowError):
        raise RequestError(
            "bad_filter", f"{name} is {written[:60]!r}; write a year, a month or a day: 1998, 1998-06, 1998-06-15."
        ) from None
