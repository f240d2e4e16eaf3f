"""The files of an album: which they are, and what they hold."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from archive_pipeline.collections.albums import album_digest, file_name, photos_of
from archive_pipeline.errors import PassingError
from archive_pipeline.media.digest import sha256_of
from archive_pipeline.store.catalogue.sightings import RelativePath, SourceFile
from archive_pipeline.store.naming import readable


@dataclass(frozen=True)
class AlbumFiles:
    """The photos of an album in order of path, and the SHA-256 of each; None where it cannot be read."""

    files: Sequence[SourceFile]
    sha256s: Sequence[str | None]

    @property
    def digest(self) -> str:
        """SHA-256 of the album as a whole."""
        return album_digest((file.path, sha256) for file, sha256 in zip(self.files, self.sha256s, strict=True))

    @property
    def table(self) -> pl.DataFrame:
        """The table `album_files` without the album."""
        columns = {
            "path": [readable(file.path) for file in self.files],
            "bytes": [file.bytes for file in self.files],
            "mtime_ns": [file.mtime_ns for file in self.files],
            "sha256": self.sha256s,
        }
        return pl.DataFrame(columns, schema_overrides={"sha256": pl.String})


def read_files(source: Path, album: RelativePath, parts: Sequence[RelativePath], former: pl.DataFrame) -> AlbumFiles:
    """Look into the album's folder, and read what is new in it.

    `parts`: the paths of the other parts of its folder. A file of `former` (the table `album_files`) is not read again
    while its name, size and modification time are the same. Raises PassingError `source_missing`, `album_changing`.
    """
    files = _listed(source, album, parts)
    own_names = former.with_columns(pl.col("path").str.extract(r"([^/]*)$"))
    contents = {row[:3]: row[3] for row in own_names.select("path", "bytes", "mtime_ns", "sha256").rows() if row[3]}
    keys = [(readable(file_name(file.path)), file.bytes, file.mtime_ns) for file in files]
    sha256s = [contents.get(key) or _sha256(source, file.path) for key, file in zip(keys, files, strict=True)]
    if _listed(source, album, parts) != files:
        raise PassingError("album_changing", f"{readable(album)} changed while it was read; it will be tried again")
    return AlbumFiles(files, sha256s)


def _listed(source: Path, album: RelativePath, parts: Sequence[RelativePath]) -> list[SourceFile]:
    try:
        files = photos_of(source, album, parts)
    except FileNotFoundError:
        files = []
    if not files:
        raise PassingError("source_missing", f"{readable(album)} is not in {source} any more; is the source mounted?")
    return files


def _sha256(source: Path, path: RelativePath) -> str | None:
    """None where the file cannot be read: that costs itself, not its album."""
    try:
        return sha256_of(Path(os.fsdecode(os.fsencode(source) + b"/" + path)))
    except PassingError:
        return None
