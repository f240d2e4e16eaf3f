"""The Dagster instance of an archive: its folder, its configuration, and runs that died with their command line."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg

from archive_pipeline.automation.run_locks import in_hand, sweep
from archive_pipeline.settings import Settings, shipped

_ONE_MACHINE, _CELERY = "dagster.yaml", "deploy/dagster-celery.yaml"

LOCKED_TAG = ".dagster/archive_locked"
"""Marks the runs whose worker holds a lock (`run_locks`): those of a command line and of our launcher, no others."""

_UNFINISHED = [
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
]
_BEGUN = [status for status in _UNFINISHED if status != dg.DagsterRunStatus.QUEUED] + [dg.DagsterRunStatus.CANCELING]
_MAY_BE_NEW = timedelta(seconds=10)
"""A run that is recorded, or out of the queue, and whose worker takes its lock in a moment."""


def prepare_instance(settings: Settings) -> Path:
    """DAGSTER_HOME, with this project's dagster.yaml linked into it unless it has one of its own."""
    folder = settings.instance_dir
    folder.mkdir(parents=True, exist_ok=True)
    configuration = folder / "dagster.yaml"
    wanted = shipped(_CELERY if settings.broker_url else _ONE_MACHINE).absolute()
    if configuration.is_symlink() and (not configuration.exists() or _is_ours(configuration, but=wanted)):
        configuration.unlink()  # the checkout that it pointed to has moved, or ARCHIVE_BROKER_URL came or went
    if not configuration.exists():
        with suppress(FileExistsError):  # another process was faster
            configuration.symlink_to(wanted)
    return folder


def _is_ours(configuration: Path, but: Path) -> bool:
    ours = {shipped(name).resolve() for name in (_ONE_MACHINE, _CELERY)}
    return configuration.resolve() in ours - {but.resolve()}


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


def abandoned_runs(instance: dg.DagsterInstance) -> list[dg.DagsterRun]:
    """The runs that count as begun and that nobody works on any more: the machine, their command line or the daemon
    was killed."""
    looked = datetime.now(UTC)
    found = []
    records = instance.get_run_records(dg.RunsFilter(statuses=[*_BEGUN], tags={LOCKED_TAG: "true"}))
    held = in_hand(instance, [record.dagster_run.run_id for record in records])
    for record in records:
        run = record.dagster_run
        is_new = looked - record.update_timestamp.replace(tzinfo=UTC) < _MAY_BE_NEW
        if (is_new and run.status != dg.DagsterRunStatus.STARTED) or run.run_id in held:
            continue
        if not _finished(instance, run.run_id):
            found.append(run)
    return found


def close_abandoned_runs(instance: dg.DagsterInstance) -> list[str]:
    """End them; returns their ids. What failed so is started again where the daemon runs; what was being canceled is
    canceled."""
    closed = abandoned_runs(instance)
    for run in closed:
        if run.status == dg.DagsterRunStatus.CANCELING:
            instance.report_run_canceled(run, message="Nobody was at work on the run.")
        else:
            instance.report_run_failed(run, "the process that executed this run was killed")
    sweep(instance)
    return [run.run_id for run in closed]


def _finished(instance: dg.DagsterInstance, run_id: str) -> bool:
    """Asked after the lock: what has ended meanwhile let go of it."""
    run = instance.get_run_by_id(run_id)
    return run is None or run.is_finished
