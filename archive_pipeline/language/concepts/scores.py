"""How much of each concept is in each shot: scores, ranks and what holds, as arrays (n shots, m entries).

The same formulas serve models trained with a softmax over texts (CLIP) and with a sigmoid for each pair (SigLIP). The
latter give the odds exp(scale · cosine + bias) that a picture and a text belong together. Given that exactly one of
some texts does, each one's probability is its odds over the sum of all odds: the softmax. Given that either an entry
or its contrast does, it is the sigmoid of the difference. The bias cancels in both, and it should: it was learned for
one true pair among all pairs of a batch of tens of thousands, a prior that no vocabulary has.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from archive_pipeline.language.concepts.phrase_vectors import Vectors, VocabularyVectors
from archive_pipeline.language.concepts.vocabulary import Vocabulary

Scores = NDArray[np.float32]
_ROWS_AT_ONCE = 65_536  # shots; the scores of a large archive are made in pieces


@dataclass(frozen=True, eq=False)
class Judgement:
    """What a vocabulary says of n shots, each array (n, m) with a column per entry."""

    scores: Scores
    """Probabilities, or cosines where the vocabulary's kind is `similarity`."""
    ranks: NDArray[np.int32]
    """From 1, among the entries with the same parent; equal scores in the order of the file."""
    holds: NDArray[np.bool_]


def judge(shots: Vectors, read: VocabularyVectors) -> Judgement:
    """Score unit rows (n, d) of the model that read the vocabulary.

    A child holds only where its parent does: its score is never above its parent's.
    """
    scores = score(shots, read)
    return Judgement(scores, _ranks(scores, read.vocabulary), _holds(scores, read.vocabulary))


def score(shots: Vectors, read: VocabularyVectors) -> Scores:
    """(n, m): see `Vocabulary.kind`; in a hierarchy P(child) = P(parent) · P(child | parent)."""
    if shots.ndim != 2 or (len(shots) and shots.shape[1] != read.vectors.shape[1]):
        raise ValueError(f"shots of shape {shots.shape} are no rows of the model's {read.vectors.shape[1]} numbers")
    if not len(shots):
        return np.zeros((0, len(read.vocabulary.entries)), np.float32)
    parts = [_score(shots[at : at + _ROWS_AT_ONCE], read) for at in range(0, len(shots), _ROWS_AT_ONCE)]
    return np.concatenate(parts)


def share(cosines: Vectors, scale: float) -> Scores:
    """(n, m) cosines → probabilities that sum to 1 in each row, as if exactly one held: softmax(scale · cosine)."""
    logits = scale * cosines.astype(np.float64)
    raised = np.exp(logits - logits.max(1, keepdims=True))
    return np.asarray(raised / raised.sum(1, keepdims=True), np.float32)


def match(cosines: Vectors, scale: float, bias: float) -> Scores:
    """(n, m) cosines → how likely a model trained with sigmoids takes each pair for one that belongs together."""
    return _sigmoid(scale * cosines.astype(np.float64) + bias)


def _sigmoid(logits: NDArray[np.float64]) -> Scores:
    return np.asarray(1 / (1 + np.exp(-np.clip(logits, -500, 500))), np.float32)


def _score(shots: Vectors, read: VocabularyVectors) -> Scores:
    vocabulary, scale = read.vocabulary, read.scale / read.vocabulary.temperature
    cosines = np.asarray(shots @ read.entries.T, np.float32)
    if vocabulary.kind == "similarity":
        return cosines
    if vocabulary.kind == "threshold":
        return _sigmoid(scale * (cosines.astype(np.float64) - (shots @ read.contrast)[:, None]))
    scores = np.empty_like(cosines)
    for parent, own in siblings(vocabulary).items():  # parents come before their children
        scores[:, own] = share(cosines[:, own], scale)
        if parent is not None:
            scores[:, own] *= scores[:, [parent]]
    return scores


def siblings(vocabulary: Vocabulary) -> Mapping[int | None, list[int]]:
    """Positions of the entries that compete with each other, by their parent's; None, the top, comes first."""
    position = {name: number for number, name in enumerate(vocabulary.entries)}
    groups: dict[int | None, list[int]] = {None: []}
    for name, entry in vocabulary.entries.items():
        groups.setdefault(None if entry.parent is None else position[entry.parent], []).append(position[name])
    return groups


def _ranks(scores: Scores, vocabulary: Vocabulary) -> NDArray[np.int32]:
    ranks = np.zeros(scores.shape, np.int32)
    for own in siblings(vocabulary).values():
        order = np.argsort(-scores[:, own], axis=1, kind="stable")
        places = np.empty_like(order)
        np.put_along_axis(places, order, np.arange(1, len(own) + 1)[None, :], axis=1)
        ranks[:, own] = places
    return ranks


def _holds(scores: Scores, vocabulary: Vocabulary) -> NDArray[np.bool_]:
    least = vocabulary.holds_from
    return np.zeros(scores.shape, bool) if least is None else scores >= np.float32(least)
