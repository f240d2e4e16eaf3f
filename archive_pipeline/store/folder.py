"""The lake's files in a folder: written aside under a lock, on the disk before they have their name."""

import fcntl
import math
import os
import time
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from archive_pipeline.durability import sync
from archive_pipeline.locking import at_work_on, is_locked
from archive_pipeline.store.objects import Stored

_LOCKED_WITHIN_S = 60.0


class FolderObjects:
    """`store.objects.Objects` under `root`."""

    is_remote = False
    at_once = 1

    def __init__(self, root: Path) -> None:
        self.root = root

    def shown(self, key: str) -> str:
        return str(self.root / key)

    def key_of(self, shown: str) -> str:
        return str(Path(shown).relative_to(self.root))

    @contextmanager
    def writing(self, key: str) -> Iterator[BinaryIO]:
        path = self.root / key
        path.parent.mkdir(parents=True, exist_ok=True)
        aside = path.parent / f".{uuid.uuid4().hex}.tmp"  # a name of its own: the file's own may be as long as allowed
        try:
            with at_work_on(aside), aside.open("wb") as file:
                yield file
            sync(aside)
            aside.replace(path)
        except BaseException:
            aside.unlink(missing_ok=True)
            raise

    def open(self, key: str) -> BinaryIO:
        return (self.root / key).open("rb")

    def read(self, key: str) -> bytes:
        return (self.root / key).read_bytes()

    def append(self, key: str, line: bytes) -> None:
        path = self.root / key
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab+") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            torn = file.tell() and (file.seek(-1, os.SEEK_END), file.read(1))[1] != b"\n"
            file.write((b"\n" if torn else b"") + line)
            file.flush()
            os.fsync(file.fileno())

    def stat(self, key: str) -> Stored | None:
        try:
            return _stored(key, os.stat(f"{self.root}/{key}"))  # noqa: PTH116 (a third of it)
        except FileNotFoundError:
            return None

    def listed(self, prefix: str) -> Iterator[Stored]:
        for folder, _, files in os.walk(self.root / prefix):
            for name in files:
                if not name.startswith("."):
                    path = os.path.join(folder, name)  # noqa: PTH118 (100,000 files: plain strings are faster)
                    with suppress(FileNotFoundError):
                        yield _stored(os.path.relpath(path, self.root), os.stat(path))  # noqa: PTH116

    def folders(self, prefix: str) -> list[str]:
        folder = self.root / prefix
        return sorted(one.name for one in folder.iterdir() if one.is_dir()) if folder.is_dir() else []

    def delete(self, keys: Iterable[str]) -> None:
        for key in keys:
            path = self.root / key
            path.unlink(missing_ok=True)
            with suppress(OSError):  # folders that long names were cut into, once empty
                for folder in path.parents:
                    if not folder.name.endswith("%"):
                        break
                    folder.rmdir()

    def settle(self, keys: Iterable[str]) -> None:
        for folder in {(self.root / key).parent for key in keys}:
            with suppress(FileNotFoundError):
                sync(folder)

    def leftovers(self) -> list[str]:
        """A writer that lives holds a lock on its file."""
        horizon = time.time() - _LOCKED_WITHIN_S
        found = (path for path in self.root.rglob(".*.tmp") if _mtime(path) < horizon and not is_locked(path))
        return [str(path) for path in found]

    def sweep(self) -> int:
        abandoned = self.leftovers()
        for path in abandoned:
            Path(path).unlink(missing_ok=True)
        return len(abandoned)


def _stored(key: str, status: os.stat_result) -> Stored:
    return Stored(key, status.st_size, f"{status.st_ino}-{status.st_mtime_ns}", status.st_mtime)


def _mtime(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:  # its writer has ended
        return math.inf
