"""Is the right shot found by what is said and by what is seen: pictures alone, words alone, and both together."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from archive_pipeline.encoders.protocol import JointEncoder
from archive_pipeline.evaluation.ranking import ShotTable, rank_figures, relevance, shot_ranks
from archive_pipeline.evaluation.score import OURS, Score
from archive_pipeline.evaluation.truth import WordQuery
from archive_pipeline.search.backgrounds import USUAL_QUESTIONS
from archive_pipeline.search.evidence import Background, nats_left, word_nats
from archive_pipeline.search.languages import understood
from archive_pipeline.search.model import SparseVector
from archive_pipeline.search.words.bm25 import Question, idf, question_of
from archive_pipeline.search.words.nearness import nearness
from archive_pipeline.search.words.rarity import rarities_of
from archive_pipeline.stages.archive_search import taught_words

PICTURE_ALONE, WORDS_ALONE = f"{OURS}, picture alone", f"{OURS}, words alone"
Scores = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class ShotWords:
    """What the index keeps of a shot's words."""

    vector: SparseVector
    order: str
    """See `words/places.py: order_of`."""


def word_scores(
    queries: Sequence[WordQuery], encoder: JointEncoder, shots: ShotTable, words: Sequence[ShotWords | None]
) -> list[Score]:
    """R@k and MRR of each group and of all together, ranked in three ways; none where nothing is known in words.

    `words` are the shots' own, in the order of the table. Rankings are those of `search/hybrid.py`, without an index.
    """
    if not queries or not any(words):
        return []
    texts = [text for one in queries for text in one.query.texts.values()]
    right = relevance([one.query.relevant for one in queries], shots)
    vectors = encoder.encode_texts(texts)
    by_picture = np.asarray(vectors @ shots.vectors.T, dtype=np.float32)
    by_words = bm25([question_of(text) for text in texts], words)
    both = evidence(texts, vectors, by_picture, by_words, shots, words, encoder)
    systems = {OURS: both, PICTURE_ALONE: by_picture, WORDS_ALONE: by_words}
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


def bm25(questions: Sequence[Question | None], words: Sequence[ShotWords | None]) -> Scores:
    """(questions, shots): what Qdrant scores, −∞ for shots that it would not find."""
    postings: dict[int, tuple[list[int], list[float]]] = {}
    for row, own in enumerate(words):
        for term, weight in _weights(own.vector if own else None).items():
            rows, weights = postings.setdefault(term, ([], []))
            rows.append(row)
            weights.append(weight)
    n_spoken = sum(own is not None for own in words)
    scores = np.zeros((len(questions), len(words)), dtype=np.float32)
    for found, question in zip(scores, questions, strict=True):
        for term, asked in _weights(question.vector if question else None).items():
            rows, weights = postings.get(term, ([], []))
            found[rows] += asked * idf(len(rows), n_spoken) * np.array(weights)
    scores[scores == 0] = -np.inf
    return scores


def evidence(
    texts: Sequence[str],
    vectors: Scores,
    by_picture: Scores,
    by_words: Scores,
    shots: ShotTable,
    words: Sequence[ShotWords | None],
    encoder: JointEncoder,
) -> Scores:
    """(queries, shots): what ranks the shots for people, from the texts, their `vectors` (queries, d) and the scores
    of both halves."""
    background = background_of(shots, encoder)
    n_with = Counter(term for own in words if own for term in own.vector.ids.tolist())
    n_spoken = sum(own is not None for own in words)
    known = {term: idf(n, n_spoken) for term, n in n_with.items()}
    taught = taught_words(encoder.name)
    nats = np.empty_like(by_picture)
    for row, text, vector, cosines, said in zip(nats, texts, vectors, by_picture, by_words, strict=True):
        question = question_of(text)
        row[:] = background.nats(cosines, vector, understood(text, taught))
        if question:
            rarities = rarities_of(question, known, len(words))
            row += word_nats(np.maximum(said, 0), sum(rarities)) * _left(question, rarities, said, words)
    return nats


def _left(
    question: Question, rarities: Sequence[float], said: Scores, words: Sequence[ShotWords | None]
) -> NDArray[np.float64]:
    """(shots,): of the nats of their words."""
    left = np.ones(len(words))
    for place in np.flatnonzero(said > 0).tolist() if question.phrases else ():
        own = words[place]
        left[place] = nats_left(nearness(own.order, question, rarities)) if own else 1.0
    return left


def background_of(shots: ShotTable, encoder: JointEncoder) -> Background:
    """That of the shots' space."""
    return Background.of(shots.vectors, encoder.encode_texts(USUAL_QUESTIONS))


def _weights(vector: SparseVector | None) -> Mapping[int, float]:
    return {} if vector is None else dict(zip(vector.ids.tolist(), vector.weights.tolist(), strict=True))
