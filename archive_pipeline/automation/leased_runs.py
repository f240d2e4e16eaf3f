"""What our launchers answer Dagster about a run: from the lease of whoever is at work on it (`run_locks`), which ends
with its holder, and never from what a broker or a process table remembers."""

import dagster as dg
from dagster._core.launcher.base import CheckRunHealthResult, RunLauncher, WorkerStatus

from archive_pipeline.automation.instance import LOCKED_TAG
from archive_pipeline.automation.run_locks import ask_to_stop, is_at_work


class LeasedRuns(RunLauncher[dg.DagsterInstance]):
    """Ends runs and tells whether they live; how they are launched is for others to say."""

    def terminate(self, run_id: str) -> bool:
        """End the run, whoever executes it: the queue's process, a worker of another machine or a command line."""
        run = self._instance.get_run_by_id(run_id)
        if run is None or run.is_finished:
            return False
        self._instance.report_run_canceling(run)
        if ask_to_stop(self._instance, run_id):
            return True
        self._instance.report_run_canceled(run, message="Nobody was at work on the run.")
        return True

    @property
    def supports_check_run_worker_health(self) -> bool:
        return True

    def check_run_worker_health(self, run: dg.DagsterRun) -> CheckRunHealthResult:
        if run.tags.get(LOCKED_TAG) != "true" or is_at_work(self._instance, run.run_id):  # waits, or is others'
            return CheckRunHealthResult(WorkerStatus.RUNNING)
        return CheckRunHealthResult(WorkerStatus.FAILED, "its process has died (killed, out of memory, a reboot)")
