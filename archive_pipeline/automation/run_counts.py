"""How many runs there are, for those who ask from outside Dagster."""

from dataclasses import dataclass

import dagster as dg

from archive_pipeline.automation.instance import abandoned_runs, environment
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
