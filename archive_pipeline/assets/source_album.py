"""source_album: which photos an album has, and what each holds."""

import os

import dagster as dg

from archive_pipeline.assets.policy import album_asset
from archive_pipeline.collections.albums import album_file, album_folder
from archive_pipeline.resources.archive import Archive
from archive_pipeline.resources.work import VideoWork, video_work
from archive_pipeline.stages.chain import SOURCE_ALBUM
from archive_pipeline.stages.source_album import AlbumFiles, read_files


@album_asset(SOURCE_ALBUM, kinds={"parquet"})
def source_album(context: dg.AssetExecutionContext, archive: Archive) -> dg.MaterializeResult:
    """Identify the photos of a folder by their SHA-256; those with the size and time of before are not read again."""
    with video_work(context, archive, SOURCE_ALBUM) as work:
        found = _content(work)
        work.inputs = {"content": found.digest}
        if not work.is_current:
            work.write("album_files", found.table)
        return work.result(
            {
                "dagster/row_count": len(found.files),
                "files": len(found.files),
                "megabytes": round(sum(file.bytes for file in found.files) / 1e6, 1),
                "path": dg.MetadataValue.path(os.fsencode(work.file).decode("utf-8", "backslashreplace")),
            }
        )


def _content(work: VideoWork) -> AlbumFiles:
    """What the album holds, recorded in the catalogue."""
    former = work.read("album_files")
    parts = work.archive.catalogue.paths_below(work.video.collection, album_folder(work.path) + b"/")
    found = read_files(work.collection.source, work.path, parts, former.clear() if work.force else former)
    as_file = album_file(work.path, found.files)
    work.archive.catalogue.record_content(work.video, as_file.bytes, as_file.mtime_ns, found.digest)
    return found
