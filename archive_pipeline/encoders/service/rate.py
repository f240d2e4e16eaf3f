"""How much is done in a second, lately."""

import time
from collections import deque

_LATELY_S = 60.0


class Rate:
    """Mean over the last minute, from the first that was done in it to now."""

    def __init__(self) -> None:
        self._done: deque[tuple[float, int]] = deque()

    def count(self, n: int) -> None:
        now = time.monotonic()
        self._done.append((now, n))
        while now - self._done[0][0] > _LATELY_S:
            self._done.popleft()

    @property
    def per_s(self) -> float:
        """0 where nothing was done; may be asked by another thread than the one that counts."""
        now = time.monotonic()
        recent = [(at, n) for at, n in list(self._done) if now - at < _LATELY_S]
        return sum(n for _, n in recent) / max(now - recent[0][0], 1.0) if recent else 0.0
