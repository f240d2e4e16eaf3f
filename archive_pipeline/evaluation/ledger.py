"""The ledger of evaluations: a lake table that only grows, one file for each evaluation."""

import secrets
from dataclasses import asdict
from datetime import UTC, datetime

import polars as pl

from archive_pipeline.collections.model import Collection
from archive_pipeline.evaluation.evaluation import Evaluation
from archive_pipeline.store.lake import Lake

TABLE = "evaluations"


def write_down(lake: Lake, collection: Collection, truth: str, seed: int, evaluation: Evaluation) -> pl.DataFrame:
    """Append the scores to the ledger; returns the rows."""
    now = datetime.now(UTC)
    name = f"{now:%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"
    about = {
        "evaluation": name,
        "collection": collection.name,
        "evaluated_at": now,
        "truth": truth,
        "model": collection.model,
        "fps": collection.fps,
        "seed": seed,
        "n_videos": evaluation.n_videos,
    }
    rows = pl.DataFrame([about | asdict(score) for score in evaluation.scores], infer_schema_length=None)
    return lake.append(TABLE, collection.name, name, rows)
