"""Dagster's history does not grow for ever: runs are forgotten after the days that ARCHIVE_KEEP_RUNS_DAYS says.

What stays of a video's run is what it materialized: that says which partitions are done, and what the UI plots. Its
log, a third of a megabyte, and its row go. Publications and the like, one a minute while videos come, go wholly, all
but the newest of each asset.
"""

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import dagster as dg
from dagster._core.storage.event_log.base import EventLogStorage
from dagster._core.storage.event_log.schema import SqlEventLogStorageTable
from dagster._core.storage.event_log.sql_event_log import SqlEventLogStorage

from archive_pipeline.automation.dagster_storage import Events
from archive_pipeline.counting import counted
from archive_pipeline.resources.archive import PARTITION_TAG, Archive

_ENDED = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED]
_RUNS_A_QUERY = 200
_TICK_S = 20.0


@dataclass(frozen=True)
class Forgotten:
    """What a look removed, and whether there is more."""

    n_runs: int
    is_all: bool


@dg.sensor(
    minimum_interval_seconds=600,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Forgets runs that ended more than ARCHIVE_KEEP_RUNS_DAYS days ago.",
)
def old_runs(context: dg.SensorEvaluationContext, archive: Archive) -> dg.SkipReason:
    days = archive.settings.keep_runs_days
    forgotten = forget_runs(context.instance, datetime.now(UTC) - timedelta(days=days), _TICK_S)
    rest = "" if forgotten.is_all else "; the rest follows with the next look"
    return dg.SkipReason(f"{counted(forgotten.n_runs, 'run')} of over {counted(days, 'day')} ago forgotten{rest}")


def forget_runs(instance: dg.DagsterInstance, ended_before: datetime, budget_s: float) -> Forgotten:
    """Forget the runs that ended before then, the oldest first, for at most about `budget_s`."""
    deadline = time.monotonic() + budget_s
    wanted = dg.RunsFilter(statuses=_ENDED, updated_before=ended_before)
    n_runs = 0
    while records := instance.get_run_records(wanted, limit=_RUNS_A_QUERY, ascending=True):
        newest = _newest_makers(instance)
        for record in records:
            run = record.dagster_run
            _forget(instance, run, wholly=PARTITION_TAG not in run.tags and run.run_id not in newest)
        n_runs += len(records)
        if time.monotonic() > deadline:
            return Forgotten(n_runs, is_all=False)
    return Forgotten(n_runs, is_all=True)


def _newest_makers(instance: dg.DagsterInstance) -> set[str]:
    """The runs that each asset was last made by: what is published is said to be, however long ago that was."""
    found = (instance.get_latest_materialization_event(asset) for asset in instance.all_asset_keys())
    return {event.run_id for event in found if event}


def _forget(instance: dg.DagsterInstance, run: dg.DagsterRun, *, wholly: bool) -> None:
    events = instance.event_log_storage
    if wholly:
        instance.delete_run(run.run_id)
    elif not isinstance(events, Events):
        _remove_log(events, run.run_id)
    if isinstance(events, Events):
        events.remove_log(run.run_id)
    if not wholly:  # last: a run without its row is never looked at again
        instance.run_storage.delete_run(run.run_id)


def _remove_log(events: EventLogStorage, run_id: str) -> None:
    """Of a storage that keeps all events in one table (Postgres), those of a run that speak of no asset."""
    assert isinstance(events, SqlEventLogStorage)
    of_the_run = SqlEventLogStorageTable.c.run_id == run_id
    with events.index_connection() as connection:
        connection.execute(
            SqlEventLogStorageTable.delete().where(of_the_run, SqlEventLogStorageTable.c.asset_key.is_(None))
        )
