"""The photos of an album: read by processes of their own, those that have not changed taken from the former tables."""

import os
import re
from collections.abc import Generator, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl

from archive_pipeline.locking import try_lock
from archive_pipeline.media.photos.identity import photo_id
from archive_pipeline.media.photos.model import Photo
from archive_pipeline.media.photos.reading import PhotoReaders, UnreadPhoto
from archive_pipeline.stages.photo_files import PhotoFiles, require_any
from archive_pipeline.stages.shot_pictures import fetched_ahead
from archive_pipeline.store.catalogue.sightings import RelativePath
from archive_pipeline.store.lake import Lake
from archive_pipeline.store.naming import VideoName, readable

_PHOTOS_A_READER = 4  # fewer are not worth the start of a process (0.2 s)
_AHEAD = 2

_PART = re.compile(rb"//\d+")
"""In the name of an album, which part of its folder it is."""

_FAILURE = ["album", "path", "error_code", "error"]

Row = dict[str, Any]


class FormerPhotos:
    """What was read of an album before, by photo_id; only photos that are ready."""

    def __init__(self, photos: pl.DataFrame, pictures: pl.DataFrame) -> None:
        jpegs = dict(pictures.select("photo_id", "jpeg").rows())
        ready = photos.filter(pl.col("status") == "ready").drop("album")
        self._rows = {row["photo_id"]: row for row in ready.iter_rows(named=True) if row["photo_id"] in jpegs}
        self._jpegs = jpegs

    def __contains__(self, key: str) -> bool:
        return key in self._rows

    def __getitem__(self, key: str) -> tuple[Row, bytes]:
        """Its row of the table `photos`, and its picture."""
        return self._rows[key], self._jpegs[key]


def failed_photos(lake: Lake, albums: Sequence[VideoName]) -> pl.DataFrame:
    """`album`, `path`, `error_code` and `error` of the photos that failed, of those of the albums that were read."""
    statistics = zip(albums, lake.read_each("album_statistics", albums), strict=True)
    concerned = [album for album, rows in statistics if isinstance(rows, pl.DataFrame) and rows["n_failed"].sum()]
    found = (rows for rows in lake.read_each("photos", concerned) if isinstance(rows, pl.DataFrame))
    failed = [rows.filter(pl.col("status") == "failed").select(_FAILURE) for rows in found]
    return pl.concat([pl.DataFrame(schema=dict.fromkeys(_FAILURE, pl.String)), *failed])


def read_album(
    album: VideoName,
    place: RelativePath,
    source: Path,
    files: pl.DataFrame,
    former: FormerPhotos,
    readers: PhotoReaders,
) -> Generator[tuple[Row, bytes | None], None, None]:
    """For each file of the album, in order, its row of the table `photos` (without the album) and its picture; None
    where it failed. Close the iterator to end early.

    `place` is where the album is now: `files` were listed before it was moved there, perhaps. A disk that goes away, or
    hangs, is no fault of its photos: PassingError `source_missing`, `source_slow`.
    """
    there = PhotoFiles(place, source, readers)

    def read(file: Row) -> tuple[Row, bytes | None]:
        own = _identity(album, file)
        if own["photo_id"] in former:
            row, jpeg = former[own["photo_id"]]
            return row | own, jpeg
        found = there.read(own["path"])
        if isinstance(found, UnreadPhoto) and found.error_code == "read_failed":
            require_any(there, [own["path"]])
        return _row(own, found)

    with closing(fetched_ahead(files.iter_rows(named=True), read, readers.n, readers.n * _AHEAD)) as ahead:
        for _, result in ahead:
            yield result


@contextmanager
def photo_readers(ffmpeg: Path, slots: Path, n_photos: int) -> Iterator[PhotoReaders]:
    """One process, and as many more as the machine has processors that no other run reads photos with at the moment."""
    slots.mkdir(parents=True, exist_ok=True)
    wanted = min(len(os.sched_getaffinity(0)), n_photos // _PHOTOS_A_READER) - 1
    with ExitStack() as held:
        more = 0
        for number in range(len(os.sched_getaffinity(0)) - 1):
            lock = try_lock(slots / str(number)) if more < wanted else None
            if lock:
                held.enter_context(lock)
                more += 1
        yield held.enter_context(PhotoReaders(ffmpeg, 1 + more))


def _identity(album: VideoName, file: Row) -> Row:
    """What is known of a photo before it is read."""
    folder_id = f"{album.collection}/{readable(_PART.sub(b'', album.path))}"
    name = file["path"].rpartition("/")[2]
    return {
        "photo_id": str(photo_id(folder_id, name, file["sha256"])),
        "collection": album.collection,
        "path": file["path"],
        "sha256": file["sha256"],
        "bytes": file["bytes"],
    }


def _row(own: Row, read: Photo | UnreadPhoto) -> tuple[Row, bytes | None]:
    if isinstance(read, UnreadPhoto):
        failure = {"status": "failed", "error_code": read.error_code, "error": read.error, "keywords": []}
        return _EMPTY | own | failure, None
    facts = read.facts
    row = {name: getattr(facts, name) for name in _OF_THE_FILE}
    taken_at = datetime.fromisoformat(facts.taken_at) if facts.taken_at else None
    row |= {"keywords": list(facts.keywords), "taken_at": taken_at, "perceptual_hash": read.perceptual_hash}
    return _EMPTY | own | row | {"status": "ready"}, read.jpeg


_OF_THE_FILE = (
    "format", "width", "height", "orientation", "latitude", "longitude", "camera", "title", "caption", "creator",
    "rights",
)  # fmt: skip
_EMPTY: Row = dict.fromkeys((*_OF_THE_FILE, "taken_at", "perceptual_hash", "error_code", "error"))
