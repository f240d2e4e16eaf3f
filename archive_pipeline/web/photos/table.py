"""A selection of photos as CSV, for spreadsheets."""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from archive_pipeline.exports.spreadsheet import spreadsheet_csv

_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "photo_id": pl.String, "collection": pl.String, "album": pl.String, "path": pl.String, "taken_at": pl.Datetime,
    "latitude": pl.Float64, "longitude": pl.Float64, "camera": pl.String, "title": pl.String, "caption": pl.String,
    "keywords": pl.List(pl.String), "creator": pl.String, "rights": pl.String, "width": pl.Int32, "height": pl.Int32,
    "format": pl.String, "bytes": pl.Int64, "sha256": pl.String,
}  # fmt: skip
_DECIMALS = 6  # of a degree: 0.1 m


def photo_table(photos: Sequence[Mapping[str, Any]]) -> bytes:
    """A line a photo, from rows of the table `photos`; keywords with `; ` between them."""
    rows = [{**{name: photo[name] for name in _SCHEMA}, "photo_id": str(photo["photo_id"])} for photo in photos]
    return spreadsheet_csv(pl.DataFrame(rows, _SCHEMA).with_columns(pl.col("keywords").list.join("; ")), _DECIMALS)
