"""Judgements as rows of the table `concepts`, and back as what a shot is filtered by."""

from collections.abc import Iterable, Sequence

import numpy as np
import polars as pl

from archive_pipeline.language.concepts.phrase_vectors import Vectors, VocabularyVectors
from archive_pipeline.language.concepts.scoring import judge

SCHEMA = {
    "shot_id": pl.String,
    "vocabulary": pl.String,
    "concept": pl.String,
    "score": pl.Float32,
    "rank": pl.Int32,
    "holds": pl.Boolean,
}


def concept_rows(shot_ids: Sequence[str], shots: Vectors, read: VocabularyVectors) -> pl.DataFrame:
    """What is stored of n shots with unit rows `shots` (n, d): the best entries of each, and all that hold.

    Ordered by shot, then by rank; entries that stored children belong to come first.
    """
    vocabulary = read.vocabulary
    judged = judge(shots, read)
    shot, entry = np.nonzero((judged.ranks <= vocabulary.keep) | judged.holds)
    names = list(vocabulary.entries)
    level = np.array([own.parent is not None for own in vocabulary.entries.values()])
    order = np.lexsort((judged.ranks[shot, entry], level[entry], shot))
    shot, entry = shot[order], entry[order]
    return pl.DataFrame(
        {
            "shot_id": [shot_ids[row] for row in shot],
            "vocabulary": [vocabulary.name] * len(shot),
            "concept": [names[column] for column in entry],
            "score": judged.scores[shot, entry],
            "rank": judged.ranks[shot, entry],
            "holds": judged.holds[shot, entry],
        },
        schema=SCHEMA,
    )


def held_concepts(rows: pl.DataFrame) -> dict[str, tuple[str, ...]]:
    """Of rows of the table: `vocabulary/concept` of what holds, by shot."""
    held = rows.filter("holds").select("shot_id", name=pl.format("{}/{}", "vocabulary", "concept"))
    return {shot: tuple(names) for shot, names in _grouped(held.iter_rows())}


def _grouped(pairs: Iterable[tuple[str, str]]) -> Iterable[tuple[str, list[str]]]:
    found: dict[str, list[str]] = {}
    for shot, name in pairs:
        found.setdefault(shot, []).append(name)
    return found.items()
