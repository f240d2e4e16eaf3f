"""classes: sets of frames of one video that look alike, whatever their time."""

import dagster as dg
import polars as pl

from archive_pipeline.assets.embeddings import embeddings
from archive_pipeline.assets.policy import video_asset
from archive_pipeline.assets.video_facts import span_of
from archive_pipeline.resources.archive import Archive
from archive_pipeline.resources.work import video_work
from archive_pipeline.semantics.classes import cluster_frames
from archive_pipeline.stages.chain import CLASSES
from archive_pipeline.stages.parameters import class_parameters
from archive_pipeline.store.arrays import embedding_matrix


@video_asset(CLASSES, group_name="semantics", kinds={"numpy", "parquet"}, deps=[embeddings])
def classes(context: dg.AssetExecutionContext, archive: Archive) -> dg.MaterializeResult:
    """Cluster the frames (coarse HDBSCAN): frames near in the joint space form a class; the rest is noise, -1."""
    with video_work(context, archive, CLASSES) as work:
        if not work.is_current:
            matrix = embedding_matrix(work.read("embeddings"))
            pts_s = work.read("pictures", "pts_s")["pts_s"].to_numpy()
            found = cluster_frames(matrix, pts_s, span_of(work), class_parameters(work.collection))
            work.write("classes", found.table)
            work.write(
                "frame_classes",
                pl.DataFrame({"class": found.labels}).with_row_index("frame"),
            )
        table = work.read("classes").filter(pl.col("class") >= 0).sort("share", descending=True)
        labels = work.read("frame_classes", "class")["class"].to_numpy()
        return work.result(
            {
                "dagster/row_count": len(labels),
                "classes": table.height,
                "unclustered_share": round(float((labels < 0).mean()), 4),
                "largest_share": round(max(table["share"], default=0.0), 4),
            }
        )
