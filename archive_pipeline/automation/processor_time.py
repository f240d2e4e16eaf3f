"""Processor seconds of everything that a block starts, however often it forks and whoever adopts whom."""

import ctypes
import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

_PR_SET_CHILD_SUBREAPER = 36


@dataclass
class Used:
    processor_s: float = 0.0


@contextmanager
def of_descendants() -> Iterator[Used]:
    """Orphans below this process become its own children, so that the kernel counts them when they end. Leaving the
    block waits for all of them; the figure is there then."""
    used = Used()
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    before = _of_children()
    try:
        yield used
    finally:
        with suppress(ChildProcessError):
            while True:
                os.waitpid(-1, 0)
        used.processor_s = _of_children() - before
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0)


def seconds_of(pid: int) -> float:
    """Processor seconds that a process has used so far, with its children that have ended."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def of_this_process() -> float:
    """What this process has used so far, with its children that have ended; to the microsecond."""
    return _of(resource.RUSAGE_SELF) + _of_children()


def _of_children() -> float:
    return _of(resource.RUSAGE_CHILDREN)


def _of(who: int) -> float:
    used = resource.getrusage(who)
    return used.ru_utime + used.ru_stime
