"""Times as people write them."""


def format_timecode(seconds: float) -> str:
    """`HH:MM:SS.mmm`; hours grow past two digits when they must. Negative times get a leading minus."""
    milliseconds = round(abs(seconds) * 1000)
    hours, rest = divmod(milliseconds, 3_600_000)
    minutes, rest = divmod(rest, 60_000)
    whole, rest = divmod(rest, 1000)
    sign = "-" if seconds < 0 and milliseconds else ""
    return f"{sign}{hours:02d}:{minutes:02d}:{whole:02d}.{rest:03d}"
