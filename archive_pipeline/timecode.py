"""Times as people write them."""

import re


def format_timecode(seconds: float) -> str:
    """`HH:MM:SS.mmm`; hours grow past two digits when they must. Negative times get a leading minus."""
    milliseconds = round(abs(seconds) * 1000)
    hours, rest = divmod(milliseconds, 3_600_000)
    minutes, rest = divmod(rest, 60_000)
    whole, rest = divmod(rest, 1000)
    sign = "-" if seconds < 0 and milliseconds else ""
    return f"{sign}{hours:02d}:{minutes:02d}:{whole:02d}.{rest:03d}"


_TIMECODE = re.compile(r"(?:(\d+):)?(\d{1,3}):(\d{1,2})(?:([:;])(\d{1,3})|[.,](\d{1,6}))?")


def parse_timecode(text: str, frame_rate: float) -> float:
    """Seconds of `HH:MM:SS:FF` (frames at `frame_rate`; `;` before them means drop frame), `HH:MM:SS.mmm`, `MM:SS` or
    plain seconds. ValueError for anything else.

    A timecode counts frames at the rounded rate; drop frame leaves out numbers so that it keeps step with the clock
    (SMPTE ST 12-1).
    """
    written = text.strip()
    if re.fullmatch(r"\d+(?:[.,]\d+)?", written):
        return float(written.replace(",", "."))
    match = _TIMECODE.fullmatch(written)
    if not match or int(match[3]) > 59:
        raise ValueError(f"{text!r} is no timecode: write HH:MM:SS:FF, HH:MM:SS.mmm or seconds")
    hours, minutes, seconds = int(match[1] or 0), int(match[2]), int(match[3])
    whole = (hours * 60 + minutes) * 60 + seconds
    if match[6]:
        return whole + float(f"0.{match[6]}")
    if match[5] is None:
        return float(whole)
    nominal = round(frame_rate)
    if int(match[5]) >= nominal:
        raise ValueError(f"{text!r} has frame {match[5]}, and the video {nominal} a second")
    return (
        frame_count(hours, minutes, seconds, int(match[5]), nominal, dropped_numbers(match[4] == ";", nominal))
        / frame_rate
    )


def dropped_numbers(drop_frame: bool, nominal: int) -> int:
    """How many numbers drop frame skips at each minute but every tenth: 2 of 30, 4 of 60; other rates drop none."""
    return nominal // 15 if drop_frame and nominal % 30 == 0 else 0


def frame_count(hours: int, minutes: int, seconds: int, frames: int, nominal: int, dropped: int) -> int:
    """Frames from midnight to this timecode, at `nominal` numbers a second (SMPTE ST 12-1)."""
    total_minutes = hours * 60 + minutes
    return (total_minutes * 60 + seconds) * nominal + frames - dropped * (total_minutes - total_minutes // 10)


_SMPTE = re.compile(r"(\d{2}):([0-5]\d):([0-5]\d)([:;.])(\d{2,3})")


def is_timecode(text: str) -> bool:
    """Whether this reads HH:MM:SS:FF, with `;` or `.` before FF where frames are dropped."""
    return _SMPTE.fullmatch(text.strip()) is not None


def count_of_timecode(text: str, nominal: int, drop_frame: bool | None) -> int:
    """Frames from midnight to a timecode for which `is_timecode` holds, else ValueError.

    `drop_frame` None: as the separator says.
    """
    match = _SMPTE.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"a timecode must read HH:MM:SS:FF, got {text!r}")
    dropped = dropped_numbers(match[4] != ":" if drop_frame is None else drop_frame, nominal)
    return frame_count(int(match[1]), int(match[2]), int(match[3]), int(match[5]), nominal, dropped)


def timecode_of_count(count: int, nominal: int, drop_frame: bool) -> str:
    """The number that the frame with this count from midnight carries; after 24 hours they start again."""
    dropped = dropped_numbers(drop_frame, nominal)
    per_minute = nominal * 60 - dropped
    per_ten = per_minute * 10 + dropped
    count %= per_ten * 6 * 24
    tens, rest = divmod(count, per_ten)
    if rest >= nominal * 60:  # the first minute of ten drops nothing
        minute = 1 + (rest - nominal * 60) // per_minute
        count += dropped * minute
    count += dropped * 9 * tens
    frames = count % nominal
    seconds = count // nominal
    separator = ";" if dropped else ":"
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}{separator}{frames:02d}"
