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
from dagster_celery.config import TASK_EXECUTE_JOB_NAME

from archive_pipeline.automation.celery_app import celery_app
from archive_pipeline.automation.execution import execute_delivered
from archive_pipeline.automation.instance import environment
from archive_pipeline.automation.run_locks import is_at_work
from archive_pipeline.automation.warm_parent import start_process
from archive_pipeline.errors import ConfigurationError, PassingError
from archive_pipeline.settings import Settings, adopt_environment

_FORKING = threading.Lock()  # multiprocessing's fork server is started by whoever forks first


def work(settings: Settings, queues: Sequence[str], jobs: int) -> int:
    """Work on the runs of these queues, `jobs` at once, until SIGTERM or SIGINT: then no more are taken, and those at
    work are ended well; a second signal ends them at once. Celery's exit code.

    Raises ConfigurationError `broker_missing`, PassingError `broker_unreachable`, `storage_unreachable`.
    """
    adopt_environment(environment(settings))
    app = celery_app(reached_broker(settings))
    with reached_instance() as instance:
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
    @app.task(name=TASK_EXECUTE_JOB_NAME)
    def execute_job(execute_job_args_packed: Mapping[str, Any]) -> None:
        run_id = str(execute_job_args_packed["run_id"])
        if is_at_work(instance, run_id):  # delivered again while it is at work
            return
        with _FORKING:
            process = start_process(execute_delivered, reference, run_id)
        process.join()


def reached_broker(settings: Settings) -> str:
    """Its URL. Raises ConfigurationError `broker_missing`, PassingError `broker_unreachable`."""
    if settings.broker_url is None:
        raise ConfigurationError(
            "broker_missing",
            "Workers get their runs from a broker: set ARCHIVE_BROKER_URL=redis://HOST:6379/0 here and for the daemon. "
            "On one machine `archive-pipeline dev` needs none.",
        )
    url = settings.broker_url.get_secret_value()
    try:
        with celery_app(url).connection_for_read() as connection:
            connection.ensure_connection(max_retries=1, timeout=10)
    except Exception as error:  # kombu's, redis's and the system's own
        raise PassingError(
            "broker_unreachable",
            f"no broker answers at ARCHIVE_BROKER_URL ({' '.join(str(error).split())[:200]}). Start it, or correct "
            "the URL: redis://:PASSWORD@HOST:6379/0",
        ) from error
    return url


def reached_instance() -> dg.DagsterInstance:
    """Dagster's instance, whose storage answered. Raises PassingError `storage_unreachable`."""
    try:
        instance = dg.DagsterInstance.get()
        instance.get_runs_count(dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTED]))
    except Exception as error:
        raise PassingError(
            "storage_unreachable",
            f"Dagster's storage does not answer ({' '.join(str(error).split())[:200]}). See DAGSTER_POSTGRES_URL: "
            "postgresql+psycopg2://USER:PASSWORD@HOST/dagster",
        ) from error
    return instance
