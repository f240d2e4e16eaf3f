"""Publish the DuckDB snapshot soon after videos changed, so that analysts are at most a minute behind."""

from collections.abc import Mapping

import dagster as dg

from archive_pipeline.automation.instance import n_unfinished
from archive_pipeline.automation.jobs import publish
from archive_pipeline.automation.local_runs import run_videos
from archive_pipeline.automation.local_worker import Task
from archive_pipeline.errors import PassingError
from archive_pipeline.resources.archive import Archive
from archive_pipeline.warehouse import is_published, require_room_to_publish

_FIRST = "1000000"  # before all videos, whatever priority their collections have: analysts are a minute behind at most


@dg.sensor(
    job=publish,
    minimum_interval_seconds=20,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Publishes the DuckDB snapshot when something changed since the last one, at most a minute later.",
)
def publish_when_changed(context: dg.SensorEvaluationContext, archive: Archive) -> dg.RunRequest | dg.SkipReason:
    """Run `publish` when something changed since the last snapshot: a video, a collection's file, an evaluation."""
    if is_published(archive.lake, archive.catalogue, archive.collections(), archive.settings.database_link):
        return dg.SkipReason("nothing has changed since the last snapshot")
    if n_unfinished(context.instance, publish.name):
        return dg.SkipReason("a publication is under way")
    try:
        require_room_to_publish(archive.settings.database_link)
    except PassingError as error:
        return dg.SkipReason(str(error))
    return dg.RunRequest(tags={"dagster/priority": _FIRST})


def publish_now(archive: Archive, environment: Mapping[str, str]) -> bool:
    """Publish the snapshot where something changed, in a warm process, which has imported what that needs; whether it
    worked (its run says why not).

    Raises PassingError `disk_full`.
    """
    if is_published(archive.lake, archive.catalogue, archive.collections(), archive.settings.database_link):
        return True
    require_room_to_publish(archive.settings.database_link)
    task = Task(publish.name)
    (result,) = run_videos([task], jobs=1, environment=environment, tags={}, on_progress=lambda _: None)
    return result.success
