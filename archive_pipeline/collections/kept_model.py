"""Which model the videos, or photos, of a collection were embedded with: what a file that names no model means."""

import os
import time
from collections.abc import Iterator
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from archive_pipeline.encoders.names import PretrainedTag, parse
from archive_pipeline.errors import ConfigurationError
from archive_pipeline.settings import Bucket, LakePlace
from archive_pipeline.store.provenance import METADATA_KEY, Provenance

_TABLES = ("embeddings", "photo_embeddings")
_BUCKET_EVERY_S = 60.0  # a list of all tables of a collection, one request a thousand


def kept_model(lake: LakePlace, collection: str) -> str | None:
    """The model of the collection's newest embeddings, as their provenance names it.

    None where there are none, and where they are a local model's, whose identity is a hash and tells no name.
    """
    if isinstance(lake, Bucket):
        return _model_in_bucket(lake, Path(collection).name, int(time.monotonic() / _BUCKET_EVERY_S))
    for table in _TABLES:
        folder = lake / table / Path(collection).name
        with suppress(FileNotFoundError):
            return _model_in(folder, folder.stat().st_mtime_ns)
    return None


@lru_cache(maxsize=1024)
def _model_in_bucket(bucket: Bucket, collection: str, _minute: int) -> str | None:
    from archive_pipeline.store.lake import Lake  # polars and pyarrow: files are checked in milliseconds without

    lake = Lake(bucket)
    stored = (one for table in _TABLES for one in lake.objects.listed(f"{table}/{collection}"))
    newest = max(stored, key=lambda one: one.modified_s, default=None)
    return _name_of(lake.provenance_of(newest.key)) if newest else None


@lru_cache(maxsize=1024)
def _model_in(folder: Path, _changed_ns: int) -> str | None:
    """Asked every two seconds by a page that searches: looked up again when a table was added, replaced or removed."""
    newest = max(_tables(folder), default=None)
    if newest is None:
        return None
    import pyarrow.parquet as pq  # files are checked in milliseconds where nothing is stored

    try:
        stored = (pq.read_metadata(newest[1]).metadata or {}).get(METADATA_KEY)
    except (OSError, ValueError):  # damaged, or being written
        return None
    return _name_of(Provenance.from_json(stored) if stored else None)


def _name_of(stored: Provenance | None) -> str | None:
    identity = str(stored.parameters.get("model", "")) if stored else ""
    try:
        return identity if isinstance(parse(identity), PretrainedTag) else None
    except (ValueError, ConfigurationError):  # a hash is no name
        return None


def _tables(folder: Path) -> Iterator[tuple[int, str]]:
    """Time and path of every table; long names are cut into folders (store/naming.py)."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir():
                yield from _tables(Path(entry.path))
            elif not entry.name.startswith("."):
                yield entry.stat().st_mtime_ns, entry.path
