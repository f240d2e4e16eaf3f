"""Execute one run of a job in this process: one that is recorded as if Dagster had launched it, or one that was queued.

`dg.execute_job` records a run without the code location that it came from, and the UI cannot re-execute such a run
(`retry from failure` answers with an error 500, tried with Dagster 1.13.27). Recording it needs names that
Dagster keeps in private modules, and so does executing a run that was queued; Dagster is pinned.
"""

import os
import resource
import socket
import sys
import uuid
from collections.abc import Mapping, Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import dagster as dg
from dagster._core.execution.api import execute_run
from dagster._core.instance.ref import InstanceRef
from dagster._core.remote_origin import (
    ManagedGrpcPythonEnvCodeLocationOrigin,
    RemoteJobOrigin,
    RemoteRepositoryOrigin,
)
from dagster._core.types.loadable_target_origin import LoadableTargetOrigin
from dagster._grpc.impl import core_execute_run
from dagster._utils.hosted_user_process import recon_job_from_origin

from archive_pipeline.automation.instance import LOCKED_TAG
from archive_pipeline.automation.processor_time import of_this_process
from archive_pipeline.automation.run_locks import at_work
from archive_pipeline.resources.archive import PARTITION_TAG

LOCATION = "archive_pipeline"  # as in workspace.yaml
DEFINITIONS = "archive_pipeline.definitions"
_QUIET = {
    "loggers": {"console": {"config": {"log_level": "CRITICAL"}}}
}  # the log is in the instance, not on the screen


class LocalRuns:
    """Runs of one job in this process; its definition is made once."""

    def __init__(self, instance: dg.DagsterInstance, job_name: str) -> None:
        self._instance = instance
        # by name, as the daemon loads them: what is defined stands above what runs it, and is not imported from here
        self._job = dg.build_reconstructable_job(DEFINITIONS, "job_named", reconstructable_args=(job_name,))
        module = LoadableTargetOrigin(executable_path=sys.executable, module_name=DEFINITIONS)
        location = ManagedGrpcPythonEnvCodeLocationOrigin(loadable_target_origin=module, location_name=LOCATION)
        self._origin = RemoteJobOrigin(RemoteRepositoryOrigin(location, "__repository__"), job_name)

    def execute(
        self,
        partition_key: str | None = None,
        tags: Mapping[str, str] | None = None,
        config: Mapping[str, Any] | None = None,
        assets: Sequence[str] = (),
        run_id: str | None = None,
    ) -> tuple[str, bool]:
        """Run to the end; gives the run's id and whether it succeeded. Failures are in the instance's log.

        `assets`: only these of the job; none: all of them. `run_id`: a new uuid4 that somebody else knows it by, too.
        """
        selection = frozenset(dg.AssetKey(name) for name in assets) or None
        partition = {PARTITION_TAG: partition_key} if partition_key is not None else {}
        job = self._job.get_subset(asset_selection=selection) if selection else self._job
        run_id = run_id or str(uuid.uuid4())
        with at_work(self._instance, run_id):
            run = self._instance.create_run_for_job(
                job.get_definition(),
                run_id=run_id,
                asset_selection=selection,
                tags={**(tags or {}), **partition, LOCKED_TAG: "true", "dagster/code_location": LOCATION},
                run_config={**_QUIET, **(config or {})},
                remote_job_origin=self._origin,
                job_code_origin=self._job.get_python_origin(),
            )
            result = execute_run(self._job, run, self._instance)
        return run_id, result.success


def execute_launched(reference: InstanceRef, run_id: str, begun: Connection) -> None:
    """Execute a run that was queued, in a process of its own; tells `begun` as soon as it holds the run's lock."""
    with dg.DagsterInstance.from_ref(reference) as instance, at_work(instance, run_id):
        run = instance.get_run_by_id(run_id)
        assert run is not None, run_id
        begun.send(True)
        _execute(instance, run)


def execute_delivered(reference: InstanceRef, run_id: str) -> None:
    """The same for a run that a broker delivered: twice, perhaps, or after it was canceled; then nothing is done."""
    with dg.DagsterInstance.from_ref(reference) as instance, at_work(instance, run_id):
        run = instance.get_run_by_id(run_id)
        if run is None or run.status != dg.DagsterRunStatus.STARTING:
            return
        instance.add_run_tags(run_id, {LOCKED_TAG: "true"})  # from here on who dies is noticed by the lease
        _execute(instance, run)


def _execute(instance: dg.DagsterInstance, run: dg.DagsterRun) -> None:
    assert run.job_code_origin is not None, f"run {run.run_id} cannot be executed from its record"
    where = f"process {os.getpid()} of {socket.gethostname()}"
    instance.report_engine_event(f"Forked for this run ({where}).", run)
    for _ in core_execute_run(recon_job_from_origin(run.job_code_origin), run, instance, inject_env_vars=False):
        pass  # events are in the instance
    instance.report_engine_event(f"The run took {_cost()}.", run)


def _cost() -> str:
    peak_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    told = f"{of_this_process():.2f} processor seconds and {peak_mib:.0f} MiB of memory at most"
    own_mib = _own_mib()
    return told if own_mib is None else f"{told}, {own_mib:.0f} MiB of them not shared at its end"


def _own_mib(told: Path = Path("/proc/self/smaps_rollup")) -> float | None:
    """What the system gets back when this process ends: not the pages of the warm parent, which all runs share. None
    where the system does not tell (some sandboxes of containers): the run has ended well all the same."""
    try:
        lines = told.read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return None
    return sum(int(line.split()[1]) for line in lines if line.startswith(("Private_Clean:", "Private_Dirty:"))) / 1024
