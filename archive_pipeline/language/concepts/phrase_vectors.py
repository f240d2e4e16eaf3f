"""The phrases of a vocabulary as vectors of one model, kept on disk: encoding them takes seconds, reading them none."""

import hashlib
import json
import uuid
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from archive_pipeline.language.concepts.vocabulary import Vocabulary

Vectors = NDArray[np.float32]
_AGAINST = -1


@dataclass(frozen=True)
class Phrase:
    """A text and the position of the entry that it stands for; −1 where it stands for none of them (`against`)."""

    entry: int
    text: str


@dataclass(frozen=True, eq=False)
class Encoded:
    """What a model makes of texts: unit rows (p, d), and the scale of cosines in its softmax (100 for CLIP's)."""

    vectors: Vectors
    scale: float
    bias: float | None = None
    """What a model with a sigmoid for each pair (SigLIP) adds to the scaled cosine; kept phrases do without it, because
    it cancels where concepts compete (scores.py)."""


@dataclass(frozen=True, eq=False)
class VocabularyVectors:
    """A vocabulary as one model reads it: `vectors` (p, d) are unit rows in the order of `phrases`."""

    vocabulary: Vocabulary
    phrases: tuple[Phrase, ...]
    vectors: Vectors
    scale: float

    @cached_property
    def entries(self) -> Vectors:
        """(m, d) unit rows: for each entry the mean of its phrasings, brought back to length 1 (Radford et al. 2021).

        Back to length 1, because phrasings that differ much have a short mean: the entry would lose for that alone.
        """
        return np.vstack([_direction(self.of(entry)) for entry in range(len(self.vocabulary.entries))])

    @cached_property
    def contrast(self) -> Vectors:
        """(d,) unit: the mean of the phrases of `against`; ValueError where there are none."""
        return _direction(self.of(_AGAINST))

    def of(self, entry: int) -> Vectors:
        """(own, d): the phrasings of one entry."""
        return self.vectors[[phrase.entry == entry for phrase in self.phrases]]

    def texts_of(self, entry: int) -> list[str]:
        return [phrase.text for phrase in self.phrases if phrase.entry == entry]


def read_by_model(
    vocabulary: Vocabulary,
    taught: frozenset[str] | None,
    identity: str,
    encode: Callable[[Sequence[str]], Encoded],
    folder: Path,
) -> VocabularyVectors:
    """The vocabulary in the languages that a model was taught (None: all), encoded once and then read from `folder`.

    `identity` names the model's weights. A kept file that cannot be read is made again; a folder that cannot be
    written raises OSError.
    """
    phrases = phrases_of(vocabulary, taught)
    texts = [phrase.text for phrase in phrases]
    key = hashlib.sha256(json.dumps([identity, texts]).encode()).hexdigest()[:32]
    file = folder / f"{vocabulary.name}-{key}.npz"
    encoded = _kept(file, len(texts))
    if encoded is None:
        encoded = encode(texts)
        _keep(file, encoded)
    return VocabularyVectors(vocabulary, phrases, encoded.vectors, encoded.scale)


def phrases_of(vocabulary: Vocabulary, taught: frozenset[str] | None) -> tuple[Phrase, ...]:
    """Every text of the vocabulary, entry by entry, then those of `against`."""
    own = [
        Phrase(entry, text)
        for entry, name in enumerate(vocabulary.entries)
        for text in vocabulary.phrasings(name, taught)
    ]
    return (*own, *(Phrase(_AGAINST, text) for text in vocabulary.contrast(taught)))


def _kept(file: Path, n_texts: int) -> Encoded | None:
    try:
        with np.load(file, allow_pickle=False) as stored:
            encoded = Encoded(np.asarray(stored["vectors"], np.float32), float(stored["scale"]))
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None
    return encoded if encoded.vectors.ndim == 2 and len(encoded.vectors) == n_texts else None


def _keep(file: Path, encoded: Encoded) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    aside = file.with_name(f".{uuid.uuid4().hex}.tmp")
    try:
        with aside.open("wb") as stream:
            np.savez(stream, vectors=encoded.vectors, scale=np.float64(encoded.scale))
        aside.replace(file)
    finally:
        aside.unlink(missing_ok=True)


def _direction(vectors: Vectors) -> Vectors:
    if not len(vectors):
        raise ValueError("no phrase stands for it")
    mean = vectors.mean(0, dtype=np.float64)
    return np.asarray(mean / max(float(np.linalg.norm(mean)), 1e-12), np.float32)
