"""What names a shot outside its video: its id and its timecodes."""

import math
import uuid

import polars as pl

from archive_pipeline.timecode import count_of_timecode, format_timecode, is_timecode, timecode_of_count

_NAMESPACE = uuid.UUID("6f0b6c1e-5d0a-5c57-9d53-3c1e2a7f4b10")  # of this project; changing it changes every shot_id
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


def source_timecode_at(start_timecode: str, drop_frame: bool | None, frame_rate: float, seconds: float) -> str:
    """The timecode of the frame shown `seconds` after the frame that carries `start_timecode`.

    SMPTE ST 12-1: frames are numbered up to the nominal rate (30 for 29.97); drop frame counting skips the numbers 0
    and 1 (0 to 3 at 59.94) in every minute but each tenth; the count starts again after 24 hours.
    `drop_frame` None: as the separator says. Raises ValueError where the timecode or the rate is none.
    """
    nominal = round(frame_rate)
    if nominal < 1:
        raise ValueError(f"frame_rate must be positive, got {frame_rate}")
    drops = start_timecode.strip()[8:9] != ":" if drop_frame is None else drop_frame
    count = count_of_timecode(start_timecode, nominal, drops) + math.floor((seconds + _TIME_TOLERANCE_S) * frame_rate)
    return timecode_of_count(count, nominal, drops)
