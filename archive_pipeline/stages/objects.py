"""The objects of one video: a detector's boxes in the keyframe of each of its shots."""

from collections.abc import Iterator
from contextlib import contextmanager

import polars as pl

from archive_pipeline import progress
from archive_pipeline.collections.model import Collection
from archive_pipeline.detectors import Detector, ObjectParameters, Seen, get_detector, known_checkpoint
from archive_pipeline.locking import file_lock
from archive_pipeline.settings import Settings
from archive_pipeline.stages.chain import OBJECTS
from archive_pipeline.stages.kept_pictures import not_kept
from archive_pipeline.store.lake import Lake
from archive_pipeline.store.naming import VideoName
from archive_pipeline.store.schema import table
from archive_pipeline.store.stills import Still, Stills


@contextmanager
def detector_turn(name: str, settings: Settings) -> Iterator[Detector]:
    """The detector of this process, and the only one that works on this machine's device while the block runs: a model
    uses all cores, or the whole GPU, by itself. Who dies lets go. Raises ConfigurationError as `get_detector` does."""
    checkpoint = known_checkpoint(name, settings.detectors)
    with file_lock(
        settings.slots_dir / f"detector-{settings.device}.lock",
        on_wait=lambda who: progress.report(f"waits for the detector, which works for {who}", None),
    ):
        yield get_detector(checkpoint, settings.device)


def detect_objects(
    lake: Lake, video: VideoName, collection: Collection, detector: Detector, parameters: ObjectParameters
) -> pl.DataFrame:
    """The table `detections` of the video without its column video_id, in order of the shots, then best first.

    Raises as `not_kept` does, and what the detector raises.
    """
    shots = lake.read("shots", video, ["shot_id", "keyframe_s"])
    stills: list[Still] = []

    def keyframes() -> Iterator[bytes]:
        pictures = Stills(lake)
        for number, time_s in enumerate(shots["keyframe_s"]):
            still = pictures.at(video, time_s)
            if still is None:
                raise not_kept(OBJECTS, video, collection)
            progress.report("objects", number / shots.height)
            stills.append(still)
            yield still.jpeg

    seen = detector.detect(keyframes(), parameters.min_score)
    rows = [
        row
        for shot_id, still, picture in zip(shots["shot_id"], stills, seen, strict=True)
        for row in box_rows(shot_id, still.pts_s, picture, parameters)
    ]
    return pl.DataFrame(rows, schema=table("detections").unowned_schema, orient="row")


def box_rows(shot_id: str, pts_s: float, seen: Seen, parameters: ObjectParameters) -> Iterator[tuple[object, ...]]:
    """Rows of `detections` of one picture: boxes as fractions of its sides."""
    for one in seen.things:
        across, down = (one.x0 / seen.width, one.x1 / seen.width), (one.y0 / seen.height, one.y1 / seen.height)
        yield shot_id, pts_s, parameters.detector, one.label, one.score, across[0], down[0], across[1], down[1]
