"""What a wording would select, before anybody adopts it."""

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from archive_pipeline.language.concepts.phrase_vectors import Vectors, VocabularyVectors
from archive_pipeline.language.concepts.scores import judge, siblings


@dataclass(frozen=True)
class Trial:
    """What one entry would select among the shots that were tried."""

    concept: str
    parent: str | None
    share_held: float | None
    """Of the shots, where the entry would hold; None where nothing ever holds (kind `similarity`)."""
    share_first: float
    """Of the shots, where it is the best of its siblings."""
    best: tuple[tuple[int, float], ...]
    """Rows of the best shots with their scores, best first."""
    agreement: float | None
    """Mean correlation of its phrasings' cosines over the shots, −1 to 1; None for a single phrasing or shot."""
    odd_one: str | None
    """The phrasing that agrees least with the others; None for fewer than three."""


def try_vocabulary(shots: Vectors, read: VocabularyVectors, n_best: int = 3) -> list[Trial]:
    """One trial for each entry, in the order of the file. `shots` (n, d) unit rows, n ≥ 1."""
    if not len(shots):
        raise ValueError("there are no shots to try it on")
    vocabulary = read.vocabulary
    judged = judge(shots, read)
    trials: list[Trial] = []
    for number, (name, entry) in enumerate(vocabulary.entries.items()):
        scores = judged.scores[:, number]
        best = np.argsort(-scores, kind="stable")[:n_best]
        agreement, odd_one = _agreement(shots, read, number)
        trials.append(
            Trial(
                concept=name,
                parent=entry.parent,
                share_held=None if vocabulary.holds_from is None else float(judged.holds[:, number].mean()),
                share_first=float((judged.ranks[:, number] == 1).mean()),
                best=tuple((int(row), float(scores[row])) for row in best),
                agreement=agreement,
                odd_one=odd_one,
            )
        )
    return trials


def undecided(shots: Vectors, read: VocabularyVectors) -> float | None:
    """Share of the shots of which nothing at the top of the vocabulary holds; None where nothing ever does."""
    if read.vocabulary.holds_from is None:
        return None
    top = siblings(read.vocabulary)[None]
    return float((~judge(shots, read).holds[:, top].any(1)).mean())


def _agreement(shots: Vectors, read: VocabularyVectors, entry: int) -> tuple[float | None, str | None]:
    own = read.of(entry)
    if len(own) < 2 or len(shots) < 2:
        return None, None
    cosines = (shots @ own.T).astype(np.float64)
    centred = cosines - cosines.mean(0)
    lengths = np.linalg.norm(centred, axis=0)
    related = (centred.T @ centred) / np.maximum(np.outer(lengths, lengths), 1e-12)
    pairs = [related[a, b] for a, b in combinations(range(len(own)), 2)]
    odd = int((related.sum(1) - 1).argmin()) if len(own) > 2 else None
    return float(np.mean(pairs)), None if odd is None else read.texts_of(entry)[odd]
