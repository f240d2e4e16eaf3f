"""Answers kept one by one as they arrive, so that a run that ends early costs only what was under way."""

import json
import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any, Protocol, Self

from archive_pipeline.language.vlm.row_journal import RowJournal
from archive_pipeline.store.database import Database
from archive_pipeline.store.naming import VideoName

_SYNC_EVERY_S = 1.0  # a lost machine costs a second of answers; a lost process none


class AnswerJournal(Protocol):
    """Entries by key and fingerprint, of which the last one counts.

    The fingerprint says what the answer is a function of, beside the key: prompt, model asked for, parameters.
    One process writes; it may be read at any time.
    """

    def entries(self, fingerprint: str) -> dict[str, Any]:
        """Entries by key."""

    def append(self, key: str, fingerprint: str, entry: Mapping[str, Any]) -> None:
        """Keep `entry` (plain JSON values); it survives the end of this process on return."""

    def delete(self) -> None:
        """Once the answers are in the lake."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...


def open_journal(database: Database, folder: Path, stage: str, video: VideoName) -> AnswerJournal:
    """That of a stage of a video: rows of a database that machines share, else a file in `folder`."""
    if database.is_shared:
        return RowJournal(database, f"{stage}/{video.relative_file}")
    return FileJournal(folder / stage / video.relative_file)


class FileJournal:
    """A file of JSON lines, each `{"key", "fingerprint", "entry"}`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: IO[bytes] | None = None
        self._synced = 0.0

    def entries(self, fingerprint: str) -> dict[str, Any]:
        """Entries by key. A line that is torn (its writer died) or is no entry is passed over."""
        found: dict[str, Any] = {}
        try:
            with self._path.open("rb") as lines:
                for line in lines:
                    try:
                        kept = json.loads(line)
                        if kept["fingerprint"] == fingerprint:
                            found[kept["key"]] = kept["entry"]
                    except (ValueError, KeyError, TypeError):
                        continue
        except FileNotFoundError:
            pass
        return found

    def append(self, key: str, fingerprint: str, entry: Mapping[str, Any]) -> None:
        """Keep `entry` (plain JSON values); it survives the end of this process on return."""
        line = json.dumps({"key": key, "fingerprint": fingerprint, "entry": entry}).encode()  # ASCII: one line
        file = self._opened()
        file.write(line + b"\n")
        file.flush()
        if time.monotonic() - self._synced >= _SYNC_EVERY_S:
            os.fsync(file.fileno())
            self._synced = time.monotonic()

    def close(self) -> None:
        if self._file is not None:
            os.fsync(self._file.fileno())
            self._file.close()
            self._file = None

    def delete(self) -> None:
        """Once the answers are in the lake."""
        self.close()
        self._path.unlink(missing_ok=True)

    def __enter__(self) -> "FileJournal":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _opened(self) -> IO[bytes]:
        if self._file is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self._path.open("ab")
            if self._file.tell():
                self._file.write(b"\n")  # ends a line that was torn; an empty line is passed over
        return self._file
