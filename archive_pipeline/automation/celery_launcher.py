"""Launches runs of videos as Celery tasks, for workers of many machines (`archive-pipeline worker`), and those of the
whole archive (publishing, organising, evaluating) on the daemon's own machine: there no video is before them.

Dagster's own CeleryRunLauncher makes the tasks. What it knows of a run afterwards it has from Celery's results, where a
worker that was killed stays STARTED for ever; here the run's lease tells (`leased_runs`), and no results are kept.
"""

from collections.abc import Mapping
from typing import Any

import dagster as dg
from dagster._core.launcher.base import LaunchRunContext
from dagster._serdes import ConfigurableClassData
from dagster_celery.launcher import CeleryRunLauncher

from archive_pipeline.automation.celery_app import CPU_QUEUE, celery_settings
from archive_pipeline.automation.instance import LOCKED_TAG
from archive_pipeline.automation.launcher import WarmRunLauncher
from archive_pipeline.automation.leased_runs import LeasedRuns
from archive_pipeline.resources.archive import PARTITION_TAG


class LeasedCeleryLauncher(LeasedRuns, CeleryRunLauncher):
    """`run_launcher:` of deploy/dagster-celery.yaml. A run's tag `dagster-celery/queue` says which workers get it."""

    def __init__(self, broker: str, inst_data: ConfigurableClassData | None = None) -> None:
        super().__init__(CPU_QUEUE, broker=broker, config_source=celery_settings(), inst_data=inst_data)
        self._here = WarmRunLauncher()

    @classmethod
    def config_type(cls) -> dict[str, Any]:
        return {"broker": dg.StringSource}

    @classmethod
    def from_config_value(
        cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]
    ) -> "LeasedCeleryLauncher":
        return cls(inst_data=inst_data, **config_value)

    def register_instance(self, instance: dg.DagsterInstance) -> None:
        super().register_instance(instance)
        self._here.register_instance(instance)

    def launch_run(self, context: LaunchRunContext) -> None:
        """Returns when the broker has the run, or its process here has begun. Until a worker begins it nobody holds its
        lease, which is no death: the tag that a run which is tried again inherits would say so."""
        if PARTITION_TAG not in context.dagster_run.tags:
            self._here.launch_run(context)
            return
        self._instance.add_run_tags(context.dagster_run.run_id, {LOCKED_TAG: "false"})
        super().launch_run(context)

    @property
    def supports_resume_run(self) -> bool:
        return False
