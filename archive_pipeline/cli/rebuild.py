"""`archive-pipeline rebuild`: make Qdrant and DuckDB again from the lake."""

import typer
from rich.markup import escape
from rich.progress import Progress

from archive_pipeline.cli.console import SOME_FAILED, err, explained, out
from archive_pipeline.counting import counted
from archive_pipeline.resources.archive import Archive
from archive_pipeline.stages.qdrant_points import reindex
from archive_pipeline.store.catalogue.rebuild import rebuild as restore_catalogue
from archive_pipeline.warehouse import publish


def rebuild() -> None:
    """Make the search index and the DuckDB snapshot again from the lake; nothing is decoded or encoded."""
    archive = Archive()
    with explained():
        restore_catalogue(archive.catalogue, archive.lake)
        ready = sum(counts.get("ready", 0) for counts in archive.catalogue.counts().values())
        with Progress(console=err, transient=True) as bars:
            task = bars.add_task("indexing", total=ready)
            n_videos, unreadable = reindex(
                archive.lake, archive.catalogue, archive.index, lambda n: bars.advance(task, n)
            )
        link = archive.settings.database_link
        publication = publish(archive.lake, archive.catalogue, archive.collections(), link, full=True)
    out.print(
        f"The points of {counted(n_videos, 'video')}; {publication.version_path.name} with "
        f"{counted(sum(publication.rows.values()), 'row')}."
    )
    if unreadable:
        named = ", ".join(video.video_id for video in unreadable[:5])
        lacking = counted(len(unreadable), "video lacks", "videos lack")
        err.print(f"[red]{lacking} readable tables[/] ({escape(named)}): archive-pipeline repair")
        raise typer.Exit(SOME_FAILED)
