"""Ctrl+C and SIGTERM, heeded even where Python lost the exception.

KeyboardInterrupt is raised wherever the main thread happens to be. In a callback of the import system or of garbage
collection it is printed and forgotten, and code that takes signals for its own (Dagster's `capture_interrupts`) may
drop it. So that somebody asked is noted, and loops ask for it.
"""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_asked = threading.Event()


@contextmanager
def interruptible() -> Iterator[None]:
    """In the block both signals raise KeyboardInterrupt; one that is ignored, as Ctrl+C is in a shell's background,
    stays ignored. For the main thread."""
    heeded = [one for one in (signal.SIGINT, signal.SIGTERM) if signal.getsignal(one) is not signal.SIG_IGN]
    former = {number: signal.signal(number, _interrupt) for number in heeded}
    try:
        yield
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)
        _asked.clear()


def raise_if_interrupted() -> None:
    """Raises KeyboardInterrupt where one of the signals came since the block began."""
    if _asked.is_set():
        raise KeyboardInterrupt


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    _asked.set()
    raise KeyboardInterrupt
