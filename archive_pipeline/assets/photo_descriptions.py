"""photo_descriptions: what a vision-language model says of each photo."""

import dagster as dg
import polars as pl

from archive_pipeline.assets.described_pictures import Subjects, describe_subjects, described
from archive_pipeline.assets.photos import photos
from archive_pipeline.assets.policy import analysis_asset
from archive_pipeline.language.descriptions.parts import parts_of_shots
from archive_pipeline.media.ffmpeg import find_ffmpeg
from archive_pipeline.resources.archive import Archive
from archive_pipeline.resources.encoder import EncoderResource
from archive_pipeline.resources.work import VideoWork, analysis_work
from archive_pipeline.stages.chain import PHOTO_DESCRIPTIONS
from archive_pipeline.stages.parameters import describes_objects
from archive_pipeline.stages.photo_files import PhotoFiles, PhotoPictures
from archive_pipeline.stages.photos import photo_readers
from archive_pipeline.store.stills import Stills


@analysis_asset(PHOTO_DESCRIPTIONS, kinds={"vllm", "parquet"}, deps=[photos])
def photo_descriptions(
    context: dg.AssetExecutionContext, archive: Archive, encoder: EncoderResource
) -> dg.MaterializeResult:
    """Ask a VLM server about the photos that have no description yet, and keep every answer, refusals too."""
    with analysis_work(context, archive, PHOTO_DESCRIPTIONS) as work:
        ready = work.read("photos").filter(pl.col("status") == "ready")
        if not work.is_current or not work.read("descriptions", "shot_id")["shot_id"].equals(ready["photo_id"]):
            work.is_current = False  # photos that failed when they were read first may be ready now
            _describe(work, encoder, context.run.run_id, ready)
        return described(context, work)


def _describe(work: VideoWork, encoder: EncoderResource, run_id: str, ready: pl.DataFrame) -> None:
    settings, stills = work.archive.settings, Stills(work.lake)
    with work.journal() as journal:
        with photo_readers(find_ffmpeg(settings.ffmpeg), settings.slots_dir / "photos", ready.height) as readers:
            files = PhotoFiles(work.path, work.collection.source, readers)
            subjects = Subjects(
                "photo",
                ready["photo_id"].to_list(),
                PhotoPictures(files, work.collection.name, ready).sent,
                lambda photo_id, _: stills.of_photo(work.video, photo_id),
                ("photo_embeddings", "photo_embeddings"),
                # an id holds the photo's content, and parameters the detector: a change of the album asks nothing twice
                work.parameters,
                parts_of_shots(work.read("detections")) if describes_objects(work.collection) else {},
            )
            rows = describe_subjects(work, encoder, run_id, subjects, journal)
        work.write("descriptions", rows)  # when the readers have ended, so that what they cost is counted
    journal.delete()
