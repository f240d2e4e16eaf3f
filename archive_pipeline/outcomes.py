"""What became of a video: written to the lake (the truth) and to the catalogue (what scans and snapshots ask)."""

from datetime import UTC, datetime
from typing import Any

import polars as pl

from archive_pipeline import chain
from archive_pipeline.catalogue import Catalogue
from archive_pipeline.errors import ArchiveError
from archive_pipeline.lake import Lake
from archive_pipeline.naming import VideoName, readable
from archive_pipeline.provenance import Provenance
from archive_pipeline.search.index import ShotIndex


def record_ready(lake: Lake, catalogue: Catalogue, video: VideoName, plan: str) -> None:
    """The whole chain succeeded under `plan`. A video that was ready under it already keeps its time."""
    entry = catalogue.entry(video)
    if entry and entry.status == "ready" and entry.plan == plan and lake.exists("outcomes", video):
        return
    catalogue.record_outcome(video, status="ready", plan=plan)
    _write(lake, catalogue, video)


def record_failure(
    lake: Lake, catalogue: Catalogue, index: ShotIndex, video: VideoName, stage: str, error: ArchiveError
) -> None:
    """`stage` failed for good. Results that no longer stand on anything are withdrawn with it when it is permanent."""
    if catalogue.entry(video) is None:
        return  # a partition that no collection knows: there is nothing to report about
    if error.permanent:
        for table in chain.tables_from(stage):
            lake.delete(table, video)
        index.remove_video(video.video_id)
    catalogue.record_outcome(
        video,
        status="failed",
        stage=stage,
        error_code=error.code,
        message=error.message,
        permanent=error.permanent,
    )
    _write(lake, catalogue, video)


def record_removal(lake: Lake, catalogue: Catalogue, index: ShotIndex, video: VideoName) -> None:
    """The file is gone: its points leave the index and its rows the next snapshot; the lake keeps its tables, so that
    a file that comes back needs no work. `archive-pipeline collections purge` deletes them."""
    index.remove_video(video.video_id)
    catalogue.mark_removed([video])
    _write(lake, catalogue, video)


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
    }
    rows = pl.DataFrame([row], infer_schema_length=1)
    lake.write("outcomes", video, rows, Provenance("outcome", "1"))
