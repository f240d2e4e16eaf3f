"""The rows of videos for every published table: what the catalogue says, joined with what the lake holds."""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

import polars as pl

from archive_pipeline.collections.model import Collection
from archive_pipeline.errors import DamagedTableError
from archive_pipeline.store.catalogue import Entry
from archive_pipeline.store.corrected import Corrected, corrected
from archive_pipeline.store.corrections import Corrections
from archive_pipeline.store.lake import Lake
from archive_pipeline.store.naming import VideoName, readable
from archive_pipeline.store.organisations import Organisations
from archive_pipeline.store.placed_corrections import without_place
from archive_pipeline.store.schema import table, tables
from archive_pipeline.warehouse.album_rows import album_rows
from archive_pipeline.warehouse.lake_tables import read_many, unreadable

OF_COLLECTIONS = ("organisations", "picture_groups", "picture_memberships", "photo_duplicates")
"""Published tables whose rows belong to a collection and to no video."""

OWN_TABLES = frozenset(
    {"_published", "albums", "collections", "videos", "failures", "photos"}
    | {"evaluations", "reviews", "group_names", "judgements"}
    | {"placed_corrections", "corrected_shots"}
    | set(OF_COLLECTIONS)
)
"""Published tables that are more, or other, than the lake table of the same name."""

_BATCH_BYTES = 16_000_000  # of Parquet with frames: some million rows, which take about 0.5 GB while they are inserted
_BATCH_VIDEOS = 500
_SHOWN = frozenset({"ready", "failed", "removed"})
_DECODING = frozenset({"source_video", "frames"})
_ALWAYS = frozenset({"shots", "scenes", "frames", "video_statistics"})  # of a ready video


def detail_tables() -> list[str]:
    """Published tables whose rows are those of the lake table of the same name, for ready videos."""
    return [name for name, schema in tables().items() if schema.published and name not in OWN_TABLES]


def batches(lake: Lake, entries: Iterable[Entry]) -> Iterator[dict[str, pl.DataFrame]]:
    """Rows by table, some hundred videos at a time, so that memory does not grow with the archive."""
    shown = (entry for entry in entries if entry.status in _SHOWN)
    while looked_at := list(islice(shown, _BATCH_VIDEOS)):
        batch: list[Entry] = []
        size = 0
        sizes = lake.sizes(["frames"], [entry.name for entry in looked_at])
        for entry, (_, _, n_bytes) in zip(looked_at, sizes, strict=True):
            batch.append(entry)
            size += n_bytes or 0
            if size > _BATCH_BYTES:
                yield rows_of(lake, batch)
                batch, size = [], 0
        if batch:
            yield rows_of(lake, batch)


def rows_of(lake: Lake, entries: Sequence[Entry]) -> dict[str, pl.DataFrame]:
    """Rows by table of videos that are ready, failed or removed; only ready ones have rows beyond videos and failures.

    A ready video, or album, with a lake table that cannot be read, or that is gone, is shown as failed, because the
    rest of the archive must be published all the same.
    """
    albums = [entry for entry in entries if entry.name.is_album]
    entries = [entry for entry in entries if not entry.name.is_album]
    ready = [entry.name for entry in entries if entry.status == "ready"]
    details = {name: read_many(lake, name, ready, required=name in _ALWAYS) for name in detail_tables()}
    facts = {name: read_many(lake, name, [entry.name for entry in entries]) for name in ("media", "decoding")}
    damaged = {video: name for name, part in (facts | details).items() for video in part.damaged}
    put_right, broken = _corrected(lake, [video for video in ready if video not in damaged])
    damaged |= broken
    entries = [unreadable(e, damaged[e.name]) if e.name in damaged and e.status == "ready" else e for e in entries]
    left_out = [video.video_id for video in damaged]
    of_albums, albums = album_rows(lake, albums)
    of_videos = {
        "videos": _videos(entries, facts["media"].rows, facts["decoding"].rows),
        "failures": _failures([entry for entry in (*entries, *albums) if entry.status == "failed"]),
        **_corrections(lake, entries, put_right),
        **_of_present_shots(
            {name: part.rows.filter(~pl.col("video_id").is_in(left_out)) for name, part in details.items()}
        ),
    }
    both = {name: pl.concat([rows, of_videos[name]]) if name in of_videos else rows for name, rows in of_albums.items()}
    return {**of_videos, **both}


