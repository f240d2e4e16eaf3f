"""Which pictures belong to the part that is nearest, and which are like nothing else and belong nowhere.

Members of a part differ from its mean in light, colour and framing: far along some directions, little along others.
What shows another thing differs along those others. So distances are Mahalanobis's, by how members of all parts differ,
and what is far beyond the usual ones is outside (Tukey's fence). New pictures are judged as those were that groups were
looked for in; therefore few directions where there are few pictures, or every new one would be farther than all those
that the directions were learned from (768 directions of 1,000 made-up rows: 86 % of the new ones of their kind).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from archive_pipeline.semantics.organisation.space import Rows

Parts = NDArray[np.integer]
_BLOCK = 16_384
_DIRECTIONS = 96
"""At most so many principal directions of the space. Average precision of what belongs nowhere among 1,600 drawn
photographs (seeds 1, 2, 11 and 12), of 48, 64, 96, 128 and all 256: at worst 0.73, 0.78, 0.92, 0.92 and 0.91."""
_ROWS_A_DIRECTION = 15
_SHRINKAGE = 0.1  # of variances towards their mean: with none, the same figure is at worst 0.91


@dataclass(frozen=True, eq=False)
class Belonging:
    """Learned from the pictures that groups were looked for in, for them and for those that come later."""

    axes: Rows
    """(d, m): what members differ by from their part's mean has, times this, variance 1 all around."""
    radii: Rows
    """(parts,) how far from its mean a part reaches."""

    def holds(self, rows: Rows, means: Rows, part: Parts) -> NDArray[np.bool_]:
        """(n,) whether rows (n, d) belong to their `part` (n,), of which `means` (parts, d) are the means."""
        return _distances(self.axes, rows, means, part) <= self.radii[part]


def learn_belonging(rows: Rows, means: Rows, part: Parts, fence: float) -> Belonging:
    """From rows (n, d) of a space that are nearly all where they belong. A part reaches to the upper quartile of all
    distances and `fence` times their interquartile range beyond, and in any case to half of its own."""
    axes = _whitening(rows, means, part)
    sizes = np.bincount(part, minlength=len(means))
    unseen = np.sqrt((sizes + 1) / np.maximum(sizes - 1, 1))  # a mean is nearer to those that it was made of
    far = _distances(axes, rows, means, part) * unseen[part]
    lower, upper = np.quantile(far, [0.25, 0.75])
    half = [np.median(far[part == number]) for number in range(len(means))]
    return Belonging(axes, np.maximum(upper + fence * (upper - lower), half).astype(np.float32))


def _whitening(rows: Rows, means: Rows, part: Parts) -> Rows:
    m = min(_DIRECTIONS, rows.shape[1], max(1, len(rows) // _ROWS_A_DIRECTION))
    scatter = np.zeros((m, m))
    for at in range(0, len(rows), _BLOCK):
        block = slice(at, at + _BLOCK)
        apart = (rows[block, :m] - means[part[block], :m]).astype(np.float64)
        scatter += apart.T @ apart
    covariance = scatter / max(len(rows) - len(means), 1)
    even = np.trace(covariance) / m * np.eye(m)
    variances, axes = np.linalg.eigh((1 - _SHRINKAGE) * covariance + _SHRINKAGE * even)
    whitening = np.zeros((rows.shape[1], m), np.float32)
    whitening[:m] = axes / np.sqrt(np.maximum(variances, 1e-12))
    return whitening


def _distances(axes: Rows, rows: Rows, means: Rows, part: Parts) -> Rows:
    placed = means @ axes
    return np.concatenate(
        [np.linalg.norm(rows[at : at + _BLOCK] @ axes - placed[part[at : at + _BLOCK]], axis=1)
         for at in range(0, max(1, len(rows)), _BLOCK)]
    )  # fmt: skip
