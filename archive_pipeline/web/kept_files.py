"""A folder of derived files with a bound: what was unused for longest goes first. It can be deleted at any time."""

import os
import re
import threading
import uuid
from contextlib import suppress
from pathlib import Path

_LOOKS = 20
"""How often the folder is looked through while as much is written as it may hold."""

_NAME = re.compile(r"[0-9a-f]{64}\.[a-z0-9]{2,5}")


class KeptFiles:
    """Files named by a SHA-256 and a suffix; safe for several threads and processes."""

    def __init__(self, folder: Path, most_bytes: int) -> None:
        self._folder = folder
        self._most_bytes = most_bytes
        self._lock = threading.Lock()
        self._since_look = most_bytes
        """Bytes that this process wrote since it looked through the folder."""

    def read(self, name: str) -> bytes | None:
        """The content, and with that the file counts as used now; None where there is none."""
        file = self._file(name)
        try:
            content = file.read_bytes()
            os.utime(file)
        except OSError:
            return None
        return content

    def write(self, name: str, content: bytes) -> None:
        """Keep the content, and make room for it."""
        file = self._file(name)
        file.parent.mkdir(parents=True, exist_ok=True)
        aside = self.scratch(file.suffix)
        try:
            aside.write_bytes(content)
            aside.replace(file)
        finally:
            aside.unlink(missing_ok=True)
        self._make_room(len(content))

    def scratch(self, suffix: str) -> Path:
        """A path for a file in the making, in this folder; whoever asks removes it."""
        self._folder.mkdir(parents=True, exist_ok=True)
        return self._folder / f".{uuid.uuid4().hex}{suffix}"

    def _file(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise ValueError(f"{name!r} is no name of a kept file")
        return self._folder / name[:2] / name

    def _make_room(self, written: int) -> None:
        """So much that the bound holds until the next look, where nobody else writes."""
        with self._lock:
            self._since_look += written
            if self._since_look < self._most_bytes / _LOOKS:
                return
            self._since_look = 0
            files = []
            for file in self._folder.glob("*/*"):
                with suppress(OSError):
                    status = file.stat()
                    files.append((status.st_mtime, status.st_size, file))
            total = sum(size for _, size, _ in files)
            for _, size, file in sorted(files, key=lambda one: one[0]):
                if total <= self._most_bytes * (1 - 1 / _LOOKS):
                    break
                file.unlink(missing_ok=True)
                total -= size
