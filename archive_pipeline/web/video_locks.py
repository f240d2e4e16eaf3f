"""Which videos are being worked on right now: those whose lock a run holds."""

import os
from pathlib import Path

from archive_pipeline.store.naming import VideoName

_LOCKS = Path("/proc/locks")


def lock_file(locks_dir: Path, video: VideoName) -> Path:
    """The lock that a run of the video holds from its first stage to its last."""
    relative = video.relative_file
    return locks_dir / relative.with_name(relative.name + ".lock")


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
