"""Reading one lake table of many videos at once, damaged files told apart."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from archive_pipeline.store.lake import Lake
from archive_pipeline.store.naming import VideoName
from archive_pipeline.store.schema import table


@dataclass(frozen=True)
class Part:
    """The rows of some videos in one table, and the videos whose file cannot be read, or is not where it must be."""

    rows: pl.DataFrame
    damaged: frozenset[VideoName] = frozenset()


def read_many(lake: Lake, name: str, videos: Sequence[VideoName], *, required: bool = False) -> Part:
    """The rows of `videos` in their order; one without this table has none, and is damaged where it is `required`."""
    schema = table(name)
    paths = {video: path for video in videos if (path := lake.path(name, video)).exists()}
    missing = frozenset(video for video in videos if video not in paths) if required else frozenset()
    if not paths:
        return Part(pl.DataFrame(schema=schema.polars_schema), missing)
    files = [str(path) for path in paths.values()]
    try:  # 0.2 ms a file against 0.7 ms one by one; without globbing, names may hold any character
        return Part(schema.conform(pl.read_parquet(files, glob=False, hive_partitioning=False)), missing)
    except Exception:  # a file that is damaged or vanished, or an ARCHIVE_HOME that is not UTF-8: ask each
        part = _read_one_by_one(lake, name, videos)
        return Part(part.rows, part.damaged | missing)


def _read_one_by_one(lake: Lake, name: str, videos: Sequence[VideoName]) -> Part:
    schema = table(name)
    frames, damaged = [pl.DataFrame(schema=schema.polars_schema)], set()
    for video in videos:
        try:
            frames.append(schema.conform(lake.read(name, video)))
        except Exception:  # whatever it is, it concerns this video only
            damaged.add(video)
    return Part(pl.concat(frames), frozenset(damaged))
