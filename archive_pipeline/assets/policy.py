"""What all assets of a video share: partitions, owners, retries, code version and column schema."""

import functools
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

import dagster as dg

from archive_pipeline.resources.archive import Archive
from archive_pipeline.resources.work import PASSING_ERRORS, explained_work
from archive_pipeline.stages.chain import ALBUM_ANALYSES, ALBUM_CHAIN, Stage
from archive_pipeline.store import schema
from archive_pipeline.store.naming import VideoName

VIDEOS = dg.DynamicPartitionsDefinition(name="videos")
"""One partition per video of the archive; the key is `<collection>/<escaped path>`."""

ALBUMS = dg.DynamicPartitionsDefinition(name="albums")
"""One partition per album of photos; the key is `<collection>/<escaped folder>/`."""

PHOTOS_GROUP = "photos"
"""The assets of albums."""


def partitions_of(video: VideoName) -> dg.DynamicPartitionsDefinition:
    return ALBUMS if video.is_album else VIDEOS


OWNERS = ["team:archive"]

WORDS_GROUP = "words"
"""The analyses: assets beside the chains, in the jobs describe_video and describe_album."""

ORGANISATION_GROUP = "organisation"
"""The assets `organisation/<collection>`; their keys begin with it."""

_PRIORITY_TAG = "dagster/priority"

QUEUE_TAG = "dagster-celery/queue"

CPU_TAGS: Mapping[str, str] = {QUEUE_TAG: "cpu"}
"""What Celery must see on every job of videos: runs load no model, they ask an encoder (ARCHIVE_ENCODER_URL)."""

GPU_TAGS: Mapping[str, str] = {
    QUEUE_TAG: "gpu",
    "dagster-k8s/config": json.dumps({"container_config": {"resources": {"limits": {"nvidia.com/gpu": "1"}}}}),
}
"""What they must see, Kubernetes too, on runs that use a GPU in their own process: decoding by NVDEC, TransNetV2,
detectors."""


VideoAsset: TypeAlias = Callable[..., dg.MaterializeResult]
VideoCheck: TypeAlias = Callable[[Archive, VideoName], dg.AssetCheckResult]
"""An invariant of what the stage wrote for a video. Its name and docstring are those of the asset check."""


def column_schema(table: str) -> dict[str, Any]:
    """The schema of a table as Dagster shows it, from `sql/`."""
    columns = [
        dg.TableColumn(column.name, column.sql_type, description=column.comment)
        for column in schema.table(table).columns
    ]
    return {"dagster/column_schema": dg.TableSchema(columns=columns)}


def video_asset(
    stage: Stage,
    *,
    group_name: str,
    kinds: set[str],
    deps: Sequence[dg.AssetsDefinition] = (),
    checks: Sequence[VideoCheck] = (),
    priority: int = 0,
) -> Callable[[VideoAsset], dg.AssetsDefinition]:
    """`dg.asset` for one stage of the chain, partitioned by video; a video that breaks an invariant goes no further."""
    decorate = dg.asset(
        name=stage.name,
        partitions_def=ALBUMS if stage in (*ALBUM_CHAIN, *ALBUM_ANALYSES) else VIDEOS,
        group_name=group_name,
        kinds=kinds,
        deps=list(deps),
        owners=OWNERS,
        code_version=stage.code_version,
        retry_policy=PASSING_ERRORS,
        check_specs=[_spec(stage, check) for check in checks],
        op_tags={**CPU_TAGS, _PRIORITY_TAG: str(priority)} if priority else CPU_TAGS,
        metadata={**column_schema(stage.tables[-1]), "tables": ", ".join(stage.tables)},
    )
    return lambda asset: decorate(_checked(stage, asset, checks) if checks else asset)


def album_asset(
    stage: Stage,
    *,
    kinds: set[str],
    deps: Sequence[dg.AssetsDefinition] = (),
    checks: Sequence[VideoCheck] = (),
) -> Callable[[VideoAsset], dg.AssetsDefinition]:
    """`dg.asset` for one stage of the chain of photos, partitioned by album."""
    return video_asset(stage, group_name=PHOTOS_GROUP, kinds=kinds, deps=deps, checks=checks)


def analysis_asset(
    stage: Stage,
    *,
    kinds: set[str],
    deps: Sequence[dg.AssetsDefinition],
    priority: int = 0,
) -> Callable[[VideoAsset], dg.AssetsDefinition]:
    """`dg.asset` for what is said about a finished video, or album, partitioned by it. One of a higher `priority` is
    done before the others of its run. Where it fails they are done all the same, as they would not be with `deps`; one
    that reads it (`stage_inputs`) fails for want of it, or is held up with it (`stages/preflight.py`)."""
    return video_asset(stage, group_name=WORDS_GROUP, kinds=kinds, deps=deps, priority=priority)


def _spec(stage: Stage, check: VideoCheck) -> dg.AssetCheckSpec:
    return dg.AssetCheckSpec(check.__name__, asset=stage.name, blocking=True, description=check.__doc__)


def _checked(stage: Stage, asset: VideoAsset, checks: Sequence[VideoCheck]) -> VideoAsset:
    """The asset's function, followed by its checks: steps of their own would cost as much as the work does."""

    @functools.wraps(asset)
    def checked(context: dg.AssetExecutionContext, archive: Archive, **resources: Any) -> dg.MaterializeResult:
        result = asset(context, archive=archive, **resources)
        with explained_work(context, archive, stage) as work:  # a table that cannot be read is no bug of the check
            found = [check(archive, work.video)._replace(check_name=check.__name__) for check in checks]
        return result._replace(check_results=found)

    return checked
