"""The whole of `archive-pipeline evaluate`: open the truth, judge the collection, write the figures down."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from archive_pipeline.collections.model import Collection
from archive_pipeline.encoders.protocol import JointEncoder
from archive_pipeline.evaluation.evaluation import Evaluation, evaluate
from archive_pipeline.evaluation.ledger import write_down
from archive_pipeline.evaluation.peers import Peer
from archive_pipeline.evaluation.results import video_results
from archive_pipeline.evaluation.truth_formats import open_truth
from archive_pipeline.store.catalogue import Catalogue
from archive_pipeline.store.lake import Lake


@dataclass(frozen=True)
class Judgement:
    """An evaluation as it was written down."""

    truth: str
    evaluation: Evaluation
    rows: pl.DataFrame
    """Its rows in the table `evaluations`."""


def evaluate_collection(
    lake: Lake,
    catalogue: Catalogue,
    collection: Collection,
    truth_path: Path,
    encoder: JointEncoder | None,
    *,
    ffmpeg: Path,
    seed: int = 0,
    peers: Mapping[str, Peer] | None = None,
) -> Judgement:
    """Judge the ready videos of a collection. Raises what `opening.open_truth` and `results.video_results` raise."""
    videos = video_results(lake, catalogue, collection)
    truth = open_truth(truth_path, videos, seed)
    evaluation = evaluate(truth, videos, lake, encoder, seed=seed, ffmpeg=ffmpeg, peers=peers or {})
    return Judgement(truth.name, evaluation, write_down(lake, collection, truth.name, seed, evaluation))
