"""Small films for property tests: any cuts, any rhythm, a few subjects."""

from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from archive_pipeline.semantics.timeline import Cuts, Span


@dataclass(frozen=True)
class Film:
    embeddings: NDArray[np.float32]
    pts_s: NDArray[np.float64]
    span: Span
    cuts: Cuts


def unit(rows: NDArray[np.floating]) -> NDArray[np.float32]:
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def still(n: int, seed: int = 0, noise: float = 0.0, dimension: int = 64) -> NDArray[np.float32]:
    """(n, dimension) one picture with independent noise, which is relative to the picture's length 1."""
    rng = np.random.default_rng(seed)
    picture = rng.standard_normal(dimension) / np.sqrt(dimension)
    return unit(picture + rng.standard_normal((n, dimension)) * noise / np.sqrt(dimension))


def subjects(order: list[int], seed: int = 0, noise: float = 0.1, dimension: int = 64) -> NDArray[np.float32]:
    """One embedding a frame; `order` names the subject of each."""
    rng = np.random.default_rng(seed)
    pictures = rng.standard_normal((max(order) + 1, dimension)) / np.sqrt(dimension)
    grain = rng.standard_normal((len(order), dimension)) * noise / np.sqrt(dimension)
    return unit(pictures[order] + grain + 1.0 / np.sqrt(dimension))


def times(n: int, fps: float = 3.0) -> tuple[NDArray[np.float64], Span]:
    return np.arange(n) / fps, (0.0, n / fps)


@st.composite
def films(draw: st.DrawFn) -> Film:
    lengths = draw(st.lists(st.integers(1, 12), min_size=1, max_size=8))
    names = draw(st.lists(st.integers(0, 3), min_size=len(lengths), max_size=len(lengths)))
    order = [name for name, length in zip(names, lengths, strict=True) for _ in range(length)]
    rng = np.random.default_rng(draw(st.integers(0, 2**16)))
    steps = rng.choice([0.02, 0.15, 1 / 3, 1.0], size=len(order))
    start_s = draw(st.sampled_from([0.0, 0.5, 100.04]))
    pts_s = start_s + np.concatenate([[0.0], np.cumsum(steps[:-1])])
    span = (start_s, float(pts_s[-1] + steps[-1]))
    around = st.floats(span[0] - 1, span[1] + 1)
    hard = draw(st.lists(st.one_of(around, st.sampled_from(list(pts_s))), max_size=10))
    gradual = draw(st.lists(st.tuples(around, st.floats(0, 2)), max_size=3))
    cuts = Cuts(np.array(hard), np.array([(at, at + length) for at, length in gradual]).reshape(-1, 2))
    return Film(subjects(order, seed=draw(st.integers(0, 9)), dimension=16), pts_s, span, cuts)
