"""How many videos are decoded at once on this machine: places that are taken by locks of the kernel."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from archive_pipeline.locking import try_lock

_LOOKS_EVERY_S = 0.25  # a decode takes seconds to hours; a look costs 20 µs a place


@contextmanager
def first_free(places: Sequence[Path]) -> Iterator[Path]:
    """Hold the first of `places` (files in one folder) that nobody holds, while the block runs; waits for one.

    Who dies lets go.
    """
    places[0].parent.mkdir(parents=True, exist_ok=True)
    while True:
        for place in places:
            if held := try_lock(place):
                with held:
                    yield place
                return
        time.sleep(_LOOKS_EVERY_S)
