"""video_statistics: the shape of a video and what it cost, one row; with it the video is ready."""

import dagster as dg
import polars as pl

from archive_pipeline.assets.policy import video_asset
from archive_pipeline.assets.qdrant_points import qdrant_points
from archive_pipeline.resources.archive import Archive
from archive_pipeline.resources.work import VideoWork, video_work
from archive_pipeline.stages import chain, outcomes
from archive_pipeline.stages.chain import VIDEO_STATISTICS


@video_asset(VIDEO_STATISTICS, group_name="publishing", kinds={"polars", "parquet"}, deps=[qdrant_points])
def video_statistics(context: dg.AssetExecutionContext, archive: Archive) -> dg.MaterializeResult:
    """Count the video's frames, classes, scenes and shots, sum what its stages cost, and call it ready."""
    with video_work(context, archive, VIDEO_STATISTICS) as work:
        if not work.is_current:
            work.write("video_statistics", _statistics(work))
        outcomes.record_ready(
            archive.lake, archive.catalogue, archive.index, work.video, work.plan_done, forced=work.forces_all
        )
        row = work.read("video_statistics").drop("video_id").row(0, named=True)
        return work.result({name: round(value, 3) for name, value in row.items()})


def _statistics(work: VideoWork) -> pl.DataFrame:
    shots = work.read("shots")
    start_s, end_s = work.read("decoding", "start_s", "end_s").row(0)
    duration_s = end_s - start_s
    frames_s, embeddings_s, index_s = (
        work.cost_s(stage) for stage in (chain.FRAMES, chain.EMBEDDINGS, chain.QDRANT_POINTS)
    )
    semantics_s = sum(work.cost_s(stage) for stage in (chain.CLASSES, chain.SCENES, chain.SHOTS))
    spent_s = work.cost_s(chain.SOURCE_VIDEO) + frames_s + embeddings_s + semantics_s + index_s
    labels = work.read("frame_classes", "class")["class"]
    return pl.DataFrame(
        {
            "duration_s": duration_s,
            "n_frames": len(labels),
            "n_cuts": work.read("cuts", "kind").height,
            "n_classes": work.read("classes").filter(pl.col("class") >= 0).height,
            "n_scenes": work.read("scenes", "scene").height,
            "n_shots": shots.height,
            "mean_shot_s": duration_s / shots.height,
            "shots_per_minute": 60 * shots.height / duration_s,
            "unclustered_share": (labels < 0).mean(),
            "frames_s": frames_s,
            "embeddings_s": embeddings_s,
            "semantics_s": semantics_s,
            "index_s": index_s,
            "realtime_factor": duration_s / max(spent_s, 1e-3),
        }
    )
