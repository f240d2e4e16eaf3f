"""Which videos are being worked on right now: those whose lock a run holds."""

import os
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from archive_pipeline.store.naming import VideoName

_LOCKS = Path("/proc/locks")
_SUFFIX = ".lock"


def videos_at_work(locks_dir: Path) -> list[VideoName]:
    """The videos whose lock, which a run holds from its first stage to its last, is held. Folders are listed, and only
    held files are looked at: 10 ms for 25,000 videos."""
    held = held_locks()
    inodes = {inode for _, _, inode in held}
    found = [file for file in _files(locks_dir, inodes) if is_held(file, held)]
    return [VideoName.from_relative_file(_named(file.relative_to(locks_dir))) for file in found]


def _files(folder: Path, inodes: set[int]) -> Iterator[Path]:
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.inode() in inodes and entry.name.endswith(_SUFFIX):
                    yield Path(entry.path)
                elif entry.is_dir(follow_symlinks=False):
                    yield from _files(Path(entry.path), inodes)
    except FileNotFoundError:
        return


def _named(relative: Path) -> PurePosixPath:
    return PurePosixPath(relative.with_name(relative.name.removesuffix(_SUFFIX)))


def held_locks() -> frozenset[tuple[int, int, int]]:
    """Device (major, minor) and inode of every file that some process holds a lock on; empty where the system does not
    tell. Asking the system instead of trying the lock never gets in the way of a run."""
    try:
        lines = _LOCKS.read_text(encoding="ascii").splitlines()
    except (OSError, UnicodeDecodeError):
        return frozenset()
    held = set()
    for line in lines:
        fields = line.split()
        if "->" in fields[:2] or len(fields) < 6:
            continue  # somebody who waits
        major, minor, inode = fields[5].split(":")
        held.add((int(major, 16), int(minor, 16), int(inode)))
    return frozenset(held)


def is_held(file: Path, held: frozenset[tuple[int, int, int]]) -> bool:
    try:
        status = file.stat()
    except OSError:
        return False
    inode = status.st_ino
    exact = (os.major(status.st_dev), os.minor(status.st_dev), inode)
    # overlay and btrfs tell another device here than in /proc/locks
    return exact in held or (exact[0] == 0 and any(one[2] == inode for one in held))
