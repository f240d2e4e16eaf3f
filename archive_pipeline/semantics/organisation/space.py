"""The space in which a collection is organised: its embeddings, with the directions in which all differ held down."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.float32]
_ROWS = 16_384
_PAIRS = 20_000
_USUAL_QUANTILE = 0.9  # as in `condense.variation`
_FLOOR = 40  # directions beyond this one are noise and are not raised above it


@dataclass(frozen=True, eq=False)
class Space:
    """Learned from one collection, for it and for what is added to it later."""

    mean: Rows
    axes: Rows
    """(d, d): embeddings less the mean, times this, are rows of the space once brought to length 1."""
    unit: float
    """How far apart pictures usually are here; distances are given in shares of it."""

    def rows(self, embeddings: Rows) -> Rows:
        """(n, d) unit rows of n embeddings (n, d)."""
        return np.concatenate(
            [_directions(_directions(embeddings[at : at + _ROWS] - self.mean) @ self.axes)
             for at in range(0, max(1, len(embeddings)), _ROWS)]
        )  # fmt: skip

    def distances(self, rows: Rows, means: Rows) -> Rows:
        """(n, k) root mean square distance of each row (of the space) to the members of k groups with these means.

        For unit rows it is √(2 − 2 r·m), where the mean m is not brought back to length 1.
        """
        far: Rows = np.sqrt(np.maximum(2 - 2 * rows @ means.T, 0.0)) / np.float32(self.unit)
        return far

    def nearest(self, rows: Rows, means: Rows) -> NDArray[np.int32]:
        """(n,) number of the group that each row (n, d) is nearest to."""
        parts = [self.distances(rows[at : at + _ROWS], means).argmin(1)
                 for at in range(0, max(1, len(rows)), _ROWS)]  # fmt: skip
        return np.concatenate(parts).astype(np.int32)


def learn_space(embeddings: Rows, held_down: float) -> Space:
    """The space of unit rows (n, d): centred, each principal direction divided by its spread to the power `held_down`.

    0 leaves the spreads as they are, 0.5 makes variances equal to the former spreads (Jégou and Chum 2012 whiten with
    1). Light and weather are the widest directions of most collections and say least about what is on a picture.
    """
    mean = embeddings.mean(axis=0)
    second = np.zeros((embeddings.shape[1],) * 2)
    for at in range(0, len(embeddings), _ROWS):
        part = _directions(embeddings[at : at + _ROWS] - mean).astype(np.float64)
        second += part.T @ part
    variances, axes = np.linalg.eigh(second / len(embeddings))
    spreads = np.sqrt(np.maximum(variances, 0.0))[::-1]
    floor = max(spreads[min(_FLOOR, len(spreads) - 1)], 1e-9)
    scaled = (axes[:, ::-1] / np.maximum(spreads, floor) ** held_down).astype(np.float32)
    space = Space(mean, scaled, 1.0)
    random = np.random.default_rng(0)
    first, other = random.integers(0, len(embeddings), (2, _PAIRS))
    apart = np.linalg.norm(space.rows(embeddings[first]) - space.rows(embeddings[other]), axis=1)
    return Space(mean, scaled, max(float(np.quantile(apart, _USUAL_QUANTILE)), 1e-6))


def means_of(rows: Rows, labels: NDArray[np.int32], n_groups: int) -> Rows:
    """(n_groups, d) means of the rows of each label; labels below 0 count nowhere."""
    own = labels >= 0
    sums = np.zeros((n_groups, rows.shape[1]))
    order = np.argsort(labels[own], kind="stable")
    present, starts = np.unique(labels[own][order], return_index=True)
    sums[present] = np.add.reduceat(rows[own][order], starts, axis=0, dtype=np.float64)
    return (sums / np.maximum(np.bincount(labels[own], minlength=n_groups), 1)[:, None]).astype(np.float32)


def _directions(rows: Rows) -> Rows:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.maximum(lengths, 1e-9), dtype=np.float32)
