"""Execute runs of videos in warm worker processes of the command line, one Dagster run a video.

A worker makes its definitions and opens the instance once and works through many runs. The runs are ordinary ones: they
are in the instance's storage, the UI shows them.
"""

import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait

import dagster as dg

from archive_pipeline.automation.execution import LocalRuns
from archive_pipeline.automation.instance import close_abandoned_runs
from archive_pipeline.automation.warm_parent import pipe, start_process
from archive_pipeline.progress import listening

_REPORT_EVERY_S = 0.2


@dataclass(frozen=True)
class Progress:
    """A video's run got to `fraction` (0 to 1) of `stage`."""

    key: str
    stage: str
    fraction: float


@dataclass(frozen=True)
class Task:
    """One run of a job."""

    job: str
    key: str | None = None
    """Partition key of its video; None for `publish`."""
    assets: tuple[str, ...] = ()
    """Only these assets of the job; none: all of them."""


@dataclass(frozen=True)
class RunResult:
    """How a run ended. `crashed`: its process died (out of memory, killed)."""

    task: Task
    run_id: str
    success: bool
    seconds: float
    crashed: bool = False


def run_videos(
    tasks: Sequence[Task],
    *,
    jobs: int,
    environment: Mapping[str, str],
    tags: Mapping[str, str],
    publish_every_s: float = 45.0,  # analysts are at most a minute behind (DESIGN §4.8)
    on_progress: Callable[[Progress], None],
) -> Iterator[RunResult]:
    """Execute the runs of videos, `jobs` at once, yielding each result as its run ends.

    Every `publish_every_s` that has news, `publish` runs beside them. A worker that dies costs its video a failed run
    and nothing else. Closing the iterator early stops the workers.
    """
    waiting = deque(tasks)
    workers: dict[Connection, _Worker] = {}
    published, is_news = time.monotonic(), False
    try:
        while waiting or workers:
            while waiting and sum(worker.task.key is not None for worker in workers.values()) < jobs:
                worker = _Worker(environment, tags)
                worker.give(waiting.popleft())
                workers[worker.connection] = worker
            for connection in wait(list(workers), timeout=1.0):
                assert isinstance(connection, Connection)
                worker = workers[connection]
                message = _received(connection)
                if isinstance(message, Progress):
                    on_progress(message)
                    continue
                if message is None:
                    del workers[connection]
                    worker.process.join()
                    with dg.DagsterInstance.get() as instance:
                        close_abandoned_runs(instance)
                    message = RunResult(worker.task, "", success=False, seconds=worker.seconds, crashed=True)
                elif waiting and worker.task.key is not None:
                    worker.give(waiting.popleft())
                else:
                    del workers[connection]
                    worker.stop()
                if message.task.key is not None:
                    is_news = True
                    yield message
            if is_news and time.monotonic() - published > publish_every_s:
                is_news, published = False, time.monotonic()
                publisher = _Worker(environment, tags)  # beside the others: a video may take hours
                publisher.give(Task("publish"))
                workers[publisher.connection] = publisher
    finally:
        for worker in workers.values():
            worker.process.terminate()


def _received(connection: Connection) -> Progress | RunResult | None:
    """None when the process at the other end is dead."""
    try:
        message = connection.recv()
    except (EOFError, ConnectionResetError):
        return None
    assert isinstance(message, Progress | RunResult)
    return message


class _Worker:
    """A process that executes one run after the other."""

    def __init__(self, environment: Mapping[str, str], tags: Mapping[str, str]) -> None:
        self.connection, theirs = pipe()
        self.process = start_process(_work, theirs, dict(tags), environment=environment)
        theirs.close()

    def give(self, task: Task) -> None:
        self.task = task
        self._since = time.monotonic()
        self.connection.send(task)

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._since

    def stop(self) -> None:
        self.connection.send(None)
        self.process.join()


def _work(connection: Connection, tags: Mapping[str, str]) -> None:
    with dg.DagsterInstance.get() as instance:
        runs: dict[str, LocalRuns] = {}
        while (task := _next_task(connection)) is not None:
            started = time.monotonic()
            if task.job not in runs:
                runs[task.job] = LocalRuns(instance, task.job)
            with listening(_reporter(connection, task)):
                run_id, success = runs[task.job].execute(task.key, tags if task.key else None, assets=task.assets)
            connection.send(RunResult(task, run_id, success, time.monotonic() - started))


def _next_task(connection: Connection) -> Task | None:
    try:
        task: Task | None = connection.recv()
    except EOFError:  # the command line is gone
        return None
    return task


def _reporter(connection: Connection, task: Task) -> Callable[[str, float], None]:
    last = 0.0

    def report(stage: str, fraction: float) -> None:
        nonlocal last
        if task.key and time.monotonic() - last >= _REPORT_EVERY_S:
            last = time.monotonic()
            connection.send(Progress(task.key, stage, fraction))

    return report
