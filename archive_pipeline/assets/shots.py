"""shots: what is searched; runs in time of near frames inside a scene, divided on the exact cut."""

import dagster as dg
import polars as pl

from archive_pipeline.assets.illustrations import contact_sheet, evenly, timeline_strip
from archive_pipeline.assets.policy import video_asset
from archive_pipeline.assets.retention import apply_retention
from archive_pipeline.assets.scenes import scenes
from archive_pipeline.assets.video_facts import media_facts, span_of
from archive_pipeline.resources.archive import Archive
from archive_pipeline.resources.work import VideoWork, video_work
from archive_pipeline.semantics.identify import identify_shots
from archive_pipeline.semantics.shots import divide_into_shots
from archive_pipeline.semantics.timeline import Cuts
from archive_pipeline.stages.chain import SHOTS
from archive_pipeline.stages.parameters import shot_parameters
from archive_pipeline.store.arrays import embedding_matrix, embedding_rows
from archive_pipeline.store.naming import VideoName
from archive_pipeline.store.stills import Stills


def shots_tile_the_video(archive: Archive, video: VideoName) -> dg.AssetCheckResult:
    """Shots are in order, without overlap or gap, from the video's first frame to the end of its last."""
    table = archive.lake.read("shots", video).sort("shot")
    start_s, end_s = archive.lake.read("decoding", video, ["start_s", "end_s"]).row(0)
    gaps = (table["start_s"] - table["end_s"].shift(1)).drop_nulls()
    passed = (
        bool((gaps == 0).all())
        and bool((table["end_s"] > table["start_s"]).all())
        and (table["start_s"][0], table["end_s"][-1]) == (start_s, end_s)
        and table["shot"].to_list() == list(range(table.height))
    )
    return dg.AssetCheckResult(passed=passed, metadata={"shots": table.height, "gaps": int((gaps != 0).sum())})


def shots_nest(archive: Archive, video: VideoName) -> dg.AssetCheckResult:
    """Every shot lies in one scene of its class, every scene in one class, and every frame in its shot."""
    table = archive.lake.read("shots", video)
    within = table.join(archive.lake.read("scenes", video), on=["scene", "class"], suffix="_scene").filter(
        (pl.col("start_s") >= pl.col("start_s_scene")) & (pl.col("end_s") <= pl.col("end_s_scene"))
    )
    known = set(archive.lake.read("classes", video)["class"]) | {-1}
    strangers = set(table["class"]) - known
    frames = archive.lake.read("frames", video).join(table, on=["shot", "scene", "class"], suffix="_shot")
    astray = frames.height != archive.lake.read("pictures", video, ["frame"]).height
    return dg.AssetCheckResult(
        passed=within.height == table.height and not strangers and not astray,
        metadata={"shots": table.height, "nested": within.height, "unknown_classes": len(strangers)},
    )


@video_asset(
    SHOTS, group_name="semantics", kinds={"numpy", "parquet"}, deps=[scenes], checks=(shots_tile_the_video, shots_nest)
)
def shots(context: dg.AssetExecutionContext, archive: Archive) -> dg.MaterializeResult:
    """Divide the scenes into shots: hard cuts always divide, semantic change divides further; pool and name them."""
    with video_work(context, archive, SHOTS) as work:
        if not work.is_current:
            _divide(work)
        keyframes = _keyframes(work)
        apply_retention(work)
        table = work.read("shots")
        lengths_s = (table["end_s"] - table["start_s"]).to_numpy()
        return work.result(
            {
                "dagster/row_count": table.height,
                "shots": table.height,
                "mean_shot_s": round(float(lengths_s.mean()), 2),
                "mean_cohesion": round(float(table["cohesion"].to_numpy().mean()), 4),
                "contact_sheet": contact_sheet(keyframes, table.height),
                "timeline": timeline_strip(work.read("classes"), work.read("scenes"), table),
            }
        )


def _divide(work: VideoWork) -> None:
    span = span_of(work)
    pictures = work.read("pictures", "pts_s", "leader")
    found = divide_into_shots(
        embedding_matrix(work.read("embeddings")),
        pictures["pts_s"].to_numpy(),
        work.read("scenes").drop("video_id"),
        Cuts.from_table(work.read("cuts")),
        span,
        shot_parameters(work.collection),
        pictures["leader"].to_list(),
    )
    facts = media_facts(work)
    table = identify_shots(
        found.table,
        work.video_id,
        work.read("media", "sha256").item(),
        facts.source_timecode,
        facts.drop_frame,
        facts.frame_rate,
        span[0],
    )
    work.write("shot_embeddings", embedding_rows("shot_id", table["shot_id"].to_list(), found.embeddings))
    work.write("frames", found.frames)
    work.write("shots", table)


def _keyframes(work: VideoWork) -> list[bytes]:
    """Keyframes for the contact sheet, those that are there: of three hours some thousand would be in memory."""
    stills = Stills(work.lake)
    times_s = work.read("shots", "keyframe_s")["keyframe_s"].to_list()
    found = (stills.at(work.video, time_s) for time_s in evenly(times_s))
    return [still.jpeg for still in found if still]
