"""An evaluation that ran outside a Dagster run is still an event of its asset, so that the UI plots it."""

from typing import TYPE_CHECKING

import dagster as dg

from archive_pipeline.assets.evaluation import evaluation_key, evaluation_metadata
from archive_pipeline.automation.instance import environment
from archive_pipeline.settings import Settings, adopt_environment

if TYPE_CHECKING:
    from archive_pipeline.evaluation.of_collection import Judgement


def record_evaluation(settings: Settings, collection: str, judged: "Judgement") -> None:
    """Report the asset evaluation/<collection> as materialized, with its figures."""
    adopt_environment(environment(settings))
    with dg.DagsterInstance.get() as instance:
        instance.report_runless_asset_event(
            dg.AssetMaterialization(evaluation_key(collection), metadata=evaluation_metadata(judged))
        )
