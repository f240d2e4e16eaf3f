"""The Dagster instance of an archive: its folder, its configuration, and runs that died with their command line."""

import os
import socket
from collections.abc import Mapping
from pathlib import Path

import dagster as dg

from archive_pipeline.settings import Settings, shipped

PROCESS_TAG = ".dagster/archive_process"
"""`<host>:<pid>` of the command line that executes a run itself."""

_UNFINISHED = [
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
]


def prepare_instance(settings: Settings) -> Path:
    """DAGSTER_HOME, with this project's dagster.yaml linked into it unless it has one of its own."""
    folder = settings.instance_dir
    folder.mkdir(parents=True, exist_ok=True)
    configuration = folder / "dagster.yaml"
    if configuration.is_symlink() and not configuration.exists():
        configuration.unlink()  # the checkout that it pointed to has moved
    if not configuration.exists():
        configuration.symlink_to(shipped("dagster.yaml").absolute())
    return folder


def environment(settings: Settings) -> Mapping[str, str]:
    """What a process needs to work on this archive, whatever its working directory."""
    return {
        "ARCHIVE_HOME": str(settings.home),
        "ARCHIVE_COLLECTIONS": str(settings.collections_dir.expanduser().absolute()),
        "DAGSTER_HOME": str(prepare_instance(settings)),
    }


def n_unfinished(instance: dg.DagsterInstance, job: str) -> int:
    """How many runs of the job are waiting or at work."""
    return instance.get_runs_count(dg.RunsFilter(job_name=job, statuses=_UNFINISHED))


def this_process() -> str:
    return f"{socket.gethostname()}:{os.getpid()}"


def close_abandoned_runs(instance: dg.DagsterInstance) -> int:
    """Fail the runs of command lines that were killed on this machine, and free their pool slots; returns how many.

    Dagster's own run monitoring watches the runs that it launched; nobody watches these.
    """
    unfinished = dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.NOT_STARTED])
    closed = 0
    for run in instance.get_runs(unfinished):
        host, _, pid = run.tags.get(PROCESS_TAG, "").rpartition(":")
        if host == socket.gethostname() and not Path(f"/proc/{pid}").exists():
            instance.report_run_failed(run, "the command line that executed this run was killed")
            instance.event_log_storage.free_concurrency_slots_for_run(run.run_id)
            closed += 1
    return closed
