"""Unit vectors in two dimensions, near ones near: UMAP where it is installed, else t-SNE; the same every time."""

import importlib.util
from typing import Any

import numpy as np
from numpy.typing import NDArray

_SEED = 20260101
MOST = 3000
"""Points that are placed, in 6 s of one core; of more, as many landmarks, and the others go between them."""
_NEIGHBOURS = 5
_BLOCK = 2048
_FEWEST = 12  # below, t-SNE has nothing to tell: the principal components will do


def has_umap() -> bool:
    return importlib.util.find_spec("umap") is not None


def method() -> str:
    """The name of what `project` does, for people and for caches."""
    return "UMAP" if has_umap() else "t-SNE"


def project(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Positions (n, 2) within −1 … 1 of at most MOST `vectors` (n, d) of unit length; a function of them alone."""
    n = len(vectors)
    assert n <= MOST, n
    if n < 3:
        return np.array([[0.0, 0.0], [0.5, 0.0]], np.float32)[:n]
    if n < _FEWEST:
        return _framed(_principal(vectors, 2))
    return _framed(_umap(vectors) if has_umap() else _tsne(vectors))


def chosen(n: int) -> NDArray[np.int64]:
    """Which of n points are placed: all, or MOST of them, evenly."""
    return np.unique(np.linspace(0, n - 1, min(n, MOST)).round().astype(np.int64))


def _principal(vectors: NDArray[np.float32], n_components: int) -> NDArray[np.float32]:
    """The first principal components, their signs fixed by the largest entry of each axis."""
    centred = vectors.astype(np.float64) - vectors.mean(axis=0, dtype=np.float64)
    _, axes = np.linalg.eigh(centred.T @ centred)
    axes = axes[:, ::-1][:, :n_components]
    signs = np.sign(axes[np.abs(axes).argmax(axis=0), np.arange(axes.shape[1])])
    return np.asarray(centred @ (axes * signs), np.float32)


def _tsne(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    from sklearn.manifold import TSNE
    from threadpoolctl import threadpool_limits

    reduced = _principal(vectors, min(50, vectors.shape[1]))
    start = reduced[:, :2] / max(float(reduced[:, 0].std()), 1e-6) * 1e-4
    perplexity = float(min(30, (len(vectors) - 1) // 3))
    embedder = TSNE(2, perplexity=perplexity, init=start, max_iter=500, random_state=_SEED, n_jobs=1)
    # sklearn takes every core, however small the problem: 120 points cost 1.0 s of CPU on two cores and 0.1 s on one
    with threadpool_limits(limits=1):
        return np.asarray(embedder.fit_transform(reduced), np.float32)


def _umap(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    umap: Any = importlib.import_module("umap")
    reducer = umap.UMAP(n_neighbors=min(15, len(vectors) - 1), metric="cosine", random_state=_SEED, n_jobs=1)
    return np.asarray(reducer.fit_transform(vectors), np.float32)


def between(
    vectors: NDArray[np.float32], landmarks: NDArray[np.float32], placed: NDArray[np.float32]
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Every vector where its nearest landmarks are, the nearest counting most: positions (n, 2), and the nearest
    landmark of each (n,)."""
    positions, nearest = np.empty((len(vectors), 2), np.float32), np.empty(len(vectors), np.int64)
    most = min(_NEIGHBOURS, len(landmarks))
    for first in range(0, len(vectors), _BLOCK):
        rows = slice(first, first + _BLOCK)
        cosines = vectors[rows] @ landmarks.T
        near = np.argpartition(-cosines, most - 1, axis=1)[:, :most]
        distances = np.maximum(1 - np.take_along_axis(cosines, near, axis=1), 1e-7)
        weights = 1 / distances**2
        weights /= weights.sum(axis=1, keepdims=True)
        positions[rows] = (placed[near] * weights[:, :, None]).sum(axis=1)
        nearest[rows] = cosines.argmax(axis=1)
    return positions, nearest


def _framed(positions: NDArray[np.float32]) -> NDArray[np.float32]:
    """Centred, and scaled alike in both directions."""
    low, high = positions.min(axis=0), positions.max(axis=0)
    return np.asarray((positions - (low + high) / 2) / max(float((high - low).max()) / 2, 1e-9), np.float32)
