"""Clips as a table: CSV for spreadsheets, Parquet for programs."""

import io

import polars as pl

from archive_pipeline.exports.model import Clip, Selection
from archive_pipeline.exports.spreadsheet import spreadsheet_csv
from archive_pipeline.timecode import format_timecode

_SCHEMA = {
    "video_id": pl.String, "file": pl.String, "shot": pl.Int32, "shot_id": pl.String,
    "start": pl.String, "end": pl.String, "start_s": pl.Float64, "end_s": pl.Float64, "duration_s": pl.Float64,
    "source_timecode_in": pl.String, "source_timecode_out": pl.String,
    "frame_rate": pl.Float64, "drop_frame": pl.Boolean, "first_frame": pl.Int64, "frames": pl.Int64, "note": pl.String,
    "title": pl.String,
}  # fmt: skip


def clip_table(selection: Selection) -> pl.DataFrame:
    """A row a clip; the source's timecodes are null where it has none."""
    return pl.DataFrame([_row(clip) for clip in selection.clips], schema=_SCHEMA, orient="row")


def csv_table(selection: Selection) -> bytes:
    return spreadsheet_csv(clip_table(selection))


def parquet_table(selection: Selection) -> bytes:
    written = io.BytesIO()
    clip_table(selection).write_parquet(written)
    return written.getvalue()


def _row(clip: Clip) -> tuple[object, ...]:
    source = clip.source
    timecodes = clip.timecodes if source.timecode else (None, None)
    return (
        source.video_id, source.path, clip.shot, clip.shot_id or None,
        format_timecode(clip.start_s), format_timecode(clip.end_s), clip.start_s, clip.end_s, clip.end_s - clip.start_s,
        *timecodes, float(source.counting.rate), source.drop_frame, clip.first, clip.n_frames, clip.note or None,
        clip.title or None,
    )  # fmt: skip
