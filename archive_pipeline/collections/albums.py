"""Albums: the folders of a photo collection, each one unit of work; a large folder is several.

An album is named by its folder, `2019/trip/` (that of the source itself `./`). A folder with more than 500 photos has
2, 4, 8, … parts by a hash of the file names: `2019/trip/` is the first, the others are `2019/trip//1/` and so on. When
it grows, each part gives half of its photos to a new one; no photo moves otherwise, whatever is added, and parts stay
when the folder shrinks. No file's path ends in a slash or has two, so that none is an album's.
"""

import hashlib
import os
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from archive_pipeline.collections.walk import PHOTO_EXTENSIONS, Walk
from archive_pipeline.store.catalogue.sightings import RelativePath, Scan, SourceFile
from archive_pipeline.store.naming import readable

LARGEST_ALBUM = 500
"""Photos: some minutes of work, and 15 MB of pictures."""

_SOURCE = b"./"


def as_albums(
    scan: Scan, known: Mapping[RelativePath, tuple[int, int | None]]
) -> tuple[Scan, Mapping[RelativePath, Sequence[SourceFile]]]:
    """The scan of a photo collection with its albums as files, and the photos of each.

    `known`: size and time of the albums in the catalogue, by path. An album's size is that of its photos together, its
    time a digest of their names, sizes and times. Photos that may still be being written are left to a later look,
    unless all of the album is as it is known: a fresh inode makes no new photo. An album that has no others is not
    settled.
    """
    parts = _n_parts(known)
    folders: dict[bytes, list[SourceFile]] = defaultdict(list)
    for file in scan.files:
        folders[_folder_of(file.path)].append(file)
    albums: dict[RelativePath, list[SourceFile]] = defaultdict(list)
    for folder, files in folders.items():
        n_parts = max(parts.get(folder, 1), _parts_needed(len(files)))
        for file in files:
            albums[_album_path(folder, file.path, n_parts)].append(file)
    photos = {path: _photos_to_take(path, own, known.get(path)) for path, own in albums.items()}
    seen = sorted((album_file(path, own) for path, own in photos.items()), key=lambda file: file.path)
    return replace(scan, files=tuple(seen)), photos


def _photos_to_take(
    path: RelativePath, own: Sequence[SourceFile], known: tuple[int, int | None] | None
) -> tuple[SourceFile, ...]:
    whole = album_file(path, own)
    if known == (whole.bytes, whole.mtime_ns):
        return tuple(own)
    return tuple(file for file in own if file.settled) or tuple(own)


def photos_of(source: Path, album: RelativePath, known: Iterable[RelativePath]) -> list[SourceFile]:
    """The photos that lie in the album now, by name. Raises OSError where its folder cannot be read."""
    walk = Walk(os.fsencode(source), 0.0, time.time(), PHOTO_EXTENSIONS)
    folder = album_folder(album)
    walk.look_into(folder.removeprefix(_SOURCE).rstrip(b"/"))
    n_parts = _n_parts([*known, album]).get(folder, 1)
    own = (file for file in walk.files if _album_path(folder, file.path, n_parts) == album)
    return sorted(own, key=lambda file: file.path)


def album_file(path: RelativePath, photos: Sequence[SourceFile]) -> SourceFile:
    """The album as if it were one file."""
    listing = hashlib.sha256()
    for file in photos:
        listing.update(b"%s\0%d\0%d\0" % (file_name(file.path), file.bytes, file.mtime_ns))
    return SourceFile(
        path,
        sum(file.bytes for file in photos),
        int.from_bytes(listing.digest()[:8], "big") >> 1,  # as large as a time may be
        max((file.ctime_ns for file in photos), default=0),
        all(file.settled for file in photos),
    )


def album_digest(contents: Iterable[tuple[bytes, str | None]]) -> str:
    """Hexadecimal SHA-256 of an album's content: path and SHA-256 of each photo, in order. Its folder plays no part, so
    that an album that is moved stays the same."""
    digest = hashlib.sha256()
    for path, sha256 in contents:
        digest.update(b"%s\0%s\0" % (file_name(path), (sha256 or "").encode()))
    return digest.hexdigest()


def album_folder(album: RelativePath) -> RelativePath:
    """Its folder, with a slash at the end: that of `2019//3/` is `2019/`, the source itself is `./`."""
    return album[: album.index(b"//") + 1] if b"//" in album else album


def photo_path(album: RelativePath, file: str) -> str:
    """Where the file of a photo is, readable: below the folder of its album, which is at `album` now."""
    return readable(album_folder(album).removeprefix(_SOURCE)) + file


def file_name(path: RelativePath) -> bytes:
    return path.rpartition(b"/")[2]


def _folder_of(path: RelativePath) -> bytes:
    return path.rpartition(b"/")[0] + b"/" if b"/" in path else _SOURCE


def _album_path(folder: bytes, photo: RelativePath, n_parts: int) -> RelativePath:
    number = int.from_bytes(hashlib.sha256(file_name(photo)).digest()[:4], "big") % n_parts
    return b"%s/%d/" % (folder, number) if number else folder


def _parts_needed(n_photos: int) -> int:
    return 1 << max(0, (n_photos - 1) // LARGEST_ALBUM).bit_length()


def _n_parts(known: Iterable[RelativePath]) -> dict[bytes, int]:
    """How many parts each folder has that has several."""
    parts: dict[bytes, int] = {}
    for album in known:
        folder, found, part = album.partition(b"//")
        if found and part[:-1].isdigit():
            folder += b"/"
            parts[folder] = max(parts.get(folder, 1), 1 << int(part[:-1]).bit_length())
    return parts
