"""photos: every photo of an album as an upright picture, with what its file says."""

from collections import Counter
from contextlib import closing

import dagster as dg
import polars as pl

from archive_pipeline.assets.illustrations import contact_sheet, evenly
from archive_pipeline.assets.policy import album_asset
from archive_pipeline.assets.source_album import source_album
from archive_pipeline.media.ffmpeg import find_ffmpeg
from archive_pipeline.progress import report
from archive_pipeline.resources.archive import Archive
from archive_pipeline.resources.work import VideoWork, video_work
from archive_pipeline.stages.chain import PHOTOS
from archive_pipeline.stages.photos import FormerPhotos, Row, photo_readers, read_album
from archive_pipeline.store.naming import VideoName
from archive_pipeline.store.schema import table

_PICTURES_AT_ONCE = 64


_PHOTO_TYPES, _PICTURE_TYPES = (table(name).unowned_schema for name in ("photos", "photo_pictures"))


def no_photo_is_lost(archive: Archive, album: VideoName) -> dg.AssetCheckResult:
    """Every file of the album is a photo that is ready and has a picture, or failed and has a code."""
    files = set(archive.lake.read("album_files", album, ["path"])["path"])
    rows = archive.lake.read("photos", album)
    pictures = archive.lake.read("photo_pictures", album, ["photo_id"])["photo_id"].to_list()
    ready = rows.filter(pl.col("status") == "ready")["photo_id"].to_list()
    explained = rows.filter((pl.col("status") == "ready") | pl.col("error_code").is_not_null()).height
    return dg.AssetCheckResult(
        passed=set(rows["path"]) == files and rows.height == len(files) == explained and ready == pictures,
        metadata={"files": len(files), "photos": rows.height, "pictures": len(pictures)},
    )


@album_asset(PHOTOS, kinds={"pillow", "parquet"}, deps=[source_album], checks=(no_photo_is_lost,))
def photos(context: dg.AssetExecutionContext, archive: Archive) -> dg.MaterializeResult:
    """Read every photo: what its file says, and an upright sRGB picture of it. A broken one costs itself alone."""
    with video_work(context, archive, PHOTOS) as work:
        if not work.is_current or (work.retry and "failed" in work.read("photos", "status")["status"]):
            work.is_current = False
            _read(work)
        rows = work.read("photos")
        failed = rows.filter(pl.col("status") == "failed")
        stored = work.stored(PHOTOS)
        assert stored is not None
        pictures = work.read("photo_pictures", "jpeg")["jpeg"]
        chosen = evenly(range(len(pictures)))
        return work.result(
            {
                "dagster/row_count": rows.height,
                "photos": rows.height - failed.height,
                "failed": failed.height,
                "failures": ", ".join(f"{n} {code}" for code, n in Counter(failed["error_code"]).most_common())
                or "none",
                "photos_per_second": round(rows.height / max(stored.elapsed_s, 1e-3), 1),
                **stored.notes,
                "contact_sheet": contact_sheet([pictures[place] for place in chosen], len(pictures)),
            }
        )


def _read(work: VideoWork) -> None:
    """What was read before with this code is taken over; a lost or damaged table of before takes nothing away."""
    stored = work.stored(PHOTOS)
    is_reusable = stored is not None and stored.code_version == PHOTOS.code_version and not work.force
    former = work.read("photos"), work.read("photo_pictures")
    known = FormerPhotos(*former) if is_reusable else FormerPhotos(*(rows.clear() for rows in former))
    files = work.read("album_files").drop("album")
    settings = work.archive.settings
    rows: list[Row] = []
    n_taken = 0
    batch: list[dict[str, object]] = []
    with (
        photo_readers(find_ffmpeg(settings.ffmpeg), settings.slots_dir / "photos", files.height) as readers,
        closing(read_album(work.video, work.path, work.collection.source, files, known, readers)) as found,
        work.writer("photo_pictures") as writer,
    ):
        for row, jpeg in found:
            rows.append(row)
            n_taken += row["photo_id"] in known
            if jpeg is not None:
                batch.append({"photo_id": row["photo_id"], "jpeg": jpeg})
            if len(batch) == _PICTURES_AT_ONCE:
                writer.append(pl.DataFrame(batch, schema=_PICTURE_TYPES))
                batch = []
            report("photos", len(rows) / files.height)
        writer.append(pl.DataFrame(batch, schema=_PICTURE_TYPES))
        work.notes |= {"read": files.height - n_taken, "taken_over": n_taken}
    work.write("photos", pl.DataFrame(rows, schema=_PHOTO_TYPES))
