"""A line in which whoever asks for much waits for himself and not for others."""

import asyncio
from collections import OrderedDict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class NoTurnError(Exception):
    """The line is full, or it was one's turn too late."""


class Turns:
    """At most `n_at_once` at work and `n_waiting` in line, of each asker the first in turn.

    A full line sends away the last of whoever has most in it. For one event loop.
    """

    def __init__(self, n_at_once: int, n_waiting: int, patience_s: float) -> None:
        self._free = n_at_once
        self._n_waiting = n_waiting
        self._patience_s = patience_s
        self._line: OrderedDict[str, deque[asyncio.Future[None]]] = OrderedDict()

    @asynccontextmanager
    async def turn(self, asker: str) -> AsyncIterator[None]:
        """Raises NoTurnError when the asker is sent away."""
        if self._free:
            self._free -= 1
        else:
            await self._wait(asker)
        try:
            yield
        finally:
            self._pass_on()

    async def _wait(self, asker: str) -> None:
        mine = asyncio.get_running_loop().create_future()
        self._line.setdefault(asker, deque()).append(mine)
        if sum(map(len, self._line.values())) > self._n_waiting:
            self._send_one_away()
        try:
            async with asyncio.timeout(self._patience_s):
                await mine
        except BaseException as error:
            self._leave(asker, mine)
            if isinstance(error, TimeoutError):
                raise NoTurnError from None
            raise

    def _send_one_away(self) -> None:
        asker, waiting = max(self._line.items(), key=lambda one: len(one[1]))
        last = waiting[-1]
        if not last.done():
            last.set_exception(NoTurnError())
        self._remove(asker, last)

    def _leave(self, asker: str, mine: asyncio.Future[None]) -> None:
        if (
            mine.done() and not mine.cancelled() and mine.exception() is None
        ):  # in the moment in which it was one's turn
            self._pass_on()
        else:
            self._remove(asker, mine)

    def _remove(self, asker: str, one: asyncio.Future[None]) -> None:
        waiting = self._line.get(asker)
        if waiting and one in waiting:
            waiting.remove(one)
            if not waiting:
                del self._line[asker]

    def _pass_on(self) -> None:
        """To the next who still waits: whose patience ended in this moment, or who went away, is in the line yet."""
        while self._line:
            asker, waiting = self._line.popitem(last=False)
            mine = waiting.popleft()
            if waiting:
                self._line[asker] = waiting  # at the end of the round
            if not mine.done():
                mine.set_result(None)
                return
        self._free += 1
