"""evaluation/<collection>: the scores of a collection whose file names its truth; the UI plots them over time."""

from pathlib import Path
from typing import TYPE_CHECKING

import dagster as dg

from archive_pipeline.assets.policy import OWNERS
from archive_pipeline.assets.video_statistics import video_statistics
from archive_pipeline.collections.model import Collection
from archive_pipeline.media.ffmpeg import find_ffmpeg
from archive_pipeline.resources.archive import Archive
from archive_pipeline.resources.encoder import EncoderResource

if TYPE_CHECKING:
    from archive_pipeline.evaluation.of_collection import Judgement

_PLOTTED = frozenset(
    {"f1", "recall", "precision", "v_measure", "adjusted_rand_index", "r_at_1", "r_at_10", "mrr", "shots_per_minute"}
)


class EvaluationConfig(dg.Config):
    """How a collection is evaluated."""

    seed: int = 0
    """Draws the queries from the truth; the same seed asks the same."""
    peers: bool = False
    """Also run PySceneDetect and TransNetV2 on the same files."""


def evaluation_key(collection: str) -> dg.AssetKey:
    return dg.AssetKey(["evaluation", collection])


def evaluation_asset(collection: Collection, truth: Path) -> dg.AssetsDefinition:
    """The asset that evaluates one collection against `truth`, or what the collection's file names by then."""

    @dg.asset(
        key=evaluation_key(collection.name),
        group_name="evaluation",
        kinds={"python", "parquet"},
        deps=[video_statistics],
        owners=list(collection.owners) or OWNERS,
        description=f"Scores of {collection.title}: boundaries, classes, scenes and retrieval against {truth}.",
        code_version="1",
    )
    def evaluation(
        context: dg.AssetExecutionContext, config: EvaluationConfig, archive: Archive, encoder: EncoderResource
    ) -> dg.MaterializeResult:
        from archive_pipeline.evaluation.of_collection import evaluate_collection  # scikit-learn
        from archive_pipeline.evaluation.peers import other_tools

        present = archive.collection(collection.name)
        judged = evaluate_collection(
            archive.lake,
            archive.catalogue,
            present,
            present.truth or truth,
            encoder.get(present.model),
            ffmpeg=find_ffmpeg(archive.settings.ffmpeg),
            seed=config.seed,
            peers=other_tools() if config.peers else None,
        )
        if judged.evaluation.missing:
            context.log.warning(f"not ready, and so not judged: {', '.join(judged.evaluation.missing[:20])}")
        return dg.MaterializeResult(metadata=evaluation_metadata(judged))

    return evaluation


def evaluation_metadata(judged: "Judgement") -> dict[str, float | int | str]:
    """Numbers by name, which the UI plots over time: the figures for all queries together, not those of each width."""
    shown: dict[str, float | int | str] = {"truth": judged.truth, "videos": judged.evaluation.n_videos}
    for score in judged.evaluation.scores:
        if score.metric in _PLOTTED and score.width is None:
            shown[score.label] = round(score.value, 4)
    return shown
