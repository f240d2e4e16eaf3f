"""Execute runs of videos in warm worker processes of the command line, one Dagster run a video."""

import time
from collections import Counter, deque
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection, wait

import dagster as dg
from dagster._core.storage.tags import MAX_RETRIES_TAG

from archive_pipeline.automation.local_worker import Progress, RunResult, Task, Worker
from archive_pipeline.interruption import raise_if_interrupted

_MOST_DEATHS = 3


def run_videos(
    tasks: Sequence[Task],
    *,
    jobs: int,
    environment: Mapping[str, str],
    tags: Mapping[str, str],
    publish_every_s: float = 45.0,  # analysts are at most a minute behind (DESIGN §4.8)
    on_progress: Callable[[Progress], None],
) -> Generator[RunResult]:
    """Execute the runs of videos, `jobs` at once, yielding each result as its run ends.

    Every `publish_every_s` that has news, `publish` runs beside them. The run of a worker that dies is started again,
    as Dagster's own retries do it; only the third death is a result. Closing the iterator early kills the workers.
    Raises KeyboardInterrupt (interruption.py), PassingError where the system keeps runs from being recorded
    (`disk_full`).
    """
    waiting = deque(tasks)
    deaths = Counter[Task]()
    at_work: dict[Connection, Worker] = {}
    publisher: Worker | None = None  # beside the others, because a video may take hours
    published, is_news = time.monotonic(), False
    try:
        while waiting or at_work:
            raise_if_interrupted()
            while waiting and sum(worker is not publisher for worker in at_work.values()) < jobs:
                worker = Worker(environment, tags)
                worker.give(waiting.popleft())
                at_work[worker.connection] = worker
            for connection in wait(list(at_work), timeout=1.0):
                assert isinstance(connection, Connection)
                worker = at_work[connection]
                message = worker.receive()
                if isinstance(message, Progress):
                    on_progress(message)
                    continue
                is_dead = message is None
                if message is None:
                    worker.process.join()
                    deaths[worker.task] += 1
                    message = _died(worker, is_final=deaths[worker.task] == _MOST_DEATHS)
                if message.refused:
                    raise message.refused
                if worker is publisher:
                    del at_work[connection]
                    publisher = None if is_dead else publisher
                    continue
                if is_dead or not waiting:
                    del at_work[connection]
                    worker.stop()
                else:
                    worker.give(waiting.popleft())
                if message.crashed and deaths[message.task] < _MOST_DEATHS:
                    waiting.append(message.task)
                    on_progress(Progress(message.task.key or "", "its process died; it is started again", None))
                    continue
                is_news = True
                yield message
            publishing = publisher is not None and publisher.connection in at_work
            if is_news and not publishing and time.monotonic() - published > publish_every_s:
                is_news, published = False, time.monotonic()
                publisher = publisher or Worker(environment, tags)
                publisher.give(Task("publish"))
                at_work[publisher.connection] = publisher
    finally:
        if publisher and publisher not in at_work.values():
            publisher.stop()
        for worker in at_work.values():
            worker.kill()
            _cancel(worker)


def _died(worker: Worker, *, is_final: bool) -> RunResult:
    """The result of a run whose worker has died; the run is closed for the UI, too."""
    with dg.DagsterInstance.get() as instance:
        run = instance.get_run_by_id(worker.run_id)
        canceled = run is not None and run.status == dg.DagsterRunStatus.CANCELED
        if run is not None and not run.is_finished:
            if is_final:
                instance.add_run_tags(run.run_id, {MAX_RETRIES_TAG: "0"})  # three times is enough
                instance.report_run_failed(run, "its process died again and again")
            else:  # a failed run would be started again by the daemon, too
                instance.report_run_canceled(run, message="Its process died; its command line starts it again.")
    return RunResult(worker.task, worker.run_id, False, worker.seconds, crashed=not canceled, canceled=canceled)


def _cancel(worker: Worker) -> None:
    """Where that cannot be written either, the next look finds the run without its process."""
    with suppress(Exception), dg.DagsterInstance.get() as instance:
        run = instance.get_run_by_id(worker.run_id)
        if run is not None and not run.is_finished:
            instance.report_run_canceled(run, message="Its command line was stopped.")
