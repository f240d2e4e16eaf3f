"""Withdraw vanished videos in a recorded run, so that nothing disappears silently."""

from collections.abc import Sequence

import dagster as dg

from archive_pipeline.automation.discovery import run_tags
from archive_pipeline.automation.execution import LocalRuns
from archive_pipeline.collections.model import Collection
from archive_pipeline.errors import PassingError
from archive_pipeline.store.naming import VideoName


def withdraw(instance: dg.DagsterInstance, videos: Sequence[VideoName], collection: Collection) -> None:
    """Run `withdraw_videos` here and now: points and rows go, each video is named in the run's log.

    Raises PassingError `withdrawal_failed`.
    """
    if videos:
        config = {"ops": {"withdraw": {"config": {"videos": [video.partition_key for video in videos]}}}}
        run_id, success = LocalRuns(instance, "withdraw_videos").execute(tags=run_tags(collection), config=config)
        if not success:
            raise PassingError("withdrawal_failed", f"Vanished videos could not be withdrawn; run {run_id} says why.")
