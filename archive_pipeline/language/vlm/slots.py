"""How much a server is asked at once by all runs of this machine together, held by locks of the kernel."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import IO

from archive_pipeline.locking import try_lock

_FIRST_LOOKS_EVERY_S = 0.02
_FIRST_KEEPS_FOR_S = 0.05  # a slot that was let go, for the next question; an answer takes seconds
_OTHERS_LOOK_EVERY_S = 0.15  # what is still free then is not wanted by the first


class MachineSlots:
    """At most `n_slots` holders at once among all who share `folder`; who dies lets go.

    One of those who share it is first: it gets every slot that it has a question for, the others get the rest, and when
    it has closed another is first. So runs that began together end one after the other. With equal shares they would
    end together, and the server would have nothing to do while the next ones begin.
    """

    def __init__(self, folder: Path, n_slots: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._files = [folder / f"{number}.lock" for number in range(n_slots)]
        self._first_file = folder / "first.lock"
        self._first: IO[bytes] | None = None
        self._turn = asyncio.Lock()
        self._freed = asyncio.Event()
        self._kept: list[IO[bytes]] = []

    @asynccontextmanager
    async def one(self) -> AsyncIterator[None]:
        """Hold a slot while the block runs; waits for one."""
        async with self._turn:  # one of this process looks at a time, in the order in which they came
            held = await self._taken()
        try:
            yield
        finally:
            self._let_go(held)

    def close(self) -> None:
        """Let another be first."""
        while self._kept:
            self._kept.pop().close()
        if self._first is not None:
            self._first.close()
            self._first = None

    async def _taken(self) -> IO[bytes]:
        while True:
            if not self._is_first():
                await asyncio.sleep(_OTHERS_LOOK_EVERY_S)
            if self._kept:
                return self._kept.pop()
            for path in self._files:
                if held := try_lock(path):
                    return held
            if self._is_first():
                await self._wait()

    async def _wait(self) -> None:
        self._freed.clear()
        try:
            await asyncio.wait_for(self._freed.wait(), _FIRST_LOOKS_EVERY_S)
        except TimeoutError:
            return

    def _let_go(self, held: IO[bytes]) -> None:
        if self._is_first():
            self._kept.append(held)
            self._freed.set()
            asyncio.get_running_loop().call_later(_FIRST_KEEPS_FOR_S, self._give_back, held)
        else:
            held.close()

    def _give_back(self, kept: IO[bytes]) -> None:
        if kept in self._kept:
            self._kept.remove(kept)
            kept.close()

    def _is_first(self) -> bool:
        if self._first is None:
            self._first = try_lock(self._first_file)
        return self._first is not None
