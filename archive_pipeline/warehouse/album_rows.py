"""The rows of albums, of their photos and of what is said about these."""

from collections.abc import Sequence

import polars as pl

from archive_pipeline.store.catalogue import Entry
from archive_pipeline.store.lake import Lake
from archive_pipeline.store.naming import readable
from archive_pipeline.store.schema import table
from archive_pipeline.warehouse.lake_tables import read_many, unreadable

_SAID = ("analyses", "detections", "visible_texts", "descriptions")
"""What analyses of albums write into tables that videos have, too; shots are photos there."""


def album_rows(lake: Lake, entries: Sequence[Entry]) -> tuple[dict[str, pl.DataFrame], list[Entry]]:
    """Rows by table of albums that are ready, failed or removed, and the albums as they are shown there.

    A failed album keeps the rows of its photos where they were read: each says why it is not to be found. An album that
    moved keeps the rows that were read in its former place; their paths follow. A ready one with a table that is gone
    or cannot be read is shown as failed.
    """
    names = [entry.name for entry in entries if entry.status in ("ready", "failed")]
    found = {name: read_many(lake, name, names).rows for name in ("album_statistics", "photos")}
    said = {name: read_many(lake, name, [entry.name for entry in entries if entry.status == "ready"]) for name in _SAID}
    lost = {one.video_id: name for name, part in said.items() for one in part.damaged}
    lost |= {key: name for name, rows in found.items() for key in {one.video_id for one in names} - set(rows["album"])}
    shown = [
        unreadable(entry, lost[entry.name.video_id])
        if entry.status == "ready" and entry.name.video_id in lost
        else entry
        for entry in entries
    ]
    known = pl.DataFrame([_known(entry) for entry in shown], schema=_KNOWN, orient="row")
    albums = known.join(found["album_statistics"], on="album", how="left", maintain_order="left")
    photos = table("photos").conform(_in_place(found["photos"], known))
    rows = {
        "albums": table("albums").conform(albums),
        "photos": photos,
        **{
            name: _of_ready(part.rows.filter(~pl.col("video_id").is_in(list(lost))), photos)
            for name, part in said.items()
        },
    }
    return rows, shown


def _of_ready(said: pl.DataFrame, photos: pl.DataFrame) -> pl.DataFrame:
    """What was said about photos that are no longer there is left out: analyses follow an ingest at their own pace."""
    if "shot_id" not in said.columns:
        return said
    ready = photos.filter(pl.col("status") == "ready").select(video_id="album", shot_id="photo_id")
    return said.join(ready, on=["video_id", "shot_id"], how="semi", maintain_order="left")


_KNOWN = {
    name: table("albums").polars_schema[name]
    for name in ("album", "collection", "path", "bytes", "status", "error_code", "error", "ingested_at", "removed_at")
}


def _known(entry: Entry) -> tuple[object, ...]:
    error = (entry.error_code, entry.message) if entry.status == "failed" else (None, None)
    name = entry.name
    return (
        name.video_id, name.collection, readable(entry.path), entry.bytes, entry.status, *error,
        entry.finished_at, entry.removed_at,
    )  # fmt: skip


def _in_place(photos: pl.DataFrame, albums: pl.DataFrame) -> pl.DataFrame:
    """The photos with the paths that they have now: the folder of the album, as it is now, and their own names."""
    folder = pl.col("now").str.replace(r"(//\d+)?/$", "")
    name = pl.col("path").str.extract(r"([^/]*)$")
    return (
        photos.join(albums.select("album", now="path"), on="album", how="left", maintain_order="left")
        .with_columns(path=pl.concat_str(folder, name, separator="/").str.strip_prefix("./"))
        .drop("now")
    )
