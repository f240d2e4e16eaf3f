"""One file of a bucket, read by ranges."""

import hashlib
import io
import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from obstore.store import S3Store

from archive_pipeline.store.objects import Pieces

_TAIL_BYTES = 256 << 10  # most tables are smaller, and are read with the one request that opens them
_PIECE_BYTES = 1 << 20


class BucketFile(io.RawIOBase):
    """Without `pieces`, opening reads the end, where a Parquet file tells what it holds, and each range is one request;
    with them, what is read is kept there a megabyte at a time, under the version of the file.

    Every request asks for the version that was opened. Raises FileNotFoundError, and OSError (ESTALE) where that
    version is gone.
    """

    def __init__(
        self,
        store: S3Store,
        key: str,
        explained: Callable[[], AbstractContextManager[None]],
        pieces: Pieces | None,
    ) -> None:
        self._store, self._key, self._explained, self._pieces = store, key, explained, pieces
        self._at = 0
        with explained():
            found = None if pieces else store.get(key, options={"range": {"suffix": _TAIL_BYTES}})
            meta = found.meta if found else store.head(key)
            self._tail = bytes(found.bytes()) if found else b""
        self._size, self._version = meta["size"], meta["e_tag"] or ""

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        self._at = offset + {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence]
        return self._at

    def read(self, size: int | None = -1) -> bytes:
        end = self._size if size is None or size < 0 else min(self._at + size, self._size)
        content = self._range(self._at, end) if end > self._at else b""
        self._at += len(content)
        return content

    def readall(self) -> bytes:
        return self.read()

    def readinto(self, buffer: Any) -> int:
        content = self.read(len(buffer))
        buffer[: len(content)] = content
        return len(content)

    def _range(self, start: int, end: int) -> bytes:
        if self._pieces:
            return self._from_pieces(self._pieces, start, end)
        tail = self._size - len(self._tail)
        if start >= tail:
            return self._tail[start - tail : end - tail]
        return self._asked(start, min(end, tail)) + self._tail[: max(0, end - tail)]

    def _from_pieces(self, pieces: Pieces, start: int, end: int) -> bytes:
        """The range, whole pieces being asked for in one request a run of those that are not kept."""
        numbers = range(start // _PIECE_BYTES, -(-end // _PIECE_BYTES))
        found = {number: pieces.read(self._name(number)) for number in numbers}
        for first in numbers:
            if found[first] is not None:
                continue
            last = first
            while found.get(last + 1, b"") is None:
                last += 1
            content = self._asked(first * _PIECE_BYTES, min((last + 1) * _PIECE_BYTES, self._size))
            for number in range(first, last + 1):
                piece = content[(number - first) * _PIECE_BYTES :][:_PIECE_BYTES]
                pieces.write(self._name(number), piece)
                found[number] = piece
        whole = b"".join(piece or b"" for piece in found.values())
        skipped = numbers.start * _PIECE_BYTES
        return whole[start - skipped : end - skipped]

    def _name(self, piece: int) -> str:
        return hashlib.sha256(f"{self._key}\0{self._version}\0{piece}".encode()).hexdigest() + ".part"

    def _asked(self, start: int, end: int) -> bytes:
        with self._explained():
            found = self._store.get(self._key, options={"range": (start, end), "if_match": self._version})
            return bytes(found.bytes())
