"""objects: what an object detector finds in the keyframes of the shots; no server."""

import html
from typing import Any

import dagster as dg
import polars as pl

from archive_pipeline.assets.illustrations import captioned_sheet
from archive_pipeline.assets.policy import analysis_asset
from archive_pipeline.assets.shots import shots
from archive_pipeline.counting import counted
from archive_pipeline.resources.archive import Archive
from archive_pipeline.resources.work import VideoWork, analysis_work
from archive_pipeline.stages.chain import OBJECTS
from archive_pipeline.stages.objects import detect_objects, detector_turn
from archive_pipeline.stages.parameters import object_parameters
from archive_pipeline.store.stills import Stills

_MOST_SHOWN = 20


# First of its run: descriptions may say what its boxes show.
@analysis_asset(OBJECTS, kinds={"torch", "parquet"}, deps=[shots], priority=1)
def objects(context: dg.AssetExecutionContext, archive: Archive) -> dg.MaterializeResult:
    """Find people, animals and things in the keyframe of each shot, with their boxes."""
    with analysis_work(context, archive, OBJECTS) as work:
        if not work.is_current:
            _detect(work)
        table = work.read("detections")
        return work.result(
            {
                "dagster/row_count": table.height,
                "shots": work.read("shots", "shot_id").height,
                "shots_with_objects": table["shot_id"].n_unique(),
                "detector": object_parameters(work.collection).detector,
                **_shown(work, table),
            }
        )


def _detect(work: VideoWork) -> None:
    parameters = object_parameters(work.collection)
    with detector_turn(parameters.detector, work.archive.settings) as detector:
        work.start_clock()
        work.notes["device"] = detector.device
        rows = detect_objects(work.lake, work.video, work.collection, detector, parameters)
    work.write("detections", rows)


def _shown(work: VideoWork, table: pl.DataFrame) -> dict[str, Any]:
    """The labels that are found in most shots, as a table, each with the picture of its surest box."""
    top = (
        table.sort("score", descending=True)
        .group_by("label", maintain_order=True)
        .agg(shots=pl.col("shot_id").n_unique(), boxes=pl.len(), pts_s=pl.col("pts_s").first())
        .sort("shots", "boxes", descending=True)
        .head(_MOST_SHOWN)
    )
    stills = Stills(work.lake)
    found = [(row, stills.at(work.video, row["pts_s"])) for row in top.iter_rows(named=True)]
    lines = [f"{row['label'][:80]}: {row['boxes']} in {counted(row['shots'], 'shot')}" for row, _ in found]
    return {
        "objects": dg.MetadataValue.md("<pre>" + html.escape("\n".join(lines) or "nothing") + "</pre>"),
        "best_of_each": captioned_sheet([(still.jpeg, row["label"]) for row, still in found if still]),
    }
