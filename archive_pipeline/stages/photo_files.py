"""The files of an album's photos where they lie now, as pictures of the size that is asked for."""

import os
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from archive_pipeline.collections.albums import photo_path
from archive_pipeline.errors import MediaError, PassingError
from archive_pipeline.language.descriptions.model import SentPictures
from archive_pipeline.language.pictures import resized, sent_size
from archive_pipeline.media.photos.model import PICTURE_SIDE, Photo
from archive_pipeline.media.photos.reading import PhotoReaders, UnreadPhoto
from archive_pipeline.store.catalogue.sightings import RelativePath
from archive_pipeline.store.naming import from_readable

_MOST_LATE = 3  # photos that take minutes to read: one may be to blame for that, three are not


class PhotoFiles:
    """Read by processes of their own. Safe for many threads."""

    def __init__(self, place: RelativePath, source: Path, readers: PhotoReaders) -> None:
        """`place` is where the album is now: its tables may have been written before it was moved there."""
        self.source = source
        self._place = place
        self._readers = readers
        self._late: list[str] = []

    def shown(self, path: str) -> str:
        """Where a photo is now, readable; `path`: as the album's tables have it, here and below."""
        return photo_path(self._place, path.rpartition("/")[2])

    def exists(self, path: str) -> bool:
        return self._file(path).exists()

    def read(self, path: str, side: int = PICTURE_SIDE) -> Photo | UnreadPhoto:
        """`side`: of the picture the shortest at most, in pixels.

        Raises PassingError `source_slow`: a disk that hangs is no fault of its photos.
        """
        found = self._readers.read(self._file(path), side)
        if isinstance(found, UnreadPhoto) and found.error_code == "photo_timeout":
            self._late.append(self.shown(path))
            if len(self._late) == _MOST_LATE:
                raise PassingError("source_slow", f"{', '.join(self._late)} took too long to read. Does the disk hang?")
        return found

    def _file(self, path: str) -> Path:
        return Path(os.fsdecode(os.fsencode(self.source) + b"/" + from_readable(self.shown(path))))


class PhotoPictures:
    """Pictures of ready photos, larger than those that the lake has. Safe for many threads."""

    def __init__(self, files: PhotoFiles, collection: str, photos: pl.DataFrame) -> None:
        """`photos`: photo_id, path, width and height of those of one album."""
        self._files = files
        self._collection = collection
        self._paths: dict[str, str] = dict(photos.select("photo_id", "path").iter_rows())
        self._sizes = {
            key: (width, height) for key, width, height in photos.select("photo_id", "width", "height").rows()
        }

    def of_photo(self, photo_id: str, side: int) -> bytes:
        """A JPEG, its shortest side `side` pixels, or fewer where the photo has no more.

        Raises MediaError, which concerns this photo alone: `photo_missing` where its file is gone and others are there,
        else what media.photos says of it; and PassingError `source_missing` where none is there, `source_slow`.
        """
        path = self._paths[photo_id]
        found = self._files.read(path, side)
        if isinstance(found, Photo):
            return found.jpeg
        if found.error_code == "read_failed" and not self._files.exists(path):
            require_any(self._files, list(self._paths.values()))
            raise MediaError(
                "photo_missing",
                f"{self._files.shown(path)} is gone since it was ingested: archive-pipeline ingest {self._collection}",
            )
        raise MediaError(found.error_code, found.error)

    def sent(self, photo_id: str) -> SentPictures:
        """As a vision-language model gets it; at the time 0. Raises as `of_photo`, and MediaError `picture_shape`."""
        size = sent_size(*self._sizes[photo_id])
        return SentPictures((resized(self.of_photo(photo_id, min(size)), size),), (0.0,), size, 0)


def require_any(files: PhotoFiles, paths: Sequence[str]) -> None:
    """Raises PassingError `source_missing` where not one of the photos is there: a disk that goes away is no fault of
    theirs."""
    if not any(files.exists(path) for path in paths):
        raise PassingError(
            "source_missing", f"{files.shown(paths[0])} is not in {files.source} any more; is it mounted?"
        )
