"""Themes and groups above the dense parts of a collection: each level is cut where its own differences show.

Themes differ most along the directions that a whole collection uses, so they are told apart in its space, by average
linkage. What is in one theme has that in common, and there the embeddings' own distances tell more: of the pairs of
parts at one place (2,000 drawn photographs each of the seeds 1, 2 and 11), those of two things were farther apart than
those of one thing in 99 % there, in 87 % to 95 % in the space. Complete linkage, because two things in one colour are
nearer than in two, so that it is their farthest parts that tell them apart. How far that is follows the theme: in rooms
all is nearer than on beaches. So no distance is right for all of them, and that of a theme is taken from how far apart
its pictures are. A theme of a single thing has no use for its own; therefore the mean of all themes counts as much.
"""

import numpy as np
from numpy.typing import NDArray

from archive_pipeline.semantics.classes import widest_gap
from archive_pipeline.semantics.organisation.space import Rows

Labels = NDArray[np.int32]
Distances = NDArray[np.float64]
_EQUAL = 1e-3  # of float32 means, distances below are none


def themes(between: Distances, bounds: tuple[float, float]) -> Labels:
    """(parts,) the theme of each part, cut at the widest gap of the linkage within `bounds`. `between` (parts, parts)
    are distances of the space."""
    heights = _linkage(between, "average")
    return _cut(heights, widest_gap(heights[:, 2], bounds)) if len(heights) else np.zeros(len(between), np.int32)


def groups(means: Rows, sizes: NDArray[np.int64], theme: Labels, reach: float) -> Labels:
    """(parts,) the group of each part: within a theme, parts that are all nearer than `reach` times its usual
    distance are one.

    `means` (parts, d) of the embeddings of each part, `sizes` (parts,) how many there are. The usual distance of a
    theme is the geometric mean of how far apart its pictures are and how far those of all themes are from their own,
    both root mean squares.
    """
    of_themes = [np.nonzero(theme == number)[0] for number in range(int(theme.max()) + 1)]
    spreads = np.array([_spread(np.average(means[own], axis=0, weights=sizes[own])) for own in of_themes])
    usual = np.sqrt(np.average(spreads**2, weights=[sizes[own].sum() for own in of_themes]))
    found = np.zeros(len(means), np.int32)
    n_found = 0
    for own, spread in zip(of_themes, spreads, strict=True):
        between = np.sqrt(np.maximum(2 - 2 * means[own].astype(np.float64) @ means[own].T, 0.0))
        labels = _cut(_linkage(between, "complete"), reach * float(np.sqrt(spread * usual)))
        found[own] = n_found + labels
        n_found += int(labels.max()) + 1
    return found


def _spread(mean: Rows) -> float:
    """How far apart unit rows of this mean are, as a root mean square."""
    return float(np.sqrt(max(2 - 2 * float(mean @ mean), 0.0)))


def _linkage(between: Distances, method: str) -> Distances:
    from scipy.cluster.hierarchy import linkage
    from scipy.spatial.distance import squareform

    if len(between) == 1:
        return np.empty((0, 4))
    symmetric = (between + between.T) / 2
    np.fill_diagonal(symmetric, 0.0)
    return np.asarray(linkage(squareform(symmetric, checks=False), method))


def _cut(heights: Distances, distance: float) -> Labels:
    from scipy.cluster.hierarchy import fcluster

    if not len(heights):
        return np.zeros(1, np.int32)
    return np.asarray(fcluster(heights, max(distance, _EQUAL), "distance") - 1, np.int32)
