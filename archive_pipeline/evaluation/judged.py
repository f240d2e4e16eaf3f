"""A run of the documentalists' test as an evaluation: its figures become rows of `evaluations`."""

from dataclasses import replace

import polars as pl

from archive_pipeline.collections.model import Collection
from archive_pipeline.evaluation.evaluation import Evaluation
from archive_pipeline.evaluation.ledger import write_down
from archive_pipeline.evaluation.score import Score
from archive_pipeline.stages.judged import Judged, judged
from archive_pipeline.store.catalogue import Catalogue
from archive_pipeline.store.judgements import Judgements
from archive_pipeline.store.lake import Lake

TASK = "judged"


def evaluate_run(lake: Lake, catalogue: Catalogue, collection: Collection, run: str) -> pl.DataFrame:
    """Write down what people judged of a collection in a run, an evaluation for each encoder; returns the rows.

    Raises RequestError `unknown_run`, also where nothing of the collection was judged in it.
    """
    rows = Judgements(lake).of_run(run, collection.name)
    n_videos = catalogue.counts().get(collection.name, {}).get("ready", 0)
    written = []
    for (model,), part in rows.group_by(["model"], maintain_order=True):
        scores = tuple(score for one in judged(part) for score in _scores(one))
        by_model = collection.model_copy(update={"model": str(model)})
        written.append(write_down(lake, by_model, f"judged by people: {run}", 0, Evaluation(scores, n_videos, ())))
    return pl.concat(written)


def _scores(found: Judged) -> list[Score]:
    def score(metric: str, value: float, n: int, system: str = found.system) -> Score:
        return Score(TASK, metric, value, n, system, "shot", found.language, person=found.person)

    scores = [replace(score(one.metric, one.value, one.n), low=one.low, high=one.high) for one in found.figures]
    if found.duel:
        n = found.duel.first + found.duel.second
        for ranking, wins in ((found.ranking, found.duel.first), (found.against, found.duel.second)):
            scores.append(score("credited", wins / n if n else 0.0, n, f"{ranking} in {found.system}"))
    return scores
