"""scenes: maximal runs in time of one class."""

import dagster as dg

from archive_pipeline.assets.classes import classes
from archive_pipeline.assets.policy import video_asset
from archive_pipeline.assets.video_facts import span_of
from archive_pipeline.resources.archive import Archive
from archive_pipeline.resources.work import video_work
from archive_pipeline.semantics.scenes import diarize
from archive_pipeline.semantics.timeline import Cuts
from archive_pipeline.stages.chain import SCENES
from archive_pipeline.stages.parameters import scene_parameters


@video_asset(SCENES, group_name="semantics", kinds={"numpy", "parquet"}, deps=[classes])
def scenes(context: dg.AssetExecutionContext, archive: Archive) -> dg.MaterializeResult:
    """Diarize the classes: maximal runs in time of one class, boundaries on cuts where there are any."""
    with video_work(context, archive, SCENES) as work:
        if not work.is_current:
            labels = work.read("frame_classes", "class")["class"].to_numpy()
            pts_s = work.read("pictures", "pts_s")["pts_s"].to_numpy()
            cuts = Cuts.from_table(work.read("cuts"))
            work.write("scenes", diarize(labels, pts_s, span_of(work), cuts, scene_parameters(work.collection)))
        table = work.read("scenes")
        lengths_s = (table["end_s"] - table["start_s"]).to_numpy()
        return work.result(
            {
                "dagster/row_count": table.height,
                "scenes": table.height,
                "mean_scene_s": round(float(lengths_s.mean()), 2),
            }
        )
