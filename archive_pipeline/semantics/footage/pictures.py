"""Small grey pictures as vectors that survive another coding, size, brightness and colour, and a mark in a corner.

Two kinds: `layout`, short, for a first look among all pictures of an archive, and `details`, which decides.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.fft import dctn

from archive_pipeline.semantics.footage.signature import SIGNATURE_SIDE

Grey = NDArray[np.uint8]
"""(n, SIGNATURE_SIDE, SIGNATURE_SIDE)"""
Vectors = NDArray[np.float32]

_LOWEST = 8  # frequencies, in both directions
LAYOUT_WIDTH = _LOWEST * _LOWEST - 1
DETAIL_SIDE = 16
_NEAR = 5  # what a cell is compared with, in cells
_LOUDEST = 2.5  # standard deviations: a mark of the channel counts no more than this
_CORNER, _CORNERS_WEIGHT = (3, 5), 0.5  # cells: there are marks and clocks, of which another copy has others
_PLAIN = 1.5  # grey levels of detail, below which a picture shows nothing to be known again by
Operator = NDArray[np.float32]
"""(DETAIL_SIDE, SIGNATURE_SIDE): lines of a picture → lines of a window of it."""


def layouts(pictures: Grey, *, mirrored: bool = False) -> Vectors:
    """(n, LAYOUT_WIDTH) unit vectors of where it is light and dark: the lowest frequencies without the mean, each
    as strong as natural pictures make it weak. `mirrored`: those of the pictures seen in a mirror."""
    lowest = dctn(pictures.astype(np.float32), axes=(1, 2), norm="ortho")[:, :_LOWEST, :_LOWEST] * _frequencies()
    if mirrored:
        lowest[:, :, 1::2] *= -1
    return _unit(lowest.reshape(len(pictures), _LOWEST**2)[:, 1:])


def details(pictures: Grey, rows: Operator | None = None, columns: Operator | None = None) -> Vectors:
    """(n, 256) unit vectors of what differs from its surroundings; zero where a picture shows hardly anything.

    `rows` and `columns` say which window is looked at; None: the whole.
    """
    rows, columns = whole() if rows is None else rows, whole() if columns is None else columns
    seen = rows @ pictures.astype(np.float32) @ columns.T
    return finished(seen)


def finished(seen: NDArray[np.float32]) -> Vectors:
    """`details` of pictures (n, DETAIL_SIDE, DETAIL_SIDE) that are cut out already."""
    apart = (seen - _surroundings() @ seen @ _surroundings().T).reshape(len(seen), DETAIL_SIDE**2)
    variance = np.einsum("nd,nd->n", apart, apart) / apart.shape[1] - apart.mean(axis=1) ** 2
    deviation = np.sqrt(np.maximum(variance, 0))[:, None]
    apart /= np.maximum(deviation, 1e-6)
    np.clip(apart, -_LOUDEST, _LOUDEST, out=apart)
    apart *= _weights()
    found = _unit(apart)
    found *= deviation >= _PLAIN
    return found


def mirror(pictures: Grey) -> Grey:
    return np.ascontiguousarray(pictures[:, :, ::-1])


@cache
def whole() -> Operator:
    return window(0.0, 1.0)


def window(start: float, end: float) -> Operator:
    """Means over the DETAIL_SIDE equal parts of [start, end), of a side of length 1."""
    edges = np.linspace(start, end, DETAIL_SIDE + 1) * SIGNATURE_SIDE
    cells = np.arange(SIGNATURE_SIDE)
    covered = np.minimum(edges[1:, None], cells + 1) - np.maximum(edges[:-1, None], cells)
    shares: Operator = (np.clip(covered, 0, None) / np.diff(edges)[:, None]).astype(np.float32)
    return shares


@cache
def _surroundings() -> NDArray[np.float32]:
    apart = np.abs(np.subtract.outer(np.arange(DETAIL_SIDE), np.arange(DETAIL_SIDE)))
    near = (apart <= _NEAR // 2).astype(np.float32)
    means: NDArray[np.float32] = near / near.sum(axis=1, keepdims=True)
    return means


@cache
def _weights() -> NDArray[np.float32]:
    weights = np.ones((DETAIL_SIDE, DETAIL_SIDE), np.float32)
    high, wide = _CORNER
    for rows in (slice(high), slice(-high, None)):
        for columns in (slice(wide), slice(-wide, None)):
            weights[rows, columns] = _CORNERS_WEIGHT
    return weights.ravel()


@cache
def _frequencies() -> NDArray[np.float32]:
    down, across = np.indices((_LOWEST, _LOWEST))
    return np.hypot(down, across, dtype=np.float32)


def _unit(vectors: NDArray[np.floating]) -> Vectors:
    lengths = np.sqrt(np.einsum("nd,nd->n", vectors, vectors))[:, None]
    unit: Vectors = (vectors / np.maximum(lengths, 1e-6)).astype(np.float32, copy=False)
    return unit
