"""Whether what was found shows all that was asked for, or is only the nearest there is.

The first shot for “a red boat in the snow” may be a red boat in the rain, and no cosine of the whole question tells:
the best evidence of what an archive does not have is as high as that of what it has. The words by themselves tell. How
much of a word a shot shows is how far its cosine with it lies above the space's mean, beside that of the best of the
shots found, or beside what usual questions find, if that is more (what nothing shows has a best shot, too). The rest of
the archive is not asked: to search it for each word costs as much as the question, and tells nothing more. A word that
the shot says counts wholly, and what the encoder was never taught counts by what is said alone. A shot answers a
question by the word that it shows least.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from archive_pipeline.search.backgrounds import Backgrounds
from archive_pipeline.search.index import ShotReader
from archive_pipeline.search.languages import content_words
from archive_pipeline.search.model import SparseVector
from archive_pipeline.search.query_vectors import QueryVectors
from archive_pipeline.search.request import Request
from archive_pipeline.search.sources import Askable
from archive_pipeline.search.words.bm25 import question_of

NEAR = 0.35
"""Share of each word from which a shot answers a question. This and LEAST were chosen on the simulated archives of
seeds 2002, 5101 and 5102 (docs/words.md)."""
LEAST = 0.7
"""Of what usual questions find: what a best shot has at least."""
MOST_SHOTS = 5
"""The best of an answer that are looked at: people do not read on when none of these fits."""
_MOST_WORDS = 12

Shares = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Asked:
    """The words of a question that say what is meant, w of them, beside n shots."""

    words: Sequence[str]
    steps: Shares
    """(w, n): how far each shot's cosine lies above the background, in its spreads."""
    usual: float
    """Of the best shots for usual questions."""
    said: NDArray[np.bool_]
    """(w, n): whether the shot has the word in words."""
    taught: Collection[str] | None
    """What the encoder was taught; None: nobody knows."""

    def shares(self) -> Shares:
        """(w, n): how much of each word is in each shot, 0 to 1; of words that were never taught the share of them that
        is said. 1 where no shot stands out by anything, as in an archive of a single one."""
        most = np.broadcast_to(np.maximum(self.steps.max(axis=1, keepdims=True), LEAST * self.usual), self.steps.shape)
        shown = np.divide(np.maximum(self.steps, 0), most, out=np.ones_like(self.steps), where=most > 0)
        shares = np.where(self.said, 1, np.minimum(shown, 1)).astype(np.float32)
        strange = np.array([self.taught is not None and word not in self.taught for word in self.words], dtype=bool)
        if strange.any():
            shares[strange] = self.said[strange].mean(axis=0)
        return shares

    def lacking(self) -> tuple[str, ...]:
        """The words that the shot which comes nearest to all of them lacks; none where it answers."""
        shares = self.shares()
        nearest = shares[:, shares.min(axis=0).argmax()]
        return tuple(word for word, share in zip(self.words, nearest, strict=True) if share < NEAR)


def has_words(terms: Sequence[frozenset[int]], shots: Sequence[SparseVector | None]) -> NDArray[np.bool_]:
    """(w, n): which shots have any of the terms that each word may be."""
    own = [frozenset(words.ids.tolist()) if words else frozenset() for words in shots]
    return np.array([[bool(word & shot) for shot in own] for word in terms], dtype=bool).reshape(len(terms), len(own))


def terms_of_words(words: Sequence[str]) -> list[frozenset[int]]:
    """The terms that each word may be; none for a stop word."""
    questions = map(question_of, words)
    return [frozenset().union(*one.words) if one else frozenset() for one in questions]


class Coverage:
    """Asks the index. Safe for many threads."""

    def __init__(self, reader: ShotReader, vectors: QueryVectors, backgrounds: Backgrounds) -> None:
        self._reader = reader
        self._vectors = vectors
        self._backgrounds = backgrounds

    def lacking(self, request: Request, space: Askable, ids: Sequence[str]) -> tuple[str, ...] | None:
        """What the best shots of an answer, by id, lack of the request's text; empty where one of them answers, None
        where that cannot be said: none is of this space, or more than a text was asked for."""
        background = self._backgrounds.of(space) if _is_a_text(request) else None
        words = list(dict.fromkeys(content_words(request.text or "")))[:_MOST_WORDS]
        points = list(self._reader.fetch(space.space, ids[:MOST_SHOTS]).values()) if background and words else []
        if not (background and points):
            return None
        vectors = np.stack(self._vectors.of_texts(space, words, None))
        said = has_words(terms_of_words(words), [point.words if request.match == "all" else None for point in points])
        steps = background.steps(vectors @ np.stack([point.vector for point in points]).T, vectors)
        return Asked(words, steps, background.usual, said, space.words).lacking()


def _is_a_text(request: Request) -> bool:
    more = request.image is not None or request.like or request.unlike or request.then or request.offset
    return request.text is not None and request.match != "words" and not more
