"""What became of a video: written to the lake (the truth) and to the catalogue (what scans and snapshots ask)."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import polars as pl

from archive_pipeline.errors import ArchiveError, MediaError
from archive_pipeline.search.index import ShotIndex
from archive_pipeline.stages import chain
from archive_pipeline.store.catalogue import Catalogue
from archive_pipeline.store.lake import Lake
from archive_pipeline.store.naming import VideoName, readable
from archive_pipeline.store.provenance import Provenance


def record_ready(
    lake: Lake,
    catalogue: Catalogue,
    index: ShotIndex,
    video: VideoName,
    plan: str,
    *,
    forced: bool = False,
    is_news: bool = False,
) -> None:
    """The whole chain succeeded under `plan`, all of it anew where that was `forced`.

    A video that was ready under it already keeps its time, unless what was found is another all the same (`is_news`),
    which the database must learn.
    """
    entry = catalogue.entry(video)
    is_known = entry is not None and entry.status == "ready" and entry.plan == plan and not entry.pending
    if is_known and not is_news and lake.exists("outcomes", video):
        return
    lake.settle([table for stage in chain.chain_of(video) for table in stage.tables], video)
    if catalogue.record_outcome(video, status="ready", plan=plan, forced=forced).status == "removed":
        index.remove_video(video.video_id)  # it vanished while it was worked on
    _write(lake, catalogue, video)


def record_failure(
    lake: Lake,
    catalogue: Catalogue,
    index: ShotIndex,
    video: VideoName,
    stage: str,
    error: ArchiveError,
    plan: str | None = None,
) -> None:
    """`stage` failed, after its retries, under `plan` where that is known.

    Only a file can be wrong for good (MediaError): then the results of the stage and of those behind it are withdrawn,
    because they stand on nothing any more. A wrong YAML file or a model that cannot be had harms no result.
    """
    entry = catalogue.entry(video)
    if entry is None or entry.status == "removed":
        return  # nobody asks for it any more
    is_final = isinstance(error, MediaError)
    if is_final:
        for table in chain.tables_from(stage, chain.chain_of(video)):
            lake.delete(table, video)
        index.remove_video(video.video_id)
    catalogue.record_outcome(
        video,
        status="failed",
        plan=plan,
        stage=stage,
        error_code=error.code,
        message=error.message,
        permanent=is_final,
    )
    _write(lake, catalogue, video)


def record_removals(lake: Lake, catalogue: Catalogue, index: ShotIndex, videos: Sequence[VideoName]) -> None:
    """The files are gone: their points leave the index and their rows the next snapshot; the lake keeps their tables,
    so that a file that comes back needs no work. The index is opened once for all of them."""
    catalogue.mark_removed(videos)
    index.remove_videos([video.video_id for video in videos])
    for video in videos:
        _write(lake, catalogue, video)


def record_analysis(
    lake: Lake, catalogue: Catalogue, video: VideoName, analysis: str, plan: str, error: ArchiveError | None = None
) -> None:
    """An analysis of a finished video ended, with `error` where it failed. The video stays what it is, and so do the
    rows of an earlier success."""
    catalogue.record_analysis(
        video,
        analysis,
        plan,
        error_code=error.code if error else None,
        message=error.message if error else None,
        permanent=isinstance(error, MediaError) if error else None,  # what is configured may be put right
    )
    names = ("analysis", "status", "error_code", "message", "attempts", "finished_at")
    ended = catalogue.analyses(video.collection, video)
    rows = [{"video_id": video.video_id} | {name: getattr(one, name) for name in names} for one in ended]
    lake.write("analyses", video, pl.DataFrame(rows, infer_schema_length=None), Provenance("analyses", "1"))


def _write(lake: Lake, catalogue: Catalogue, video: VideoName) -> None:
    entry = catalogue.entry(video)
    assert entry is not None, f"{video.video_id} has no entry in the catalogue"
    row: dict[str, Any] = {
        "video_id": video.video_id,
        "collection": video.collection,
        "path": readable(entry.path),
        "sha256": entry.sha256,
        "bytes": entry.bytes,
        "mtime_ns": entry.mtime_ns,
        "status": entry.status,
        "plan": entry.plan,
        "stage": entry.stage,
        "error_code": entry.error_code,
        "message": entry.message,
        "permanent": entry.permanent,
        "attempts": entry.attempts,
        "finished_at": entry.finished_at or datetime.now(UTC),
        "removed_at": entry.removed_at,
    }
    rows = pl.DataFrame([row], infer_schema_length=1)
    lake.write("outcomes", video, rows, Provenance("outcome", "1"))
