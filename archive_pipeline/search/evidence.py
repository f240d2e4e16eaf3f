"""How well a shot answers a question by its picture and by its words, on one scale: nats that chance does not explain.

A cosine says little by itself: one encoder gives 0.3 for what fits and 0.2 for what does not, another 0.6 and 0.1, and
each question has a mean of its own. So a cosine counts by how far it lies above the question's mean over the space, in
steps of the space's usual spread, as minus the logarithm of the share of those above the mean that chance puts as far
out. Words count by the share of what the question says (Σ idf of its words) that BM25 finds in the shot, a part of it
by less than its share: so does a picture that shows half of what was asked for. Words that belong together in the
question count as far as they stand together in the shot (words/nearness.py). Both are added, as Fisher's method adds
the logarithms of independent tests (Statistical Methods for Research Workers, 1932).

Adding scores on a common scale keeps what a fusion of ranks throws away: how much better the first is than the next
(Bruch, Gai and Ingber, "An Analysis of Fusion Functions for Hybrid Retrieval", TOIS 2023).
"""

from dataclasses import dataclass, replace
from math import erfc, log, sqrt
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from archive_pipeline.search.model import Vector

Number = TypeVar("Number", float, NDArray[np.float32], NDArray[np.float64])

WHOLE_QUESTION = 4.0
"""Nats of a shot that has every word of the question, once each in a text of usual length. This and CONVEXITY were
chosen on the simulated archives of seeds 2002 and 5101 (docs/words.md)."""
CONVEXITY = 1.25
"""Power of the share of a question that words cover: half of it is 0.42 of what the whole is. With 1 one word of
two comes before pictures of half of what was asked for, with 1.5 what is partly seen and partly said is found less."""
TELLING = 3.0
"""Nats from which a picture counts as found by what it shows: one shot of forty lies so far out by chance."""
_FARTHEST = 37.0  # deviations: what lies beyond more is no double any more


@dataclass(frozen=True, eq=False)
class Background:
    """What cosines the shots of a space have with questions in general."""

    mean: Vector
    """(d,) of its shots."""
    spread: float
    """Root of the mean variance of a question's cosines."""
    usual: float
    """Median of how far the best shots for usual questions lie above their mean, in spreads."""

    @classmethod
    def of(
        cls, shots: NDArray[np.float32], questions: NDArray[np.float32], best: NDArray[np.float32] | None = None
    ) -> "Background":
        """From some of the shots (n, d) and some usual questions (q, d), all of unit length, and the cosines (q, 1) of
        their best shots of all; by default those are among the shots."""
        cosines = questions @ shots.T
        spread = float(np.sqrt(cosines.var(axis=1).mean())) or 1.0  # 1: of a single shot
        background = cls(shots.mean(axis=0), spread, 0.0)
        above = background.steps(cosines if best is None else best, questions).max(axis=1)
        return replace(background, usual=float(np.median(above)))

    def steps(self, cosines: NDArray[np.float32], vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        """(q, n) cosines with questions `vectors` (q, d) → how far above each question's mean, in spreads."""
        directions = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        return np.asarray((cosines - (directions @ self.mean)[:, None]) / self.spread, dtype=np.float32)

    def nats(self, cosines: NDArray[np.float32], vector: Vector, understood: float) -> NDArray[np.float32]:
        """Of cosines (n,) with the question `vector` (d,), of which the encoder understands a share of 0 to 1: so much
        of each step tells."""
        steps = understood * np.maximum(self.steps(cosines[None], vector[None])[0], 0)
        return nats_of_steps(steps)


def nats_of_steps(steps: NDArray[np.float32]) -> NDArray[np.float32]:
    """Minus the logarithm of the share of a normal distribution's upper half that lies beyond so many deviations (n,),
    0 or more."""
    beyond = map(erfc, (np.minimum(steps, _FARTHEST) / sqrt(2)).tolist())
    return np.array([0.0 - log(share) for share in beyond], dtype=np.float32)


def word_nats(bm25: Number, information: float) -> Number:
    """Of BM25 scores for a question that says `information` (Σ idf of its words), all of which stands together."""
    nats: Number = WHOLE_QUESTION * (bm25 / information) ** CONVEXITY
    return nats


def nats_left(nearness: Number) -> Number:
    """The share of `word_nats` that is left where words stand apart, of the share of the question that is."""
    left: Number = nearness**CONVEXITY
    return left
