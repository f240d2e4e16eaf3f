"""Judgements as rows of the table `concepts`, and back as what a shot is filtered by."""

from collections.abc import Sequence

import numpy as np
import polars as pl

from archive_pipeline.language.concepts.phrase_vectors import Vectors, VocabularyVectors
from archive_pipeline.language.concepts.scores import judge, siblings

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

    Of entries with parents the best ones of the best parent. Ordered by shot, then by rank, parents first.
    """
    vocabulary = read.vocabulary
    judged = judge(shots, read)
    wanted = judged.ranks <= vocabulary.keep
    for parent, own in siblings(vocabulary).items():
        if parent is not None:
            wanted[:, own] &= judged.ranks[:, [parent]] == 1
    shot, entry = np.nonzero(wanted | judged.holds)
    names, ids = np.array(list(vocabulary.entries)), np.array(shot_ids)
    is_child = np.array([own.parent is not None for own in vocabulary.entries.values()])
    order = np.lexsort((judged.ranks[shot, entry], is_child[entry], shot))
    shot, entry = shot[order], entry[order]
    return pl.DataFrame(
        {
            "shot_id": ids[shot].tolist(),
            "vocabulary": [vocabulary.name] * len(shot),
            "concept": names[entry].tolist(),
            "score": judged.scores[shot, entry],
            "rank": judged.ranks[shot, entry],
            "holds": judged.holds[shot, entry],
        },
        schema=SCHEMA,
    )


def held_concepts(rows: pl.DataFrame) -> dict[str, tuple[str, ...]]:
    """Of rows of the table: `vocabulary/concept` of what holds, by shot."""
    held = (
        rows.filter("holds")
        .select("shot_id", name=pl.format("{}/{}", "vocabulary", "concept"))
        .unique(maintain_order=True)
    )
    return {shot: tuple(names) for shot, names in held.group_by("shot_id", maintain_order=True).agg("name").iter_rows()}
