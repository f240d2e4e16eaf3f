"""Waiting for what another process or thread does: until it has come, with a patience that the busiest machine keeps.

A test that holds here fails for what is wrong and not for a slow hour: what takes seconds has minutes.
"""

import time
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")

PATIENCE_S = 300.0


def until(look: Callable[[], Found], what: str = "it", within_s: float = PATIENCE_S) -> Found:
    """What `look` finds as soon as that is something; fails after `within_s` seconds, naming `what` did not come."""
    deadline = time.monotonic() + within_s
    while not (found := look()):
        assert time.monotonic() < deadline, f"{what} did not come within {within_s:.0f} s"
        time.sleep(0.05)
    return found
