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
