"""The run queue: how many runs at once follows the machine, each kind has its places, and a free one is filled within a
second."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

import dagster as dg
from dagster._core.run_coordinator import QueuedRunCoordinator, SubmitRunContext
from dagster._core.run_coordinator.queued_run_coordinator import RunQueueConfig

from archive_pipeline.automation.jobs import DESCRIBE_TAG
from archive_pipeline.automation.machine_tags import ORGANISE_TAG, MachineTags, work_tag
from archive_pipeline.errors import ArchiveError
from archive_pipeline.resources.archive import PARTITION_TAG
from archive_pipeline.settings import Settings, adopt_defaults
from archive_pipeline.store.catalogue import Catalogue, Hold

_DESCRIBING = 2
"""Runs that say what is in finished videos: most of their time they wait for a server."""

_BESIDE_VIDEOS = 2
"""Publishing and withdrawing, and a run that organises a collection: places that no video can take."""

_BACKFILL_IN_PARTS = {"DAGSTER_ASSET_BACKFILL_RUN_CHUNK_SIZE": "500"}
"""Dagster writes down how far a backfill has come after every 25 runs that it puts into the queue. At 25,000 videos
each writing takes 5.5 processor seconds, the 25 runs one. Those that are in the queue when it dies are not queued
twice: their ids are written down first."""


class MachineQueue(QueuedRunCoordinator):
    """`run_coordinator:` of dagster.yaml; what `concurrency: runs:` says there goes before what is chosen here."""

    def __init__(
        self,
        max_concurrent_runs: int | None = None,
        tag_concurrency_limits: Sequence[Mapping[str, Any]] | None = None,
        dequeue_interval_seconds: int | None = None,
        **others: Any,
    ) -> None:
        settings = Settings()
        of_videos = settings.videos_at_once + _DESCRIBING
        super().__init__(
            max_concurrent_runs=max_concurrent_runs or of_videos + _BESIDE_VIDEOS,
            tag_concurrency_limits=tag_concurrency_limits or places(of_videos),
            dequeue_interval_seconds=dequeue_interval_seconds or 1,  # Dagster's 5 s are longer than a short video takes
            **others,
        )
        adopt_defaults(_BACKFILL_IN_PARTS)  # the daemon, whoever starts it, has made its queue before it looks
        self._machine_tags = MachineTags()
        self._catalogue = Catalogue(settings.database)

    def get_run_queue_config(self) -> RunQueueConfig:
        """With the work that is held up as it is now: the daemon asks before it looks for runs to begin."""
        config = super().get_run_queue_config()
        return config._replace(tag_concurrency_limits=[*config.tag_concurrency_limits, *self._held()])

    def _held(self) -> list[dict[str, Any]]:
        with suppress(ArchiveError):  # a database that is away: its runs say so
            return [shut(hold) for hold in self._catalogue.holds()]
        return []

    def submit_run(self, context: SubmitRunContext) -> dg.DagsterRun:
        run = context.dagster_run
        if tags := self._machine_tags.of(run):
            self._instance.add_run_tags(run.run_id, tags)
        return super().submit_run(context)


def shut(hold: Hold) -> dict[str, Any]:
    """The limit by which no run of held work leaves the queue, or one that tries whether it can be done by now."""
    return {"key": work_tag(hold.work), "value": hold.collection, "limit": 0 if hold.is_shut else 1}


def places(of_videos: int) -> list[dict[str, Any]]:
    """Limits by tag, as in `tag_concurrency_limits`: a video is worked on by one run at a time, whoever started it;
    `of_videos` runs of videos at once, of which few describe."""
    return [
        {"key": PARTITION_TAG, "value": {"applyLimitPerUniqueValue": True}, "limit": 1},
        {"key": PARTITION_TAG, "limit": of_videos},
        {"key": DESCRIBE_TAG, "limit": _DESCRIBING},
        {"key": ORGANISE_TAG, "limit": 1},
    ]
