"""Work that blocks, done beside the event loop: a few at a time, and a queue that ends."""

from collections.abc import Callable
from typing import TypeVar

import anyio
import anyio.to_thread

from archive_pipeline.errors import PassingError

T = TypeVar("T")


class Lane:
    """At most `n_threads` of one kind of work at once and `n_waiting` more in line; who comes then is sent away."""

    def __init__(self, name: str, n_threads: int, n_waiting: int) -> None:
        self._name = name
        self._most = n_threads + n_waiting
        self._n_threads = n_threads
        self._present = 0
        self._limiter: anyio.CapacityLimiter | None = None

    async def run(self, work: Callable[[], T]) -> T:
        """What `work` returns. Raises PassingError `too_busy`."""
        if self._present >= self._most:
            raise PassingError(
                "too_busy", f"Too many people wait for {self._name} at this moment. Try again in a few seconds."
            )
        self._limiter = self._limiter or anyio.CapacityLimiter(self._n_threads)
        self._present += 1
        try:
            return await anyio.to_thread.run_sync(work, limiter=self._limiter)
        finally:
            self._present -= 1
