"""Withdraw vanished videos in a recorded run, so that nothing disappears silently."""

from collections.abc import Sequence

import dagster as dg

from archive_pipeline.automation.execution import LocalRuns
from archive_pipeline.automation.looking import run_tags
from archive_pipeline.collections.model import Collection
from archive_pipeline.naming import VideoName


def withdraw(instance: dg.DagsterInstance, videos: Sequence[VideoName], collection: Collection) -> None:
    """Run `withdraw_videos` here and now: points and rows go, each video is named in the run's log."""
    if videos:
        config = {"ops": {"withdraw": {"config": {"videos": [video.partition_key for video in videos]}}}}
        LocalRuns(instance, "withdraw_videos").execute(tags=run_tags(collection), config=config)
