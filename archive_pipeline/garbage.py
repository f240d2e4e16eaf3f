"""How often Python looks for garbage."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_NEW_OBJECTS = 10_000  # between two looks; Python 3.11 has 700


def collect_rarely() -> None:
    """For a process of its own, before it imports what it needs: torch, open_clip and Dagster make half a million
    objects that stay, and looking through them again and again takes a sixth of the 4 s of processor time that a
    process needs until its model is there (3.3 s; 3.9 to 5.2 with Python's own threshold)."""
    gc.set_threshold(_NEW_OBJECTS)


@contextmanager
def all_that_is_made_stays() -> Iterator[None]:
    """Nothing is looked through while the block runs, nor what it made afterwards: for imports, of which one object in
    sixty or fewer is garbage. Of the 2.9 and 1.7 s of an encoder's process and of `ingest` it saves 0.4 and 0.15 s."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
