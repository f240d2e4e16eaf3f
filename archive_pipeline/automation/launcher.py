"""Launches the queue's runs as forks of a warm parent, and knows whether they live.

Dagster's own launcher starts a new process for each run through the code server (17 processor seconds for a video of
one second, 8 of them imports and model), and cannot tell whether a run still lives: one that died with its code server
stays STARTED for a day (DESIGN §5). Here what is alive holds a lock (`run_locks`): Dagster's own monitoring ends dead
runs within seconds, and its retries start them again.
"""

from collections.abc import Mapping
from multiprocessing.connection import Connection
from typing import Any

from dagster._core.errors import DagsterUserCodeUnreachableError
from dagster._core.launcher.base import LaunchRunContext
from dagster._serdes import ConfigurableClass, ConfigurableClassData

from archive_pipeline.automation.execution import execute_launched
from archive_pipeline.automation.instance import LOCKED_TAG
from archive_pipeline.automation.leased_runs import LeasedRuns
from archive_pipeline.automation.run_locks import launching
from archive_pipeline.automation.warm_parent import pipe, start_process

_BEGINS_WITHIN_S = 120.0  # the first waits for the parent's imports, on a busy machine


class WarmRunLauncher(LeasedRuns, ConfigurableClass):
    """`run_launcher:` of dagster.yaml. A run's process ends with the daemon that launched it."""

    def __init__(self, inst_data: ConfigurableClassData | None = None) -> None:
        self._inst_data = inst_data
        super().__init__()  # type: ignore[no-untyped-call]

    @property
    def inst_data(self) -> ConfigurableClassData | None:
        return self._inst_data

    @classmethod
    def config_type(cls) -> dict[str, Any]:
        return {}

    @classmethod
    def from_config_value(
        cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]
    ) -> "WarmRunLauncher":
        return cls(inst_data=inst_data, **config_value)

    def launch_run(self, context: LaunchRunContext) -> None:
        """Returns when the run's process has begun and holds its lock; where it does not begin, the queue tries again
        (`MachineQueue`), because that is no fault of the run's."""
        run_id = context.dagster_run.run_id
        with launching(self._instance, run_id):
            self._instance.add_run_tags(run_id, {LOCKED_TAG: "true"})
            ours, theirs = pipe()
            process = start_process(execute_launched, self._instance.get_ref(), run_id, theirs)
            theirs.close()
            if not _begun(ours):
                process.kill()
                raise DagsterUserCodeUnreachableError(
                    f"the run's process did not begin within {_BEGINS_WITHIN_S:.0f} s"
                )


def _begun(connection: Connection) -> bool:
    try:
        return connection.poll(_BEGINS_WITHIN_S) and bool(connection.recv())
    except (EOFError, ConnectionResetError):
        return False
