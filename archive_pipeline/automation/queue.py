"""The run queue: how many runs at once follows the machine, and a free place is filled within a second."""

from typing import Any

from dagster._core.run_coordinator import QueuedRunCoordinator

from archive_pipeline.settings import Settings


class MachineQueue(QueuedRunCoordinator):
    """`run_coordinator:` of dagster.yaml. `concurrency: runs: max_concurrent_runs` there still says otherwise."""

    def __init__(
        self, max_concurrent_runs: int | None = None, dequeue_interval_seconds: int | None = None, **others: Any
    ) -> None:
        super().__init__(
            max_concurrent_runs=max_concurrent_runs or Settings().videos_at_once,
            dequeue_interval_seconds=dequeue_interval_seconds or 1,  # Dagster's 5 s are longer than a short video takes
            **others,
        )
