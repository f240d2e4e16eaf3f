"""Many questions: the server's slots stay full while the caller takes the replies one by one."""

import asyncio
import queue
import threading
from collections.abc import Callable, Iterable, Iterator

from archive_pipeline.errors import ConfigurationError
from archive_pipeline.language.vlm.model import Question, Reply
from archive_pipeline.language.vlm.server import VlmServer, VlmSession

_ENOUGH_TURNED_DOWN = 20  # with no answer among them, further questions would be a waste
_SUSPICIOUS_TURNED_DOWN = 3  # of a video with fewer shots nothing can be said


def ask_all(server: VlmServer, questions: Iterable[Question], on_reply: Callable[[Reply], None]) -> None:
    """Put every question; `on_reply` is called in this thread, in the order in which answers arrive.

    Questions are taken in another thread, one at a time and as many ahead as there are slots (all may become free at
    once), so they may decode pictures as they go. Where the server is gone or `questions` raises, what is under way is
    waited for and reported first, and then the error is raised; no further question is begun. An error of `on_reply`
    ends everything at once.

    Raises what VlmSession.ask raises, and ConfigurationError `vlm_turns_all_down` where the server turns down every
    question (three or more): it is then not the questions' fault, and none of them is reported.
    """
    replies: queue.SimpleQueue[Reply | _End] = queue.SimpleQueue()
    asker = _Asker(server, iter(questions), replies.put)
    thread = threading.Thread(target=lambda: replies.put(asker.run()), name="vlm", daemon=True)
    thread.start()
    sieve = _Sieve(on_reply)
    try:
        while not isinstance(reply := replies.get(), _End):
            sieve.take(reply)
        if reply.error is None:
            sieve.end()
    except BaseException:
        asker.stop()
        raise
    finally:
        thread.join()
    if reply.error is not None:
        raise reply.error


class _Sieve:
    """Holds back what the server turned down until it has answered something."""

    def __init__(self, on_reply: Callable[[Reply], None]) -> None:
        self._on_reply = on_reply
        self._held: list[Reply] = []
        self._has_answered = False

    def take(self, reply: Reply) -> None:
        if reply.turned_down and not self._has_answered:
            self._held.append(reply)
            if len(self._held) >= _ENOUGH_TURNED_DOWN:
                self._give_up()
            return
        self._has_answered = True
        self._release()
        self._on_reply(reply)

    def end(self) -> None:
        if len(self._held) >= _SUSPICIOUS_TURNED_DOWN:
            self._give_up()
        self._release()

    def _release(self) -> None:
        while self._held:
            self._on_reply(self._held.pop(0))

    def _give_up(self) -> None:
        raise ConfigurationError(
            "vlm_turns_all_down",
            f"The server turned down all {len(self._held)} questions that it was asked ({self._held[0].reason}). Can "
            "its model see pictures, as many as are sent, and is its context long enough (archive-pipeline vlm serve)?",
        )


class _End:
    def __init__(self, error: BaseException | None) -> None:
        self.error = error


class _Asker:
    """The event loop and its workers, in a thread of their own: the caller's may be interrupted by a signal."""

    def __init__(self, server: VlmServer, questions: Iterator[Question], on_reply: Callable[[Reply], None]) -> None:
        self._server = server
        self._questions = questions
        self._on_reply = on_reply
        self._error: BaseException | None = None
        self._loop = asyncio.new_event_loop()
        self._work: asyncio.Task[None] | None = None
        self._stopped = threading.Event()

    def run(self) -> _End:
        try:
            with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
                runner.run(self._ask())
        except asyncio.CancelledError:
            pass
        except BaseException as error:
            self._error = self._error or error
        return _End(self._error)

    def stop(self) -> None:
        """End as soon as possible; from another thread."""
        self._stopped.set()
        try:
            self._loop.call_soon_threadsafe(lambda: self._work and self._work.cancel())
        except RuntimeError:  # the loop has ended already
            return

    async def _ask(self) -> None:
        self._work = asyncio.current_task()
        async with self._server.session() as session:
            waiting: asyncio.Queue[Question | None] = asyncio.Queue(self._server.concurrency)
            workers = [asyncio.create_task(self._answer(session, waiting)) for _ in range(self._server.concurrency)]
            await self._pull(waiting)
            for _ in workers:
                await waiting.put(None)
            await asyncio.gather(*workers)

    async def _pull(self, waiting: "asyncio.Queue[Question | None]") -> None:
        while self._error is None and not self._stopped.is_set():
            try:
                question = await asyncio.to_thread(next, self._questions, None)
            except BaseException as error:
                self._error = self._error or error
                return
            if question is None:
                return
            await waiting.put(question)

    async def _answer(self, session: VlmSession, waiting: "asyncio.Queue[Question | None]") -> None:
        while (question := await waiting.get()) is not None:
            if self._error is not None:
                continue  # taken, and not begun any more
            try:
                self._on_reply(await session.ask(question))
            except Exception as error:
                self._error = self._error or error
                session.given_up = True
