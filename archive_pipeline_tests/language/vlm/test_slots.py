"""What all runs of a machine ask together is bounded, and one is served before the next."""

import asyncio
import multiprocessing
import threading
from collections.abc import Iterator
from pathlib import Path

from archive_pipeline.language.vlm import Question, Reply, VlmServer, ask_all
from archive_pipeline.language.vlm.slots import MachineSlots
from archive_pipeline_tests.language.vlm.server import Asked, VlmOfTests
from archive_pipeline_tests.language.vlm.test_concurrency import Titled
from archive_pipeline_tests.waiting import PATIENCE_S


def test_no_more_hold_a_slot_than_there_are_and_all_get_one(tmp_path: Path) -> None:
    now = most = done = 0

    async def hold(slots: MachineSlots) -> None:
        nonlocal now, most, done
        async with slots.one():
            now += 1
            most = max(most, now)
            await asyncio.sleep(0.005)
            now -= 1
            done += 1

    async def everybody() -> None:
        runs = [MachineSlots(tmp_path, 4) for _ in range(3)]
        await asyncio.gather(*(hold(run) for run in runs for _ in range(8)))
        for run in runs:
            run.close()
        async with asyncio.timeout(0.1):
            async with MachineSlots(tmp_path, 4).one():
                pass

    asyncio.run(everybody())
    assert (most, done) == (4, 24)


def test_a_slot_whose_holder_was_killed_is_free(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    held = context.Event()
    child = context.Process(target=_hold_for_ever, args=(tmp_path, held))
    child.start()
    assert held.wait(PATIENCE_S)

    async def is_free() -> bool:
        async with asyncio.timeout(0.5):
            async with MachineSlots(tmp_path, 1).one():
                return True

    try:
        asyncio.run(is_free())
        raise AssertionError("two hold the only slot")
    except TimeoutError:
        pass
    child.kill()
    child.join()
    assert asyncio.run(is_free())


def _hold_for_ever(folder: Path, held: threading.Event) -> None:
    async def hold() -> None:
        async with MachineSlots(folder, 1).one():
            held.set()
            await asyncio.sleep(3600)

    asyncio.run(hold())


def test_runs_that_began_together_end_one_after_the_other(tmp_path: Path) -> None:
    """Four at once, two runs of forty questions: the server never idles, and sees no more than four."""

    def answer(asked: Asked) -> str:
        return Titled(title=asked.prompt).model_dump_json()

    def questions(run: str) -> Iterator[Question]:
        return (Question(f"{run} {number}", f"{run} {number}", Titled) for number in range(40))

    order: list[str] = []
    with VlmOfTests(answer, seconds=lambda _: 0.02).running() as vlm:
        server = VlmServer(vlm.url, concurrency=4, shared_in=tmp_path / "slots")

        def run(name: str) -> None:
            def keep(reply: Reply) -> None:
                assert reply.value == Titled(title=reply.key)
                order.append(name)

            ask_all(server, questions(name), keep)

        threads = [threading.Thread(target=run, args=(name,)) for name in "ab"]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(order) == ["a"] * 40 + ["b"] * 40
    assert vlm.most_at_once <= 4
    ends = [max(place for place, name in enumerate(order) if name == run) for run in "ab"]
    assert abs(ends[0] - ends[1]) > 20, "they ended together"
