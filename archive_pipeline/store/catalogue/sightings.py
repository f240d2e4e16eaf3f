"""What a scan sees: files, places that could not be looked at, and all of it together."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

LARGEST_TIME_NS = 2**63 - 1  # ext4 dates reach the year 2446, SQLite's integers 2262

RelativePath: TypeAlias = bytes
"""Relative to a collection's source, parts divided by `/`; any bytes that a file name may hold."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A video file as the file system tells."""

    path: RelativePath
    bytes: int
    mtime_ns: int
    ctime_ns: int
    settled: bool
    """Whether it has been left alone long enough to be complete."""

    @classmethod
    def of(cls, path: RelativePath, status: os.stat_result, settled: bool) -> "SourceFile":
        mtime_ns = min(status.st_mtime_ns, LARGEST_TIME_NS)
        return cls(path, status.st_size, mtime_ns, status.st_ctime_ns, settled)


@dataclass(frozen=True)
class Unreadable:
    """A folder or file that could not be looked at: nobody knows what is there, so nothing there has vanished."""

    path: RelativePath
    reason: str
    is_folder: bool


@dataclass(frozen=True)
class Scan:
    """What a walk through a source found."""

    source: Path
    files: tuple[SourceFile, ...] = ()
    """Sorted by path."""
    ignored: Mapping[str, int] = field(default_factory=dict)
    """Files that are no videos, counted by extension: `.txt`, `(none)`, `(other)` for what hardly is one."""
    n_hidden: int = 0
    """Files and folders whose name begins with a dot."""
    hidden_videos: tuple[RelativePath, ...] = ()
    """Those of them that are named like videos; they are left out."""
    sounds: tuple[RelativePath, ...] = ()
    """Recordings without pictures, which `ignored` counts, too."""
    unreadable: tuple[Unreadable, ...] = ()
    unavailable: str | None = None
    """Why the source itself could not be walked: missing, not a folder, not readable, empty."""

    @property
    def n_ignored(self) -> int:
        return sum(self.ignored.values())

    @property
    def unsettled(self) -> tuple[SourceFile, ...]:
        return tuple(file for file in self.files if not file.settled)


def below_unreadable(unreadable: Sequence[Unreadable]) -> Callable[[RelativePath], bool]:
    """A test whether a path is one of `unreadable` or lies below one of its folders."""
    files = {item.path for item in unreadable if not item.is_folder}
    folders = {item.path for item in unreadable if item.is_folder}

    def hidden_from_view(path: RelativePath) -> bool:
        parts = path.split(b"/")
        return path in files or any(b"/".join(parts[:depth]) in folders for depth in range(1, len(parts) + 1))

    return hidden_from_view
