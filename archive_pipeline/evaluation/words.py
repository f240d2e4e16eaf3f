"""Is the right shot found by what is said and by what is seen: pictures alone, words alone, and both together."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from archive_pipeline.encoders.protocol import JointEncoder
from archive_pipeline.evaluation.ranking import ShotTable, rank_figures, relevance, shot_ranks
from archive_pipeline.evaluation.score import OURS, Score
from archive_pipeline.evaluation.truth import WordQuery
from archive_pipeline.search.hybrid import block_of
from archive_pipeline.search.model import SparseVector
from archive_pipeline.search.ranking import fuse_in_blocks
from archive_pipeline.search.words.bm25 import Question, question_of

PICTURE_ALONE, WORDS_ALONE = f"{OURS}, picture alone", f"{OURS}, words alone"
Scores = NDArray[np.float32]


def word_scores(
    queries: Sequence[WordQuery], encoder: JointEncoder, shots: ShotTable, words: Sequence[SparseVector | None]
) -> list[Score]:
    """R@k and MRR of each group and of all together, ranked in three ways; none where nothing is known in words.

    `words` are the shots' own, in the order of the table. Rankings are those of `search/hybrid.py`, without an index.
    """
    if not queries or not any(words):
        return []
    texts = [text for one in queries for text in one.query.texts.values()]
    right = relevance([one.query.relevant for one in queries], shots)
    by_picture = np.asarray(encoder.encode_texts(texts) @ shots.vectors.T, dtype=np.float32)
    questions = [question_of(text) for text in texts]
    by_words = bm25(questions, words)
    systems = {OURS: fused(by_picture, by_words, questions, words), PICTURE_ALONE: by_picture, WORDS_ALONE: by_words}
    groups = {"all": list(range(len(queries)))}
    for row, one in enumerate(queries):
        groups.setdefault(one.group, []).append(row)
    scores = []
    for group, rows in groups.items():
        for system, found in systems.items():
            figures = rank_figures(shot_ranks(found[rows], right[rows]))
            scores += [
                Score(f"words_{group}_to_shot", metric, value, len(rows), system, "shot")
                for metric, value in figures.items()
            ]
    return scores


def bm25(questions: Sequence[Question | None], words: Sequence[SparseVector | None]) -> Scores:
    """(questions, shots): what Qdrant scores, −∞ for shots that it would not find."""
    postings: dict[int, tuple[list[int], list[float]]] = {}
    for row, own in enumerate(words):
        for term, weight in _weights(own).items():
            rows, weights = postings.setdefault(term, ([], []))
            rows.append(row)
            weights.append(weight)
    n_spoken = sum(own is not None for own in words)
    scores = np.zeros((len(questions), len(words)), dtype=np.float32)
    for found, question in zip(scores, questions, strict=True):
        for term, asked in _weights(question.vector if question else None).items():
            rows, weights = postings.get(term, ([], []))
            found[rows] += asked * np.log(1 + (n_spoken - len(rows) + 0.5) / (len(rows) + 0.5)) * np.array(weights)
    scores[scores == 0] = -np.inf
    return scores


def fused(
    by_picture: Scores,
    by_words: Scores,
    questions: Sequence[Question | None],
    words: Sequence[SparseVector | None],
) -> Scores:
    """(queries, shots): minus each shot's place in the ranking that people see."""
    places = np.empty_like(by_picture)
    for row, picture, said, question in zip(places, by_picture, by_words, questions, strict=True):
        spoken = [shot for shot in np.argsort(-said, kind="stable").tolist() if np.isfinite(said[shot])]
        seen = np.argsort(-picture, kind="stable").tolist()
        first = bool(spoken) and question is not None and question.is_all_in(words[spoken[0]])
        names = [str(shot) for shot in spoken]
        order = fuse_in_blocks(names, [str(shot) for shot in seen], block_of(len(row)), frozenset(names), first)
        row[[int(shot) for shot in order]] = -np.arange(1, len(order) + 1)
    return places


def _weights(vector: SparseVector | None) -> Mapping[int, float]:
    return {} if vector is None else dict(zip(vector.ids.tolist(), vector.weights.tolist(), strict=True))
