"""Runs for those who are not Dagster: how many there are, and ending those that lost their process."""

from dataclasses import dataclass

import dagster as dg

from archive_pipeline.automation.instance import abandoned_runs, close_abandoned_runs, environment
from archive_pipeline.settings import Settings, adopt_environment


@dataclass(frozen=True)
class RunCounts:
    """`n_lost`: those that count as begun and have lost their process."""

    n_runs: int
    n_at_work: int
    n_lost: int


def run_counts(settings: Settings) -> RunCounts:
    """Of the archive's instance, which is made where there is none."""
    adopt_environment(environment(settings))
    with dg.DagsterInstance.get() as instance:
        n_lost = len(abandoned_runs(instance))
        n_started = instance.get_runs_count(dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTED]))
        return RunCounts(instance.get_runs_count(), max(0, n_started - n_lost), n_lost)


def close_lost_runs(settings: Settings) -> int:
    """End the runs that have lost their process; returns how many."""
    adopt_environment(environment(settings))
    with dg.DagsterInstance.get() as instance:
        return len(close_abandoned_runs(instance))
