"""The stores are looked at every ten minutes, and what is lost of them is mended without being asked.

What a look costs does not frighten at 25,000 videos: the index is asked how many points each video has (a second for a
million), and of the lake's tables some hundred videos are looked at, the next ones with the next look.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace

import dagster as dg

from archive_pipeline.automation.instance import n_unfinished
from archive_pipeline.counting import counted
from archive_pipeline.errors import PassingError
from archive_pipeline.resources.archive import Archive
from archive_pipeline.stages.corrections import follow_corrections
from archive_pipeline.stages.health import (
    DamagedTable,
    Mended,
    PointTroubles,
    damaged_tables,
    mend,
    point_troubles,
)
from archive_pipeline.stages.health.points import any_number
from archive_pipeline.store.naming import VideoName

_VIDEOS_A_LOOK = 300
_FOLLOWING_S = 20.0


class Suspects(dg.Config):
    """Videos with damaged tables, as partition keys."""

    videos: list[str]


@dg.op(tags={"archive/kind": "mending"})
def mend_stores(context: dg.OpExecutionContext, archive: Archive, config: Suspects) -> None:
    """Ask for missing stages again, and make lost points again from the lake; one log line says what was done."""
    suspects = [archive.catalogue.entry(VideoName.from_partition_key(key)) for key in config.videos]
    tables = damaged_tables(archive.lake, archive.catalogue, archive.idle(e for e in suspects if e), deep=False)
    mended = mend_with_points(archive, list(tables))
    context.log.info(describe(mended))


@dg.job(
    executor_def=dg.in_process_executor,
    description="Mend what was lost of the stores: points from the lake, stages of damaged tables by asking again.",
)
def mend_archive() -> None:
    """One op; the videos whose tables are damaged come as its configuration."""
    mend_stores()


@dg.sensor(
    job=mend_archive,
    minimum_interval_seconds=600,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Compares the catalogue with the index and, some hundred videos a look, with the lake.",
)
def stores(context: dg.SensorEvaluationContext, archive: Archive) -> dg.SensorResult:
    """Asks for a run of mend_archive where something is lost; its tick says what."""
    if n_unfinished(context.instance, mend_archive.name):
        return dg.SensorResult(skip_reason="a run of mend_archive is under way")
    entries = archive.catalogue.all_entries()
    first = int(context.cursor or 0) % max(len(entries), 1)
    part = entries[first : first + _VIDEOS_A_LOOK]
    damaged = list(damaged_tables(archive.lake, archive.catalogue, archive.idle(part), deep=False))
    points = point_troubles(archive.index, entries, any_number)
    follow_corrections(archive.lake, archive.catalogue, archive.index, archive.leases, budget_s=_FOLLOWING_S)
    cursor = str(first + _VIDEOS_A_LOOK)
    if not damaged and points.is_none:
        reason = f"{len(part)} of {counted(len(entries), 'video')} with their tables, all of them their points"
        return dg.SensorResult(skip_reason=reason, cursor=cursor)
    videos = sorted({one.video.partition_key for one in damaged})
    for one in damaged:
        context.log.warning(f"{one.table} of {one.video.video_id}: {one.why}")
    lacking = counted(len(points.lacking), "video lacks", "videos lack")
    context.log.warning(f"index: {counted(len(points.damaged), 'space')} damaged, {lacking} points")
    config = {"ops": {"mend_stores": {"config": {"videos": videos}}}}
    return dg.SensorResult(run_requests=[dg.RunRequest(run_config=config)], cursor=cursor)


def mend_with_points(
    archive: Archive, tables: Iterable[DamagedTable], expected: Callable[[VideoName], int | None] = any_number
) -> Mended:
    """Mend these tables, and what the index lacks of videos that no run is at work on. A server of points that is away
    is left to the videos' runs, which wait for it."""
    entries = {entry.name: entry for entry in archive.catalogue.all_entries()}
    try:
        points = point_troubles(archive.index, entries.values(), expected)
    except PassingError:
        points = PointTroubles({}, (), ())
    idle = archive.idle(entries[video] for video in points.lacking)
    points = replace(points, lacking=tuple(entry.name for entry in idle))
    return mend(archive.lake, archive.catalogue, archive.index, tables, points)


def describe(mended: Mended) -> str:
    """One line."""
    if mended.is_nothing:
        return "nothing had to be mended"
    return (
        f"{counted(mended.tables, 'damaged table')} asked for again; {counted(mended.spaces, 'damaged space')} and the "
        f"points of {counted(mended.videos_indexed, 'video')} made again; {counted(mended.videos_withdrawn, 'video')} "
        "withdrawn from the index"
    )
