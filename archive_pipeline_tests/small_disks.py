"""File systems of their own for tests that fill them: tmpfs, and ext4 in a file.

Only root may mount (in a container with CAP_SYS_ADMIN); elsewhere `unshare -rm` makes one root enough for tmpfs.
"""

import errno
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def small_disk(kind: str, folder: Path, megabytes: int) -> Iterator[Path]:
    """An empty `kind` of file system at `folder`/disk; skips the test where none can be mounted."""
    disk = folder / "disk"
    disk.mkdir()
    image = folder / "disk.img"
    if kind == "ext4":
        with image.open("wb") as file:
            file.truncate(megabytes << 20)
        _run("mkfs.ext4", "-q", "-m", "0", str(image))
        _run("mount", "-o", "loop", str(image), str(disk))
    else:
        _run("mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "none", str(disk))
    try:
        yield disk
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)
        image.unlink(missing_ok=True)


def fill(disk: Path, but_kb: int = 0) -> Path:
    """Take all room of the disk but about `but_kb`; gives the file that holds it."""
    ballast = disk / f"ballast-{os.urandom(4).hex()}"
    with ballast.open("wb", buffering=0) as file:
        for size in (1 << 20, 4096, 1):
            try:
                while True:
                    file.write(bytes(size))
            except OSError as error:
                if error.errno != errno.ENOSPC:
                    raise
        os.fsync(file.fileno())
        file.truncate(max(0, file.tell() - (but_kb << 10)))
        os.fsync(file.fileno())
    return ballast


def _run(*command: str) -> None:
    try:
        subprocess.run(command, check=True, capture_output=True, text=True)
    except (FileNotFoundError, subprocess.CalledProcessError) as error:
        missing = getattr(error, "stderr", None) or error
        pytest.skip(f"no file system of its own can be made here ({command[0]}: {str(missing).strip()})")
