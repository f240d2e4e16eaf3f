"""Where the lake's files lie: what a folder and a bucket have in common, and nothing else.

A file is named by its key, `<table>/<collection>/<safe name>.parquet`. It is seen whole or not at all.
"""

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import BinaryIO, Protocol


@dataclass(frozen=True)
class Stored:
    """A file that is there."""

    key: str
    n_bytes: int
    version: str
    """Differs whenever the file was written anew."""
    modified_s: float
    """Seconds since the epoch."""


class Pieces(Protocol):
    """A bounded store of pieces that were read, for whoever reads the same ones again: `web/kept_files.py` on disk."""

    def read(self, name: str) -> bytes | None: ...

    def write(self, name: str, content: bytes) -> None: ...


class Objects(Protocol):
    """Files by key. Safe for many threads. Raises OSError where the system, and PassingError `lake_unavailable` or
    ConfigurationError where the bucket, does not do what is asked."""

    is_remote: bool
    """Whether each call is a request that takes its time."""

    at_once: int
    """Requests that whoever wants many files does well to have under way at once."""

    def shown(self, key: str) -> str:
        """Where the file lies, for people."""
        ...

    def key_of(self, shown: str) -> str:
        """The key of what `shown` named."""
        ...

    def writing(self, key: str) -> AbstractContextManager[BinaryIO]:
        """A file to write and to seek in; it takes the place of the one under `key` when the block ends without an
        error, and leaves nothing otherwise."""
        ...

    def open(self, key: str) -> BinaryIO:
        """The file, read by ranges; stays the one that was opened. Raises FileNotFoundError."""
        ...

    def read(self, key: str) -> bytes:
        """All of the file. Raises FileNotFoundError."""
        ...

    def append(self, key: str, line: bytes) -> None:
        """Add a line; several processes may at once. It is kept on return."""
        ...

    def stat(self, key: str) -> Stored | None: ...

    def listed(self, prefix: str) -> Iterator[Stored]:
        """The files whose keys begin with the folders `prefix`, in no particular order."""
        ...

    def folders(self, prefix: str) -> list[str]:
        """Names of the folders right below `prefix`, sorted."""
        ...

    def delete(self, keys: Iterable[str]) -> None:
        """Files that are not there are none already."""
        ...

    def settle(self, keys: Iterable[str]) -> None:
        """Return when these files would be found after a power cut."""
        ...

    def leftovers(self) -> list[str]:
        """What killed writers left behind and nobody works on, as shown."""
        ...

    def sweep(self) -> int:
        """Remove them; returns how many."""
        ...
