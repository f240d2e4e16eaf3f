"""A worker: takes runs from the broker and has each done by a fork of the warm parent, as on one machine.

Threads of Celery's pool wait for the forks, so that a run that dies (out of memory) takes nobody with it, and no
memory of one run is kept for the next.
"""

import threading
from collections.abc import Mapping, Sequence
from typing import Any

import dagster as dg
from celery import Celery
from dagster._core.instance.ref import InstanceRef
from dagster._grpc.types import ExecuteRunArgs
from dagster._serdes import unpack_value
from dagster_celery.config import TASK_EXECUTE_JOB_NAME

from archive_pipeline.automation.broker import reach_broker, reach_storage
from archive_pipeline.automation.celery_app import celery_app
from archive_pipeline.automation.execution import execute_delivered
from archive_pipeline.automation.run_locks import is_at_work
from archive_pipeline.automation.warm_parent import start_process
from archive_pipeline.settings import Settings

_FORKING = threading.Lock()  # multiprocessing's fork server is started by whoever forks first


def work(settings: Settings, queues: Sequence[str], jobs: int) -> int:
    """Work on the runs of these queues, `jobs` at once, until SIGTERM or SIGINT: then no more are taken, and those at
    work are ended well; a second signal ends them at once. Celery's exit code.

    Raises ConfigurationError `broker_missing`, PassingError `broker_unreachable`, `storage_unreachable`.
    """
    app = celery_app(reach_broker(settings))
    reach_storage(settings)
    with dg.DagsterInstance.get() as instance:
        _add_task(app, instance.get_ref(), instance)
        worker = app.Worker(
            queues=list(queues),
            concurrency=jobs,
            pool="threads",
            loglevel="INFO",
            without_mingle=True,
            without_gossip=True,
            optimization="fair",
        )
        worker.start()
        return int(worker.exitcode or 0)


def _add_task(app: Celery, reference: InstanceRef, instance: dg.DagsterInstance) -> None:
    def execute_job(execute_job_args_packed: Mapping[str, Any]) -> None:
        run_id = unpack_value(dict(execute_job_args_packed), as_type=ExecuteRunArgs).run_id
        if is_at_work(instance, run_id):  # delivered again while it is at work
            return
        with _FORKING:
            process = start_process(execute_delivered, reference, run_id)
        process.join()

    app.task(name=TASK_EXECUTE_JOB_NAME)(execute_job)
