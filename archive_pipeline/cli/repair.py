"""`archive-pipeline repair`: everything that `doctor` finds in the stores and that needs no person."""

from collections.abc import Iterable, Sequence
from typing import Annotated

import typer
from rich.markup import escape

from archive_pipeline.automation.ingestion import Ingestion, Request
from archive_pipeline.automation.local_analyses import LocalAnalyses
from archive_pipeline.automation.local_worker import RunResult
from archive_pipeline.automation.mending import mend_with_points
from archive_pipeline.automation.run_counts import close_lost_runs
from archive_pipeline.cli.console import OK, SOME_FAILED, err, explained, out
from archive_pipeline.cli.doctor_stores import looked_at_tables
from archive_pipeline.cli.progress import VideoBars
from archive_pipeline.cli.stopping import stoppable
from archive_pipeline.counting import counted
from archive_pipeline.errors import TABLE_DAMAGED, ConfigurationError
from archive_pipeline.resources.archive import Archive
from archive_pipeline.stages.health import Mended, database_trouble
from archive_pipeline.stages.health.catalogue import mend_catalogue
from archive_pipeline.stages.health.points import stored_number
from archive_pipeline.store.naming import VideoName
from archive_pipeline.warehouse import follow, publish


def repair(
    deep: Annotated[
        bool, typer.Option("--deep", help="Read every table first: finds flipped bits, takes long.")
    ] = False,
    jobs: Annotated[int | None, typer.Option(help="Videos at once; default: one a core.", min=1)] = None,
) -> None:
    """Mend the stores: the catalogue, lost or damaged tables, the search index, the database.

    Only the stages whose tables are damaged are computed again; what derives from the lake is made from it. A damaged
    file costs its video and nothing else.
    """
    archive = Archive()
    with explained(), stoppable("archive-pipeline repair"):
        lost = close_lost_runs(archive.settings)
        restored = mend_catalogue(archive.catalogue, archive.lake)
        swept = archive.lake.objects.sweep()
        mended = _mend(archive, deep)
        if restored:  # nothing is known of how the runs of these ended
            mended.due.update(entry.name for entry in archive.catalogue.all_entries() if entry.status == "new")
        failed = _run_due(archive, mended, jobs or archive.settings.videos_at_once)
        link = archive.settings.database_link
        follow(archive.settings.lake_place, link)
        broken = database_trouble(archive.catalogue, link, deep=deep)
        publication = publish(archive.lake, archive.catalogue, archive.collections(), link, full=broken is not None)
    aside = "into a new catalogue; a damaged file of the one before lies beside it"
    of_videos = f"of {counted(len(mended.due | mended.due_analyses), 'video')}"
    _say(
        (lost, "run without a process was ended", "runs without a process were ended"),
        (restored, f"video put back {aside}", f"videos put back {aside}"),
        (swept, "file of a killed writer removed", "files of killed writers removed"),
        (mended.tables, f"damaged table {of_videos} made again", f"damaged tables {of_videos} made again"),
        (
            mended.spaces,
            "part of the search index that could not be read made again",
            "parts of the search index that could not be read made again",
        ),
        (mended.videos_indexed, "video got its points again", "videos got their points again"),
        (
            mended.videos_withdrawn,
            "video that is not there lost its points",
            "videos that are not there lost their points",
        ),
        (broken is not None, f"database published anew: {publication.version_path.name}", ""),
    )
    if failed:
        err.print(
            f"[red]{counted(len(failed), 'video')} could not be mended[/]: {escape(', '.join(failed[:5]))}; see status."
        )
        raise typer.Exit(SOME_FAILED)
    raise typer.Exit(OK)


def _mend(archive: Archive, deep: bool) -> Mended:
    entries = archive.idle(archive.catalogue.all_entries())
    tables = looked_at_tables(archive.lake, archive.catalogue, entries, deep=deep)
    mended = mend_with_points(archive, tables, stored_number(archive.lake))
    # a run met a damaged table and put it out of the way: it is made again by the next one
    mended.due.update(entry.name for entry in entries if entry.status == "failed" and entry.error_code == TABLE_DAMAGED)
    return mended


def _run_due(archive: Archive, mended: Mended, jobs: int) -> list[str]:
    """Compute what is missing; the ids of videos that still lack something."""
    failed: list[str] = []
    for work, due in ((_ingest, mended.due), (_describe, mended.due_analyses)):
        for name, videos in _by_collection(due).items():
            try:
                failed += work(archive, name, videos, jobs)
            except ConfigurationError as error:  # its file is gone or wrong: the others are mended all the same
                err.print(f"[red]{escape(name)}[/]: {escape(error.message)}")
                failed += [video.video_id for video in videos]
    return failed


def _ingest(archive: Archive, collection: str, videos: Sequence[VideoName], jobs: int) -> list[str]:
    ingestion = Ingestion(archive, archive.collection(collection), Request(jobs))
    with VideoBars(len(videos)) as bars:
        failed = _failed(ingestion.run(videos, bars.show), bars)
    ingestion.close()
    return failed


def _describe(archive: Archive, collection: str, videos: Sequence[VideoName], jobs: int) -> list[str]:
    analyses = LocalAnalyses(archive, archive.collection(collection))
    due = [one for one in analyses.due() if one.video in videos]
    with VideoBars(len(due)) as bars:
        failed = _failed(analyses.run(due, jobs, bars.show), bars)
    analyses.close()
    return failed


def _failed(results: Iterable[RunResult], bars: VideoBars) -> list[str]:
    """The ids of the videos whose runs did not succeed; `bars` follow the results."""
    failed = []
    for result in results:
        bars.finished(result)
        if not result.success:
            failed.append(VideoName.from_partition_key(result.task.key or "").video_id)
    return failed


def _by_collection(videos: Iterable[VideoName]) -> dict[str, Sequence[VideoName]]:
    found: dict[str, list[VideoName]] = {}
    for video in sorted(videos):
        found.setdefault(video.collection, []).append(video)
    return dict(found)


def _say(*done: tuple[int, str, str]) -> None:
    lines = [f"{counted(n, one, more)}." for n, one, more in done if n]
    for line in lines or ["Nothing had to be mended."]:
        out.print(line, soft_wrap=True)
