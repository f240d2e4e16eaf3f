"""A transcript as rows of the table `transcripts`, and what is said during a shot."""

import polars as pl

from archive_pipeline.language.transcripts.model import Transcript

_COLUMNS = {
    "segment": pl.Int32,
    "start_s": pl.Float64,
    "end_s": pl.Float64,
    "speaker": pl.String,
    "text": pl.String,
    "language": pl.String,
}


def transcript_rows(transcript: Transcript) -> pl.DataFrame:
    """The table without the video: one row per segment, or the one that says why there is none."""
    said = [
        (number, one.start_s, one.end_s, one.speaker, one.text, one.language)
        for number, one in enumerate(transcript.segments)
    ]
    rows = pl.DataFrame(said or [(0, None, None, None, None, None)], schema=_COLUMNS, orient="row")
    source = transcript.source if said else "none"
    about = {"source": source, "origin": transcript.origin, "note": "; ".join(transcript.notes) or None}
    return rows.with_columns(pl.lit(value, dtype=pl.String).alias(name) for name, value in about.items())
