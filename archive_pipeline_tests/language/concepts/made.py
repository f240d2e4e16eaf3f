"""Vocabularies and vectors made up for tests."""

from collections.abc import Sequence

import numpy as np

from archive_pipeline.language.concepts.phrase_vectors import Encoded, Vectors, VocabularyVectors, phrases_of
from archive_pipeline.language.concepts.vocabulary import Vocabulary

DIMENSION = 16


def vocabulary(*names: str, parents: dict[str, str] | None = None, n_phrases: int = 3, **fields: object) -> Vocabulary:
    entries = {
        name: {
            "label": name,
            "phrases": [f"{name} {number}" for number in range(n_phrases)],
            **({"parent": parents[name]} if parents and name in parents else {}),
        }
        for name in names
    }
    described = {"name": "made", "title": "Made", "kind": "softmax", "entries": entries, **fields}
    return Vocabulary.model_validate(described)


def unit_rows(n: int, seed: int, dimension: int = DIMENSION) -> Vectors:
    rows = np.random.default_rng(seed).standard_normal((n, dimension)).astype(np.float32)
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


def encode(texts: Sequence[str]) -> Encoded:
    """A model of random directions: the same text, the same vector."""
    rows = [unit_rows(1, int.from_bytes(text.encode()[-6:], "big"))[0] for text in texts]
    return Encoded(np.array(rows), 20.0)


def read(made: Vocabulary, scale: float = 20.0) -> VocabularyVectors:
    phrases = phrases_of(made, None)
    return VocabularyVectors(made, phrases, encode([phrase.text for phrase in phrases]).vectors, scale)
