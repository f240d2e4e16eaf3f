"""How often Python looks for garbage."""

import gc

_NEW_OBJECTS = 10_000  # between two looks; Python 3.11 has 700


def collect_rarely() -> None:
    """For a process of its own, before it imports what it needs: torch, open_clip and Dagster make half a million
    objects that stay, and looking through them again and again takes a sixth of the 4 s of processor time that a
    process needs until its model is there (docs/performance.md)."""
    gc.set_threshold(_NEW_OBJECTS)
