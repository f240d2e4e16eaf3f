"""The run queue: how many runs at once follows the machine, each kind has its places, and a free one is filled within a
second."""

from collections.abc import Mapping, Sequence
from typing import Any

import dagster as dg
from dagster._core.run_coordinator import QueuedRunCoordinator, SubmitRunContext

from archive_pipeline.automation.jobs import DESCRIBE_TAG
from archive_pipeline.automation.machine_tags import ORGANISE_TAG, MachineTags
from archive_pipeline.resources.archive import PARTITION_TAG
from archive_pipeline.settings import Settings

_DESCRIBING = 2
"""Runs that say what is in finished videos: most of their time they wait for a server."""

_BESIDE_VIDEOS = 2
"""Publishing and withdrawing, and a run that organises a collection: places that no video can take."""


class MachineQueue(QueuedRunCoordinator):
    """`run_coordinator:` of dagster.yaml; what `concurrency: runs:` says there goes before what is chosen here."""

    def __init__(
        self,
        max_concurrent_runs: int | None = None,
        tag_concurrency_limits: Sequence[Mapping[str, Any]] | None = None,
        dequeue_interval_seconds: int | None = None,
        **others: Any,
    ) -> None:
        of_videos = Settings().videos_at_once + _DESCRIBING
        super().__init__(
            max_concurrent_runs=max_concurrent_runs or of_videos + _BESIDE_VIDEOS,
            tag_concurrency_limits=tag_concurrency_limits or places(of_videos),
            dequeue_interval_seconds=dequeue_interval_seconds or 1,  # Dagster's 5 s are longer than a short video takes
            **others,
        )
        self._machine_tags = MachineTags()

    def submit_run(self, context: SubmitRunContext) -> dg.DagsterRun:
        run = context.dagster_run
        if tags := self._machine_tags.of(run):
            self._instance.add_run_tags(run.run_id, tags)
        return super().submit_run(context)


def places(of_videos: int) -> list[dict[str, Any]]:
    """Limits by tag, as in `tag_concurrency_limits`: a video is worked on by one run at a time, whoever started it;
    `of_videos` runs of videos at once, of which few describe."""
    return [
        {"key": PARTITION_TAG, "value": {"applyLimitPerUniqueValue": True}, "limit": 1},
        {"key": PARTITION_TAG, "limit": of_videos},
        {"key": DESCRIBE_TAG, "limit": _DESCRIBING},
        {"key": ORGANISE_TAG, "limit": 1},
    ]
