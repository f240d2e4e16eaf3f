"""Unit vectors in two dimensions, near ones near: UMAP; the same every time."""

import numpy as np
from numpy.typing import NDArray

from archive_pipeline.semantics.organisation.compiled_umap import import_umap

METHOD = "UMAP"
"""The name of what `project` does, for people and for caches."""

MOST = 3000
"""Points that are placed; of more, as many landmarks, and the others go between them."""

_SEED = 20260101
_NEIGHBOURS = 5
_BLOCK = 2048
_FEWEST = 12  # below, neighbours have nothing to tell: the principal components will do


def project(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Positions (n, 2) within −1 … 1 of at most MOST `vectors` (n, d) of unit length; a function of them alone."""
    n = len(vectors)
    assert n <= MOST, n
    if n < 3:
        return np.array([[0.0, 0.0], [0.5, 0.0]], np.float32)[:n]
    if n < _FEWEST:
        return _framed(_principal(vectors))
    return _framed(_umap(vectors))


def chosen(n: int) -> NDArray[np.int64]:
    """Which of n points are placed: all, or MOST of them, evenly."""
    return np.unique(np.linspace(0, n - 1, min(n, MOST)).round().astype(np.int64))


def _principal(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """The first two principal components, their signs fixed by the largest entry of each axis."""
    centred = vectors.astype(np.float64) - vectors.mean(axis=0, dtype=np.float64)
    _, axes = np.linalg.eigh(centred.T @ centred)
    axes = axes[:, ::-1][:, :2]
    signs = np.sign(axes[np.abs(axes).argmax(axis=0), np.arange(axes.shape[1])])
    return np.asarray(centred @ (axes * signs), np.float32)


def _umap(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    reducer = import_umap().UMAP(n_neighbors=min(15, len(vectors) - 1), metric="cosine", random_state=_SEED, n_jobs=1)
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
