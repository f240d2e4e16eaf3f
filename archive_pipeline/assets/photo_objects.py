"""photo_objects: what an object detector finds in the photos; no server."""

import dagster as dg

from archive_pipeline.assets.objects import shown_objects
from archive_pipeline.assets.photos import photos
from archive_pipeline.assets.policy import analysis_asset
from archive_pipeline.resources.archive import Archive
from archive_pipeline.resources.photo_work import former_rows, photo_fingerprint, wants_photos
from archive_pipeline.resources.work import VideoWork, analysis_work
from archive_pipeline.stages.chain import PHOTO_OBJECTS
from archive_pipeline.stages.objects import detector_turn
from archive_pipeline.stages.parameters import object_parameters
from archive_pipeline.stages.photo_objects import detect_in_photos
from archive_pipeline.store.stills import Stills


# First of its run: descriptions may say what its boxes show.
@analysis_asset(PHOTO_OBJECTS, kinds={"torch", "parquet"}, deps=[photos], priority=1)
def photo_objects(context: dg.AssetExecutionContext, archive: Archive) -> dg.MaterializeResult:
    """Find people, animals and things in the photos, with their boxes. What was found in a photo before is kept."""
    with analysis_work(context, archive, PHOTO_OBJECTS) as work:
        if wants_photos(work, "photo_viewings"):
            _detect(work, context.run.run_id)
        seen, boxes = work.read("photo_viewings"), work.read("detections")
        failed = seen.drop_nulls("error_code")
        if failed.height:
            context.log.warning(f"{work.video_id}: not looked at: {'; '.join(failed['error'].head(5))}")
        stored, stills = work.stored(PHOTO_OBJECTS), Stills(work.lake)
        return work.result(
            {
                "dagster/row_count": boxes.height,
                "photos": seen.height,
                "photos_with_objects": boxes["shot_id"].n_unique(),
                "failed": failed.height,
                "detector": object_parameters(work.collection).detector,
                **(stored.notes if stored else {}),
                **shown_objects(boxes, "photo", lambda row: stills.of_photo(work.video, row["shot_id"])),
            }
        )


def _detect(work: VideoWork, run_id: str) -> None:
    parameters = object_parameters(work.collection)
    with detector_turn(parameters.detector, work.archive.settings) as detector:
        work.start_clock()
        with work.journal() as journal:
            former = former_rows(work, "photo_viewings", "detections")
            asked = photo_fingerprint(work, run_id)
            rows, n_seen = detect_in_photos(work.lake, work.video, detector, parameters, journal, asked, former)
            taken_over = rows.looked_at.height - rows.looked_at["error_code"].count() - n_seen
            work.notes |= {"device": detector.device, "looked_at": n_seen, "taken_over": taken_over}
            work.write("photo_viewings", rows.looked_at)
            work.write("detections", rows.found)
    journal.delete()
