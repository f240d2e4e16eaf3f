"""Runs whose worker is gone are ended, so that Dagster's retries start them again: after a reboot, too.

Dagster's own monitoring asks the launcher about runs that have started. Those that the reboot met before or after that
(being launched, being canceled) it leaves for minutes, in their place in the queue.
"""

import dagster as dg

from archive_pipeline.automation.instance import close_abandoned_runs
from archive_pipeline.counting import counted


@dg.sensor(
    minimum_interval_seconds=15,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Ends runs whose worker was killed (a reboot, out of memory), so that they are started again.",
)
def abandoned_runs(context: dg.SensorEvaluationContext) -> dg.SkipReason:
    closed = close_abandoned_runs(context.instance)
    for run_id in closed:
        context.log.warning(f"nobody was at work on run {run_id}")
    return dg.SkipReason(f"{counted(len(closed), 'run')} had lost the worker" if closed else "every run has its worker")
