"""Execute runs of videos in warm worker processes of the command line, one Dagster run a video."""

import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from multiprocessing.connection import Connection, wait

import dagster as dg

from archive_pipeline.automation.instance import close_abandoned_runs
from archive_pipeline.automation.local_worker import Progress, RunResult, Task, Worker


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
    at_work: dict[Connection, Worker] = {}
    publisher: Worker | None = None  # beside the others, because a video may take hours
    published, is_news = time.monotonic(), False
    try:
        while waiting or at_work:
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
                if message is None:
                    message = _crashed(worker)
                if worker is publisher:
                    del at_work[connection]
                    publisher = None if message.crashed else publisher
                    continue
                if message.crashed or not waiting:
                    del at_work[connection]
                    worker.stop()
                else:
                    worker.give(waiting.popleft())
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
            worker.process.terminate()


def _crashed(worker: Worker) -> RunResult:
    """The result of a run whose worker has died; the run is closed for the UI, too."""
    worker.process.join()
    with dg.DagsterInstance.get() as instance:
        close_abandoned_runs(instance)
    return RunResult(worker.task, "", success=False, seconds=worker.seconds, crashed=True)
