"""objects: what an object detector finds in the keyframes of the shots; no server."""

import html
from collections.abc import Callable
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
        table, stills = work.read("detections"), Stills(work.lake)
        return work.result(
            {
                "dagster/row_count": table.height,
                "shots": work.read("shots", "shot_id").height,
                "shots_with_objects": table["shot_id"].n_unique(),
                "detector": object_parameters(work.collection).detector,
                **shown_objects(table, "shot", lambda row: _keyframe(stills, work, row["pts_s"])),
            }
        )


def _detect(work: VideoWork) -> None:
    parameters = object_parameters(work.collection)
    with detector_turn(parameters.detector, work.archive.settings) as detector:
        work.start_clock()
        work.notes["device"] = detector.device
        rows = detect_objects(work.lake, work.video, work.collection, detector, parameters)
    work.write("detections", rows)


def _keyframe(stills: Stills, work: VideoWork, pts_s: float) -> bytes | None:
    found = stills.at(work.video, pts_s)
    return found.jpeg if found else None


def shown_objects(table: pl.DataFrame, unit: str, picture: Callable[[dict[str, Any]], bytes | None]) -> dict[str, Any]:
    """The labels that are found in most shots, or photos, as a table, each with the picture of its surest box."""
    top = (
        table.sort("score", descending=True)
        .group_by("label", maintain_order=True)
        .agg(pl.col("shot_id", "pts_s").first(), shots=pl.col("shot_id").n_unique(), boxes=pl.len())
        .sort("shots", "boxes", descending=True)
        .head(_MOST_SHOWN)
    )
    found = [(row, picture(row)) for row in top.iter_rows(named=True)]
    lines = [f"{row['label'][:80]}: {row['boxes']} in {counted(row['shots'], unit)}" for row, _ in found]
    return {
        "objects": dg.MetadataValue.md("<pre>" + html.escape("\n".join(lines) or "nothing") + "</pre>"),
        "best_of_each": captioned_sheet([(jpeg, row["label"]) for row, jpeg in found if jpeg]),
    }
