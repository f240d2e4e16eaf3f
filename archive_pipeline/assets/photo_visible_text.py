"""photo_visible_text: what is written in the photos; no server."""

import dagster as dg
import polars as pl

from archive_pipeline.assets.photos import photos
from archive_pipeline.assets.policy import analysis_asset
from archive_pipeline.assets.visible_text import shown_texts
from archive_pipeline.language.visible_text import get_reader
from archive_pipeline.media.ffmpeg import find_ffmpeg
from archive_pipeline.media.photos.reading import PhotoReaders
from archive_pipeline.resources.archive import Archive
from archive_pipeline.resources.photo_work import former_rows, photo_fingerprint, wants_photos
from archive_pipeline.resources.work import VideoWork, analysis_work
from archive_pipeline.stages.chain import PHOTO_VISIBLE_TEXT
from archive_pipeline.stages.photo_files import PhotoFiles, PhotoPictures
from archive_pipeline.stages.photo_visible_text import read_photos


@analysis_asset(PHOTO_VISIBLE_TEXT, kinds={"onnx", "parquet"}, deps=[photos])
def photo_visible_text(context: dg.AssetExecutionContext, archive: Archive) -> dg.MaterializeResult:
    """Read signs, captions and dates off the photos, each with its box. What was read of a photo before is kept."""
    with analysis_work(context, archive, PHOTO_VISIBLE_TEXT) as work:
        if wants_photos(work, "photo_readings"):
            _read(work, context.run.run_id)
        readings, texts = work.read("photo_readings"), work.read("visible_texts")
        failed = readings.drop_nulls("error_code")
        if failed.height:
            context.log.warning(f"{work.video_id}: not read: {'; '.join(failed['error'].head(5))}")
        stored = work.stored(PHOTO_VISIBLE_TEXT)
        return work.result(
            {
                "dagster/row_count": texts.height,
                "photos": readings.height,
                "photos_with_text": texts["shot_id"].n_unique(),
                "failed": failed.height,
                **(stored.notes if stored else {}),
                "texts": shown_texts(texts),
            }
        )


def _read(work: VideoWork, run_id: str) -> None:
    reader = get_reader()
    work.start_clock()
    ready = work.read("photos").filter(pl.col("status") == "ready")
    with work.journal() as journal:
        with PhotoReaders(find_ffmpeg(work.archive.settings.ffmpeg), 1) as readers:
            files = PhotoFiles(work.path, work.collection.source, readers)
            found, n_read = read_photos(
                ready["photo_id"].to_list(),
                PhotoPictures(files, work.collection.name, ready),
                reader,
                journal,
                photo_fingerprint(work, run_id),
                former_rows(work, "photo_readings", "visible_texts"),
            )
        work.notes |= {"device": reader.device, "read": n_read, "taken_over": ready.height - n_read}
        work.write("photo_readings", found.looked_at)  # when the reader has ended, so that what it costs is counted
        work.write("visible_texts", found.found)
    journal.delete()
