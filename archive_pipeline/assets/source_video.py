"""source_video: which file a video is, and what its container says."""

import os
from dataclasses import asdict
from pathlib import Path

import dagster as dg
import polars as pl

from archive_pipeline.assets.policy import video_asset
from archive_pipeline.errors import FILE_REPLACED, PassingError
from archive_pipeline.media.digest import sha256_of
from archive_pipeline.media.probe import probe
from archive_pipeline.resources.archive import Archive
from archive_pipeline.resources.work import VideoWork, video_work
from archive_pipeline.stages.chain import SOURCE_VIDEO
from archive_pipeline.timecode import format_timecode

_OF_THE_CONTENT = ("transcripts", "summaries")
"""Analyses that are not kept by shot, whose ids would tell: of another content they would say what is not there."""


@video_asset(SOURCE_VIDEO, group_name="media", kinds={"ffmpeg", "parquet"})
def source_video(context: dg.AssetExecutionContext, archive: Archive) -> dg.MaterializeResult:
    """Identify the file by its SHA-256 and read what its container says: codecs, size, times, timecode."""
    with video_work(context, archive, SOURCE_VIDEO) as work:
        sha256, size = _content(work)
        work.inputs = {"content": sha256}
        if not (work.is_current and _tells_colours(work)):
            work.is_current = False
            facts = probe(work.file)
            if sha256 not in work.read("outcomes", "sha256")["sha256"]:  # of another content than the last run's
                for table in _OF_THE_CONTENT:
                    work.lake.delete(table, work.video)
            work.write("media", pl.DataFrame([asdict(facts) | {"sha256": sha256, "bytes": size}]))
        media = work.read("media").row(0, named=True)
        return work.result(
            {
                "duration": format_timecode(media["duration_s"]),
                "duration_s": media["duration_s"],
                "picture": f"{media['width']}×{media['height']}",
                "codec": f"{media['video_codec']} in {media['container']}",
                "frame_rate": media["frame_rate"],
                "megabytes": round(size / 1e6, 1),
                "source_timecode": media["source_timecode"] or "none",
                "note": media["note"] or "none",
                "path": dg.MetadataValue.path(os.fsencode(work.file).decode("utf-8", "backslashreplace")),
                "sha256": sha256,
            }
        )


def _tells_colours(work: VideoWork) -> bool:
    """Whether the stored facts are of a release that looked. They are completed without a new version of the stage, of
    which transcripts would be made anew, too, which hear no colours; pictures are, by the version of `frames`."""
    return work.read("media", "is_colour_matrix_assumed")["is_colour_matrix_assumed"].null_count() == 0


def _content(work: VideoWork) -> tuple[str, int]:
    """SHA-256 and size of the file; not read again while size and modification time are those that were recorded."""
    before = _stat(work)
    entry = work.archive.catalogue.entry(work.video)
    if entry and entry.sha256 and not work.force and (entry.bytes, entry.mtime_ns) == _identity(before):
        return entry.sha256, entry.bytes
    sha256 = sha256_of(work.file)
    if _identity(_stat(work)) != _identity(before):
        raise PassingError("file_changing", f"{work.video_id} changed while it was read; it will be tried again")
    work.archive.catalogue.record_content(work.video, before.st_size, before.st_mtime_ns, sha256)
    return sha256, before.st_size


def require_same_content(work: VideoWork) -> None:
    """Of who has just read the file for a later stage. Raises PassingError `file_replaced` where another one lies there
    by now: what was read of it must not stand under the content that `source_video` saw."""
    entry = work.archive.catalogue.entry(work.video)
    if entry is None or entry.sha256 is None or (entry.bytes, entry.mtime_ns) == _identity(_stat(work)):
        return
    if sha256_of(work.file) != entry.sha256:  # a new time alone is none of our business
        raise PassingError(
            FILE_REPLACED, f"{work.video_id} was replaced while it was read; the next look takes the new one"
        )


def _identity(status: os.stat_result) -> tuple[int, int]:
    return status.st_size, status.st_mtime_ns


def _stat(work: VideoWork) -> os.stat_result:
    try:
        return Path(work.file).stat()
    except FileNotFoundError:
        raise PassingError(
            "source_missing", f"{work.video_id} is not in {work.collection.source} any more; is the source mounted?"
        ) from None