def _of_present_shots(details: dict[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """What was said about shots that are no longer there is left out: analyses follow an ingest at their own pace."""
    present = details["shots"].select("video_id", "shot_id")
    return {
        name: rows.join(present, on=["video_id", "shot_id"], how="semi", maintain_order="left")
        if "shot_id" in rows.columns and name != "shots"
        else rows
        for name, rows in details.items()
    }


def organisation_rows(lake: Lake, collections: Iterable[str]) -> Iterator[dict[str, pl.DataFrame]]:
    """Rows by table of what belongs to each collection and to no video."""
    organisations = Organisations(lake)
    for name in collections:
        yield dict(zip(OF_COLLECTIONS, organisations.read(name, *OF_COLLECTIONS), strict=True))


def collection_rows(collections: Iterable[Collection]) -> pl.DataFrame:
    """The table `collections`, in order of name."""
    rows = [
        (c.name, c.kind, c.title, readable(os.fsencode(c.source_everywhere)),
         c.fps if c.kind == "videos" else None, c.model, c.looks)
        for c in collections
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=table("collections").polars_schema, orient="row").sort("collection")


def _videos(entries: Sequence[Entry], media: pl.DataFrame, decoding: pl.DataFrame) -> pl.DataFrame:
    """What the lake knows of a file counts where it was found in the content that the outcome is about.

    That is the content that the lake was made from for a ready video, and while a newer one waits to be read (no
    sha256); else only where the digests agree.
    """
    schema = table("videos").polars_schema
    known_schema = {name: schema[name] for name in _KNOWN}
    known = pl.DataFrame([_known(entry) for entry in entries], schema=known_schema, orient="row")
    decoded = [e.name.video_id for e in entries if not (e.status == "failed" and e.stage in _DECODING)]
    facts = (
        media.drop("stream_index", "zero_s", "start_s", "duration_s")
        .rename({"sha256": "read_sha256", "bytes": "read_bytes"})
        .join(decoding.filter(pl.col("video_id").is_in(decoded)), on="video_id", how="left")
        .with_columns(duration_s=pl.col("end_s") - pl.col("start_s"))
    )
    applies = (pl.col("status") == "ready") | pl.col("sha256").is_null() | (pl.col("sha256") == pl.col("read_sha256"))
    return table("videos").conform(
        known.join(facts, on="video_id", how="left", maintain_order="left")
        .with_columns(
            *(pl.when(applies).then(pl.col(name)).alias(name) for name in schema.names() if name not in _KNOWN),
            *(
                pl.when(applies).then(pl.coalesce(f"read_{name}", name)).otherwise(name).alias(name)
                for name in ("sha256", "bytes")
            ),
        )
        .select(schema.names())
    )


def _corrected(lake: Lake, ready: Sequence[VideoName]) -> tuple[dict[VideoName, Corrected], dict[VideoName, str]]:
    """What people put right of each of these videos that anybody ever corrected; and the table of each for which that
    cannot be told: shots between other boundaries need tables that nothing else here reads."""
    known = {video for video, _ in Corrections(lake).videos()}
    found, broken = dict[VideoName, Corrected](), dict[VideoName, str]()
    for video in (one for one in ready if one in known):
        try:
            found[video] = corrected(lake, video)
        except DamagedTableError as error:
            broken[video] = error.table
    return found, broken


def _corrections(
    lake: Lake, entries: Sequence[Entry], put_right: Mapping[VideoName, Corrected]
) -> dict[str, pl.DataFrame]:
    """Of those of the videos that anybody ever corrected, whatever became of them."""
    corrections = Corrections(lake)
    known = {video for video, _ in corrections.videos()}
    corrected_now = [put_right[one.name] for one in entries if one.name in put_right and one.status == "ready"]
    gone = [without_place(corrections.of(one.name)) for one in entries if one.name in known and one.status != "ready"]
    found = {
        "placed_corrections": [*(one.rows for one in corrected_now), *gone],
        "corrected_shots": [one.shots.with_machine() for one in corrected_now if one.shots],
    }
    return {name: pl.concat([pl.DataFrame(schema=table(name).polars_schema), *own]) for name, own in found.items()}


_KNOWN = (
    "video_id",
    "collection",
    "path",
    "sha256",
    "bytes",
    "status",
    "error_code",
    "error",
    "ingested_at",
    "removed_at",
)


def _known(entry: Entry) -> tuple[object, ...]:
    error = (entry.error_code, entry.message) if entry.status == "failed" else (None, None)
    name = entry.name
    path = readable(entry.path)
    known = (name.video_id, name.collection, path, entry.sha256, entry.bytes, entry.status)
    return (*known, *error, entry.finished_at, entry.removed_at)


def _failures(entries: Sequence[Entry]) -> pl.DataFrame:
    rows = [
        (e.name.video_id, e.stage, e.error_code, e.message, e.permanent, e.attempts, e.finished_at) for e in entries
    ]
    return pl.DataFrame(rows, schema=table("failures").polars_schema, orient="row")
