"""Room for the files that Qdrant Edge maps into memory: on the disk before a page of them is touched.

Edge makes its files long and empty (109 MB for a shard without points) and maps them. Where the disk has no block for
a page of such a hole no error is raised: the system kills the process (SIGBUS), on tmpfs even one that only reads. So
holes are filled when a shard is opened and after each write (6 ms the first time on ext4, 17 ms on tmpfs, then 2 ms),
and a write begins only where there is room for the files that it may add. What could still do it is a disk of which
others take those 96 MB within the 30 ms of a write.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from archive_pipeline.search.model import Point
from archive_pipeline.system_errors import has_room, require_room

_EMPTY_BYTES = 112 << 20
_ADDED_BYTES = 96 << 20  # 32 MB each for payloads, words and what the journal is ahead, once those there are full
_BYTES_PER_NUMBER = 2 * 4  # float32; old points go only when the new ones have come
_FOR_INDEX = "for the search index"


def require_room_to_create(folder: Path) -> None:
    """Raises PassingError `disk_full`."""
    require_room(folder, _EMPTY_BYTES, _FOR_INDEX)


def require_room_to_write(folder: Path, videos: Mapping[str, Sequence[Point]]) -> None:
    """Raises PassingError `disk_full` where the shard in `folder` could not take the points."""
    n_numbers = sum(len(point.vector) for own in videos.values() for point in own)
    require_room(folder, _ADDED_BYTES + _BYTES_PER_NUMBER * n_numbers, _FOR_INDEX)


def has_room_to_rewrite(folder: Path) -> bool:
    """Whether a second shard like the one in `folder` fits beside it."""
    return has_room(folder, _ADDED_BYTES + sum(status.st_size for _, status in _files(folder)))


def fill_holes(folder: Path) -> None:
    """Have the disk give every block of the files in `folder`; as zeros, as they were read before.

    Raises PassingError `disk_full`, and then has taken nothing.
    """
    holes = {file: status.st_size for file, status in _files(folder) if status.st_size > status.st_blocks * 512}
    if holes and hasattr(os, "posix_fallocate"):  # macOS has none
        require_room(folder, sum(holes.values()), _FOR_INDEX)
        for file, n_bytes in holes.items():
            with file.open("r+b") as stream:
                os.posix_fallocate(stream.fileno(), 0, n_bytes)


def _files(folder: Path) -> Iterator[tuple[Path, os.stat_result]]:
    for root, _, names in os.walk(folder):
        for file in (Path(root, name) for name in names):
            yield file, file.stat()
