"""What names a shot outside its video: its id and its timecodes."""

import math
import re
import uuid

import polars as pl

from archive_pipeline.timecode import dropped_numbers, format_timecode, frame_count

_NAMESPACE = uuid.UUID("6f0b6c1e-5d0a-5c57-9d53-3c1e2a7f4b10")  # of this project; changing it changes every shot_id
_TIMECODE = re.compile(r"(\d{2}):([0-5]\d):([0-5]\d)([:;.])(\d{2,3})")
_TIME_TOLERANCE_S = 0.0006  # containers round times to a millisecond


def shot_id(video_id: str, sha256: str, start_s: float, end_s: float) -> uuid.UUID:
    """The same for the same file, place and times (to a millisecond); different for two copies of a file."""
    return uuid.uuid5(_NAMESPACE, f"{video_id}\n{sha256}\n{round(start_s * 1000)}\n{round(end_s * 1000)}")


def identify_shots(
    shots: pl.DataFrame,
    video_id: str,
    sha256: str,
    start_timecode: str | None,
    drop_frame: bool | None,
    frame_rate: float,
    first_frame_s: float,
) -> pl.DataFrame:
    """The table `shots` as in `sql/tables/shots.sql`, from the table that `divide_into_shots` returns.

    `start_timecode` is that of the first frame, shown at `first_frame_s`. Without one, or where it is no timecode,
    source_timecode is null.
    """
    start_s, end_s = shots["start_s"].to_list(), shots["end_s"].to_list()
    readable = start_timecode is not None and is_timecode(start_timecode)
    source = [
        source_timecode_at(start_timecode, drop_frame, frame_rate, s - first_frame_s)
        if readable and start_timecode
        else None
        for s in start_s
    ]
    return shots.select(
        pl.lit(video_id).alias("video_id"),
        "shot",
        pl.Series("shot_id", [str(shot_id(video_id, sha256, *times)) for times in zip(start_s, end_s, strict=True)]),
        "scene",
        "class",
        "start_s",
        "end_s",
        pl.Series("start_timecode", [format_timecode(s) for s in start_s], dtype=pl.String),
        pl.Series("end_timecode", [format_timecode(s) for s in end_s], dtype=pl.String),
        pl.Series("source_timecode", source, dtype=pl.String),
        "n_frames",
        "keyframe_s",
        "cohesion",
        "leader",
    )


def is_timecode(text: str) -> bool:
    """Whether this reads HH:MM:SS:FF, with `;` or `.` before FF where frames are dropped."""
    return _TIMECODE.fullmatch(text.strip()) is not None


def source_timecode_at(start_timecode: str, drop_frame: bool | None, frame_rate: float, seconds: float) -> str:
    """The timecode of the frame shown `seconds` after the frame that carries `start_timecode`.

    SMPTE ST 12-1: frames are numbered up to the nominal rate (30 for 29.97); drop frame counting skips the numbers 0
    and 1 (0 to 3 at 59.94) in every minute but each tenth; the count starts again after 24 hours.
    `drop_frame` None: as the separator says. Raises ValueError where the timecode or the rate is none.
    """
    match = _TIMECODE.fullmatch(start_timecode.strip())
    if match is None:
        raise ValueError(f"start_timecode must read HH:MM:SS:FF, got {start_timecode!r}")
    nominal = round(frame_rate)
    if nominal < 1:
        raise ValueError(f"frame_rate must be positive, got {frame_rate}")
    hours, minutes, whole, frames = (int(match[i]) for i in (1, 2, 3, 5))
    dropped = dropped_numbers(match[4] != ":" if drop_frame is None else drop_frame, nominal)
    count = frame_count(hours, minutes, whole, frames, nominal, dropped)
    count += math.floor((seconds + _TIME_TOLERANCE_S) * frame_rate)
    return _timecode(count, nominal, dropped)


def _timecode(count: int, nominal: int, dropped: int) -> str:
    """The number that the frame with this count from midnight carries."""
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
