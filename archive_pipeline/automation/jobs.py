"""The jobs: one video, or one album of photos, through its chain, publishing, withdrawing what vanished."""

from collections.abc import Mapping

import dagster as dg
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

from archive_pipeline.assets.policy import ALBUMS, CPU_TAGS, VIDEOS, partitions_of
from archive_pipeline.collections.model import Kind
from archive_pipeline.resources.archive import Archive
from archive_pipeline.stages import outcomes
from archive_pipeline.stages.chain import ALBUM_ANALYSES, ALBUM_CHAIN, CHAIN, VIDEO_ANALYSES
from archive_pipeline.store.naming import VideoName

ingest_video = dg.define_asset_job(
    "ingest_video",
    selection=dg.AssetSelection.assets(*(stage.name for stage in CHAIN)),
    description="One video through the whole chain: probe, decode, encode, cluster, index, count. Stages whose "
    "inputs and parameters have not changed are not computed again; the tag archive/force computes them all.",
    partitions_def=VIDEOS,
    executor_def=dg.in_process_executor,
    tags=CPU_TAGS,
)

ingest_album = dg.define_asset_job(
    "ingest_album",
    selection=dg.AssetSelection.assets(*(stage.name for stage in ALBUM_CHAIN)),
    description="One album of photos through the whole chain: read, decode, encode, index, count. Photos that have not "
    "changed are not decoded or encoded again; the tag archive/force does all of them.",
    partitions_def=ALBUMS,
    executor_def=dg.in_process_executor,
    tags=CPU_TAGS,
)

INGEST_JOBS: Mapping[Kind, UnresolvedAssetJobDefinition] = {"videos": ingest_video, "photos": ingest_album}

DESCRIBE_TAG = "archive/describe"
"""Marks runs of describe_video and describe_album, so that the queue can keep slots free for ingests (dagster.yaml)."""

describe_video = dg.define_asset_job(
    "describe_video",
    selection=dg.AssetSelection.assets(*(stage.name for stage in VIDEO_ANALYSES)),
    description="What is in a finished video, in words and boxes, and where its footage is seen elsewhere: concepts, "
    "objects, visible text, reuses, transcript, descriptions, summaries, findings, second opinions. Each is kept on "
    "its own: what is there is not asked for again, and one that fails holds no other up.",
    partitions_def=VIDEOS,
    executor_def=dg.in_process_executor,
    tags={DESCRIBE_TAG: "true", **CPU_TAGS},
)

describe_album = dg.define_asset_job(
    "describe_album",
    selection=dg.AssetSelection.assets(*(stage.name for stage in ALBUM_ANALYSES)),
    description="What is in the photos of a finished album, in words and boxes: objects, visible text, descriptions. "
    "What is there of a photo is not asked for again, and an analysis that fails holds no other up.",
    partitions_def=ALBUMS,
    executor_def=dg.in_process_executor,
    tags={DESCRIBE_TAG: "true", **CPU_TAGS},
)

DESCRIBE_JOBS: Mapping[Kind, UnresolvedAssetJobDefinition] = {"videos": describe_video, "photos": describe_album}

publish = dg.define_asset_job(
    "publish",
    selection=dg.AssetSelection.assets("warehouse"),
    description="Publish a new DuckDB snapshot with the videos that changed since the last one.",
    executor_def=dg.in_process_executor,
)


class Withdrawal(dg.Config):
    """Which videos to withdraw, as partition keys."""

    videos: list[str]


@dg.op(tags={"archive/kind": "withdrawal"})
def withdraw(context: dg.OpExecutionContext, archive: Archive, config: Withdrawal) -> None:
    """Take the points and rows of vanished videos out of the index and the next snapshot, one log line each."""
    videos = [VideoName.from_partition_key(key) for key in config.videos]
    outcomes.record_removals(archive.lake, archive.catalogue, archive.index, videos)
    for key, video in zip(config.videos, videos, strict=True):
        context.instance.delete_dynamic_partition(partitions_of(video).name or "", key)
        context.log.info(f"withdrawn: {video.video_id}")


@dg.job(
    executor_def=dg.in_process_executor,
    description="Withdraw videos whose files have vanished from their source.",
)
def withdraw_videos() -> None:
    """One op; the videos come as its configuration."""
    withdraw()
