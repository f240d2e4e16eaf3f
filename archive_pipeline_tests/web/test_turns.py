"""Whoever asks for much waits for himself and not for others."""

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from functools import wraps
from typing import Any

import pytest

from archive_pipeline.web.security.turns import NoTurnError, Turns


def in_a_loop(test: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    """Run the test in a thread: Playwright has a loop of its own in this one."""

    @wraps(test)
    def run(**parameters: object) -> None:
        with ThreadPoolExecutor(1) as thread:
            thread.submit(lambda: asyncio.run(test(**parameters))).result()

    return run


class Crowd:
    """Askers in one line; `done` has them in the order in which it was their turn, `away` who was sent away."""

    def __init__(self, turns: Turns) -> None:
        self._turns = turns
        self.done: list[str] = []
        self.away: list[str] = []
        self.go_on = asyncio.Event()

    async def ask(self, who: str) -> None:
        try:
            async with self._turns.turn(who[0]):
                await self.go_on.wait()
                self.done.append(who)
        except NoTurnError:
            self.away.append(who)

    async def come(self, *who: str) -> list[asyncio.Task[None]]:
        tasks = [asyncio.create_task(self.ask(one)) for one in who]
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        return tasks


def crowd(n_at_once: int = 1, n_waiting: int = 100, patience_s: float = 30.0) -> Crowd:
    return Crowd(Turns(n_at_once, n_waiting, patience_s))


@in_a_loop
async def test_of_each_asker_the_first_comes_first() -> None:
    line = crowd()
    tasks = await line.come("a1", "a2", "a3", "a4", "b1", "b2", "c1")
    line.go_on.set()
    await asyncio.gather(*tasks)
    assert line.done == ["a1", "a2", "b1", "c1", "a3", "b2", "a4"]


@in_a_loop
async def test_a_full_line_sends_away_the_last_of_who_has_most_in_it() -> None:
    line = crowd(n_waiting=3)
    tasks = await line.come("a1", "a2", "a3", "a4", "a5", "b1")
    assert line.away == ["a5", "a4"]
    line.go_on.set()
    await asyncio.gather(*tasks)
    assert line.done == ["a1", "a2", "b1", "a3"]


@in_a_loop
async def test_who_waits_too_long_is_sent_away_and_the_line_goes_on() -> None:
    line = crowd(patience_s=0.05)
    tasks = await line.come("a1", "b1", "b2")
    await asyncio.gather(*tasks[1:])
    assert sorted(line.away) == ["b1", "b2"]
    tasks += await line.come("c1")
    line.go_on.set()
    await asyncio.gather(*tasks)
    assert line.done == ["a1", "c1"]


@pytest.mark.parametrize("moment", ["while waiting", "in the moment of the turn"])
@in_a_loop
async def test_a_turn_is_not_lost_with_who_leaves(moment: str) -> None:
    line = crowd()
    first, second, third = await line.come("a1", "b1", "c1")
    if moment == "while waiting":
        second.cancel()
        line.go_on.set()
    else:
        line.go_on.set()
        await first
        second.cancel()
    await asyncio.gather(first, second, third, return_exceptions=True)
    await asyncio.gather(*await line.come("d1", "e1"))
    assert [one for one in line.done if one != "b1"] == ["a1", "c1", "d1", "e1"]


@in_a_loop
async def test_a_turn_goes_by_who_went_away_in_the_same_moment() -> None:
    line = crowd()
    first, gone, next_one = await line.come("a1", "b1", "c1")
    line.go_on.set()
    gone.cancel()  # it has not left the line when the first one's turn ends
    await asyncio.gather(first, next_one)
    assert line.done == ["a1", "c1"]
    assert gone.cancelled()
    await asyncio.gather(*await line.come("d1"))  # nobody's turn was lost
    assert line.done[-1] == "d1"


@in_a_loop
async def test_a_full_line_sends_somebody_away_in_whose_place_somebody_went() -> None:
    line = crowd(n_waiting=1)
    first, gone = await line.come("a1", "b1")
    late = asyncio.create_task(line.ask("c1"))
    gone.cancel()
    line.go_on.set()
    await asyncio.gather(first, late)
    assert line.done == ["a1", "c1"]
