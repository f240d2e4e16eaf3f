"""Photos read by processes that may crash, hang or run out of memory: that costs the one photo."""

import json
import queue
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from archive_pipeline.media.photos.model import PICTURE_SIDE, Photo, PhotoFacts

_TIMEOUT_S = 120.0
_MODULE = "archive_pipeline.media.photos.reader"


@dataclass(frozen=True)
class UnreadPhoto:
    """Why there is no photo."""

    error_code: str
    error: str


class PhotoReader:
    """One process, started when it is first needed and again after it died. For one thread at a time."""

    def __init__(self, ffmpeg: Path) -> None:
        self._ffmpeg = ffmpeg
        self._timeout_s = _TIMEOUT_S
        self._process: subprocess.Popen[bytes] | None = None

    def read(self, path: Path, side: int = PICTURE_SIDE) -> Photo | UnreadPhoto:
        """`side`: of the picture the shortest at most, in pixels."""
        process = self._process or self._start()
        assert process.stdin is not None
        is_late = threading.Event()

        def end() -> None:
            is_late.set()
            process.kill()

        timer = threading.Timer(self._timeout_s, end)
        timer.start()
        try:
            asked = {"path": str(path), "ffmpeg": str(self._ffmpeg), "side": side}
            process.stdin.write(json.dumps(asked).encode() + b"\n")
            process.stdin.flush()
            return _answer(process)
        except (EOFError, BrokenPipeError):
            self.close()
            return self._unread(is_late.is_set(), process.returncode)
        finally:
            timer.cancel()
            timer.join()
            if is_late.is_set():  # its last answer may have come all the same, but the process is dead
                self.close()

    def close(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def _start(self) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-P", "-m", _MODULE]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        return self._process

    def _unread(self, is_late: bool, status: int) -> UnreadPhoto:
        if is_late:
            return UnreadPhoto("photo_timeout", f"Reading it took more than {self._timeout_s:g} s. Is the disk slow?")
        return UnreadPhoto(
            "photo_decoder_crashed", f"Its decoder crashed (exit status {status}). Replace the file by a whole copy."
        )


class PhotoReaders:
    """As many processes as threads may ask. Use as a context manager: the processes end with it."""

    def __init__(self, ffmpeg: Path, n: int) -> None:
        self.n = n
        self._free: queue.SimpleQueue[PhotoReader] = queue.SimpleQueue()
        self._all = [PhotoReader(ffmpeg) for _ in range(n)]
        for reader in self._all:
            self._free.put(reader)

    def read(self, path: Path, side: int = PICTURE_SIDE) -> Photo | UnreadPhoto:
        """Waits for a process that is free."""
        reader = self._free.get()
        try:
            return reader.read(path, side)
        finally:
            self._free.put(reader)

    def __enter__(self) -> "PhotoReaders":
        return self

    def __exit__(self, *_: object) -> None:
        for reader in self._all:
            reader.close()


def _answer(process: "subprocess.Popen[bytes]") -> Photo | UnreadPhoto:
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line.endswith(b"\n"):
        raise EOFError
    said: dict[str, Any] = json.loads(line)
    jpeg = process.stdout.read(said["n_bytes"])
    if len(jpeg) < said["n_bytes"]:
        raise EOFError
    if "facts" not in said:
        return UnreadPhoto(said["error_code"], said["error"])
    facts = said["facts"]
    read = PhotoFacts(**{**facts, "keywords": tuple(facts["keywords"])})
    return Photo(read, jpeg, bytes.fromhex(said["perceptual_hash"]))
