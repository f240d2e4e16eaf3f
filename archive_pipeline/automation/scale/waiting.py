"""A backfill of all videos that waits in the queue, and the queue's look at it."""

import threading
import uuid
from collections.abc import Callable, Sequence

import dagster as dg
from dagster._core.remote_origin import RegisteredCodeLocationOrigin, RemoteJobOrigin, RemoteRepositoryOrigin
from dagster._daemon.run_coordinator.queued_run_coordinator_daemon import QueuedRunCoordinatorDaemon

from archive_pipeline.automation.execution import LOCATION
from archive_pipeline.automation.jobs import INGEST_JOBS
from archive_pipeline.automation.machine_tags import MachineTags
from archive_pipeline.automation.scale.drawn import COLLECTION
from archive_pipeline.automation.waiting_runs import QUEUE_THREAD
from archive_pipeline.resources.archive import PARTITION_TAG, Archive


def backfill_waits(archive: Archive) -> Callable[[], Sequence[str]]:
    """Queue a run for each video. What it returns is the queue's look, as once a second: the videos it would begin."""
    instance, job = dg.DagsterInstance.get(), INGEST_JOBS["videos"].name
    origin = RemoteJobOrigin(RemoteRepositoryOrigin(RegisteredCodeLocationOrigin(LOCATION), "__repository__"), job)
    machine = MachineTags()
    for entry in archive.catalogue.entries(COLLECTION):
        run = dg.DagsterRun(
            job,
            run_id=str(uuid.uuid4()),
            status=dg.DagsterRunStatus.QUEUED,
            tags={PARTITION_TAG: entry.name.partition_key, "dagster/backfill": "abcdefgh"},
            remote_job_origin=origin,
        )
        instance.run_storage.add_run(run.with_tags({**run.tags, **machine.of(run)}))
    queue = QueuedRunCoordinatorDaemon(interval_seconds=1)
    found: list[str] = []

    def look() -> None:
        runs = queue._get_runs_to_dequeue(instance, instance.get_concurrency_config(), None)
        found[:] = [run.tags[PARTITION_TAG] for run in runs]

    def look_as_the_queue() -> Sequence[str]:
        thread = threading.Thread(target=look, name=QUEUE_THREAD)
        thread.start()
        thread.join()
        return found

    look_as_the_queue()  # the first one reads them
    return look_as_the_queue
