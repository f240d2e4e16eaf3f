"""The decoders at work on a file or a folder, and how they are held where they are.

A programme of the tests is decoded in a second or two, and on a busy machine a test gets round to what it wants to do
meanwhile when that is over: it holds the decoder first.
"""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from archive_pipeline_tests.waiting import until


def decoders(source: Path) -> list[int]:
    """The processes of ffmpeg that read `source`, or what lies in it, now."""
    read = os.fsencode(source)
    return [
        process
        for process, words in _command_lines()
        if b"ffmpeg" in words[0] and any(read in word for word in words[1:])
    ]


@contextmanager
def decoding_held(source: Path, n: int = 1) -> Iterator[list[int]]:
    """`n` decoders that have begun and stand still in the block: no run ends by itself."""

    def stopped() -> list[int]:
        for process in decoders(source):
            _signalled(process, signal.SIGSTOP)
        return found if len(found := decoders(source)) >= n else []

    try:
        yield until(stopped, f"the decoding of {n}")
    finally:
        for process in decoders(source):
            _signalled(process, signal.SIGCONT)


def parent_of(process: int) -> int:
    """Its parent's number."""
    return int(Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[1])


def _command_lines() -> Iterator[tuple[int, list[bytes]]]:
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            yield int(process.name), (process / "cmdline").read_bytes().split(b"\0")


def _signalled(process: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.kill(process, number)
