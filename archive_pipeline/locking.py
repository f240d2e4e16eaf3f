"""Locks between processes of one machine, released by the kernel when their holder dies."""

import fcntl
import os
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import IO

from archive_pipeline.errors import PassingError

_POLL_S = 0.05


@contextmanager
def file_lock(
    path: Path, timeout_s: float | None = None, on_wait: Callable[[str], None] = lambda _: None, code: str = "locked"
) -> Iterator[None]:
    """Hold `path` exclusively while the block runs; `on_wait` is called once, and told by whom, where it is held.

    Who that is stands in the file for people to read; whether he lives, the kernel alone knows (DESIGN §4.12). Raises
    PassingError(`code`) after `timeout_s` seconds; None waits for ever.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    deadline = None if timeout_s is None else time.monotonic() + timeout_s
    waited = False
    while (file := try_lock(path)) is None:
        if not waited:
            on_wait(_read(path))
            waited = True
        if deadline is not None and time.monotonic() > deadline:
            raise PassingError(code, f"{path.name} is held for over {timeout_s:g} s by {_read(path)}")
        time.sleep(_POLL_S)
    with file:
        with suppress(OSError):  # a full disk keeps nobody from a lock
            file.truncate(0)
            file.write(f"process {os.getpid()} on {socket.gethostname()} since {datetime.now():%F %T}".encode())
        yield


def _read(path: Path) -> str:
    with suppress(OSError):
        return path.read_text(encoding="utf-8") or "another process"
    return "another process"


def try_lock(path: Path) -> IO[bytes] | None:
    """The file at `path` with an exclusive lock on it, until it is closed; None where somebody else has one.

    Its holder may remove the file: whoever opened it before that is not given a lock on what has no name any more.
    """
    file = path.open("ab", buffering=0)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.path.samestat(os.fstat(file.fileno()), path.stat()):
            return file
    except (BlockingIOError, FileNotFoundError):
        pass
    except BaseException:
        file.close()
        raise
    file.close()
    return None


@contextmanager
def at_work_on(path: Path) -> Iterator[None]:
    """Make the file `path` and hold it while the block writes it, so that nobody takes it for a leftover."""
    with path.open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def is_locked(path: Path) -> bool:
    """Whether somebody holds `path`; no lock is taken for longer than the look. Asking the kernel by trying, not by
    reading /proc/locks, sees holders in other containers (process-number spaces), too."""
    try:
        file = path.open("rb")
    except FileNotFoundError:
        return False
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False
