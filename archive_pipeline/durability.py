"""What is named done is on the disk: files and their names survive a power cut."""

import os
from pathlib import Path


def sync(path: Path) -> None:
    """Return when the content of the file, or the names in the folder, are on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_atomically(file: Path, content: bytes, mode: int = 0o666) -> None:
    """Replace the file's content: others see the old or the new one, and so does the next start after a power cut.
    `mode`: who may read it, from its first byte on, less the process's umask."""
    temporary = file.with_name(f".{file.name}.tmp")
    with open(temporary, "wb", opener=lambda path, flags: os.open(path, flags, mode)) as written:
        written.write(content)
    sync(temporary)
    temporary.replace(file)
    sync(file.parent)
