"""What all assets of a video share: partitions, owners, retries, code version and column schema."""

import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import dagster as dg

from archive_pipeline.resources.work import PASSING_ERRORS
from archive_pipeline.stages.chain import Stage
from archive_pipeline.store import schema

VIDEOS = dg.DynamicPartitionsDefinition(name="videos")
"""One partition per video of the archive; the key is `<collection>/<escaped path>`."""

OWNERS = ["team:archive"]

WORDS_GROUP = "words"
"""The analyses: assets beside the ingest chain, in the job describe_video."""

GPU_POOL = "gpu"

GPU_TAGS: Mapping[str, Any] = {
    "dagster-celery/queue": "gpu",
    "dagster-k8s/config": {"container_config": {"resources": {"limits": {"nvidia.com/gpu": "1"}}}},
}
"""What Celery and Kubernetes must see: on the op and, because in-process runs ignore tags of ops, on the job."""


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
    pool: str | None = None,
    op_tags: Mapping[str, Any] | None = None,
) -> Callable[[Callable[..., dg.MaterializeResult]], dg.AssetsDefinition]:
    """`dg.asset` for one stage of the chain, partitioned by video."""
    return dg.asset(
        name=stage.name,
        partitions_def=VIDEOS,
        group_name=group_name,
        kinds=kinds,
        deps=list(deps),
        owners=OWNERS,
        code_version=stage.code_version,
        retry_policy=PASSING_ERRORS,
        pool=pool,
        op_tags=op_tags,
        metadata={**column_schema(stage.tables[-1]), "tables": ", ".join(stage.tables)},
    )


def analysis_asset(
    stage: Stage,
    *,
    kinds: set[str],
    deps: Sequence[dg.AssetsDefinition],
    pool: str | None = None,
    op_tags: Mapping[str, Any] | None = None,
) -> Callable[[Callable[..., dg.MaterializeResult]], dg.AssetsDefinition]:
    """`dg.asset` for what is said about a finished video, partitioned by video."""
    return video_asset(stage, group_name=WORDS_GROUP, kinds=kinds, deps=deps, pool=pool, op_tags=op_tags)


def video_check(
    asset: dg.AssetsDefinition,
) -> Callable[[Callable[..., dg.AssetCheckResult]], dg.AssetChecksDefinition]:
    """`dg.asset_check` per video; a video that breaks an invariant goes no further."""
    with warnings.catch_warnings():  # checks per partition are a preview of Dagster 1.13, which is pinned
        warnings.simplefilter("ignore", dg.PreviewWarning)

    def decorate(check: Callable[..., dg.AssetCheckResult]) -> dg.AssetChecksDefinition:
        with warnings.catch_warnings():  # checks per partition are a preview of Dagster 1.13, which is pinned
            warnings.simplefilter("ignore", dg.PreviewWarning)
            return dg.asset_check(asset=asset, blocking=True, partitions_def=VIDEOS)(check)

    return decorate
