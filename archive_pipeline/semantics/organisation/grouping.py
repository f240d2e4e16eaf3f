"""The groups of a collection that nobody described: HDBSCAN over UMAP, and above its clusters a hierarchy.

UMAP and HDBSCAN as their authors advise for clustering (umap-learn's "Using UMAP for Clustering": many neighbours, no
minimal distance, ten dimensions). Their clusters are parts, pure but too many: against place × thing of 2,000 drawn
photographs (seed 1) those of at least 10, 20, 30 and 40 had an adjusted Rand index of 0.31, 0.57, 0.72 and 0.76. Above,
linkage of embeddings (`hierarchy`) and not in the map, which keeps no distances between far clusters.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from archive_pipeline.semantics.organisation import hierarchy
from archive_pipeline.semantics.organisation.belonging import Belonging, learn_belonging
from archive_pipeline.semantics.organisation.compiled_umap import import_umap
from archive_pipeline.semantics.organisation.space import Rows, Space, learn_space, means_of
from archive_pipeline.semantics.timeline import check_embeddings
from archive_pipeline.semantics.weighted_hdbscan import NOISE

LEVELS = ("theme", "group", "part")  # from coarse to fine
Labels = NDArray[np.int32]


@dataclass(frozen=True)
class GroupingParameters:
    """Chosen on the simulated collections of the seeds 1, 2, 11 and 12, 2,000 photographs each, with archive-tiny."""

    n_neighbors: int = 30
    """UMAP's. At 15, its default, twice as much was noise (6.3 % against 3.1 %, seed 1)."""
    n_components: int = 10
    min_samples: int = 5
    """HDBSCAN's: how many neighbours make a place dense."""
    least_part: int = 5
    most_part: int = 50
    """Bounds of HDBSCAN's min_cluster_size, which is √n / 2.2 in between: 20 of 2,000."""
    held_down: float = 0.15
    """See `space.learn_space`."""
    theme_bounds: tuple[float, float] = (0.8, 0.88)
    """Parts are joined to themes at the widest gap between the two, in shares of how far pictures usually are apart.
    Of 2,000 photographs the gap lies there by itself (0.79 to 0.89, seed 12). Of 300 there are a dozen parts and gaps
    everywhere: from 0.72 to 0.95 the widest was found above all themes but two, and with them the groups came out as
    0.35, 0.62, 0.65, 0.73, 0.96 (ARI, seeds 3 to 7); within these bounds as 0.98, 0.96, 0.76, 0.73, 0.96."""
    reach: float = 1.04
    """See `hierarchy.groups`. ARI on the seeds 1, 2, 11 and 12 at 1.02: 0.95, 1.00, 0.86, 0.77; at 1.04: 0.94, 0.99,
    0.96, 0.77; at 1.06: 0.92, 0.97, 0.93, 0.66. By average linkage at best (1.01) 0.95, 1.00, 0.86, 0.77, and 0.58 for
    seed 12 a little farther (1.03)."""
    fence: float = 1.75
    """See `belonging.learn_belonging`. Precision and recall of what belongs nowhere on those seeds at 1.75: 0.77 and
    0.96, 0.85 and 0.85, 0.90 and 0.82, 0.82 and 0.90; at 2: 0.90 and 0.87, 0.89 and 0.83, 0.94 and 0.71, 0.90 and
    0.84."""
    seed: int = 0


@dataclass(frozen=True, eq=False)
class Groups:
    """What a collection of n pictures consists of."""

    labels: Labels
    """(n, 3): theme, group and part of each, the largest first; -1 in all three where it belongs nowhere."""
    certainty: Rows
    """(n,) 0 to 1, no probability: 1 - a/b, where a is the distance (`Space.distances`) to the nearest part of its
    group and b that to the nearest part of another; 0 where another is as near or nearer, and nowhere; 1 where there
    is no other."""


@dataclass(frozen=True, eq=False)
class Grouping:
    """What was learned of a collection, and what every picture of it, now or later, is placed by."""

    space: Space
    means: Rows
    """(parts, d) mean of each part, in the space."""
    above: Labels
    """(parts, 2): theme and group of each part."""
    belonging: Belonging

    def place(self, embeddings: Rows) -> Groups:
        """Place pictures, unit rows (n, d), among the groups: each joins the part whose members are nearest on average,
        unless it is unlike those. Raises ValueError for rows that are no unit rows."""
        rows = self.space.rows(check_embeddings(embeddings, len(embeddings)))
        return self._assigned(rows, self.space.nearest(rows, self.means))

    def _assigned(self, rows: Rows, parts: Labels) -> Groups:
        """All levels of rows of the space, of which each belongs to its part or nowhere."""
        belongs = self.belonging.holds(rows, self.means, parts)
        n_groups = int(self.above[:, 1].max()) + 1
        labels = np.empty((len(rows), 3), np.int32)
        certainty = np.empty(len(rows), np.float32)
        for at in range(0, len(rows), 4096):
            block = slice(at, at + 4096)
            far = self.space.distances(rows[block], self.means)
            own = np.where(belongs[block], parts[block], NOISE)
            labels[block] = np.where(own[:, None] >= 0, np.column_stack([self.above[own], own]), NOISE)
            nearest = np.full((len(far), n_groups), np.inf, np.float32)
            for part, group in enumerate(self.above[:, 1]):
                np.minimum(nearest[:, group], far[:, part], out=nearest[:, group])
            group_of = self.above[own, 1][:, None].astype(np.intp)
            its_own = np.take_along_axis(nearest, group_of, 1)[:, 0]
            np.put_along_axis(nearest, group_of, np.inf, 1)
            certainty[block] = np.where(own >= 0, np.clip(1 - its_own / nearest.min(1), 0, 1), 0)
        return Groups(labels, certainty)


def organise(embeddings: Rows, parameters: GroupingParameters | None = None) -> tuple[Grouping, Groups]:
    """Group n unit rows (n, d). The same rows in the same order give the same groups on the same machine.

    Collections of less than twice `least_part` have one group. Raises ValueError for rows that are no unit rows.
    """
    p = parameters or GroupingParameters()
    rows = check_embeddings(embeddings, len(embeddings))
    space = learn_space(rows, p.held_down)
    placed = space.rows(rows)
    if len(rows) < 2 * p.least_part:
        one = np.zeros(len(rows), np.int32)
        mean = means_of(placed, one, 1)
        grouping = Grouping(space, mean, np.zeros((1, 2), np.int32), learn_belonging(placed, mean, one, p.fence))
        return grouping, Groups(np.zeros((len(rows), 3), np.int32), np.ones(len(rows), np.float32))
    parts = _dense_parts(placed, p)
    if parts.max() < 0:
        parts[:] = 0
    parts = _by_size(parts, parts >= 0)
    sizes = np.bincount(parts[parts >= 0])
    means = means_of(placed, parts, len(sizes))
    theme = hierarchy.themes(space.distances(means, means).astype(np.float64), p.theme_bounds)
    group = hierarchy.groups(means_of(rows, parts, len(sizes)), sizes, theme, p.reach)
    above = np.column_stack([_by_size(level, sizes) for level in (theme, group)])
    parts = np.where(parts >= 0, parts, space.nearest(placed, means))
    grouping = Grouping(space, means, above, learn_belonging(placed, means, parts, p.fence))
    return grouping, grouping._assigned(placed, parts)


def medoids(embeddings: Rows, labels: NDArray[np.int32]) -> NDArray[np.int64]:
    """For each label from 0 the row that is nearest to the mean of its group: the picture that stands for it."""
    means = means_of(embeddings, labels, int(labels.max()) + 1)
    inside = np.nonzero(labels >= 0)[0]
    nearness = np.einsum("ij,ij->i", embeddings[inside], means[labels[inside]])
    order = np.lexsort((inside, -nearness, labels[inside]))
    _, first = np.unique(labels[inside][order], return_index=True)
    return inside[order][first]


def _dense_parts(rows: Rows, p: GroupingParameters) -> Labels:
    import hdbscan

    neighbours = min(p.n_neighbors, len(rows) - 1)
    reducer = import_umap().UMAP(
        n_neighbors=neighbours,
        n_components=min(p.n_components, len(rows) - 2),
        min_dist=0.0,
        metric="euclidean",  # of unit rows, the order of cosines
        init="pca",  # the spectral one solves an eigenproblem of the whole graph and may not end
        random_state=p.seed,
        n_jobs=1,  # what a fixed seed allows
    )
    least = min(p.most_part, max(p.least_part, round(len(rows) ** 0.5 / 2.2)))
    clusters = hdbscan.HDBSCAN(min_cluster_size=least, min_samples=p.min_samples, core_dist_n_jobs=1)
    return np.asarray(clusters.fit(reducer.fit_transform(rows)).labels_, dtype=np.int32)


def _by_size(labels: Labels, weights: NDArray[np.generic]) -> Labels:
    """The same groups, the one of the largest weight numbered 0; what is below 0 stays."""
    sizes = np.bincount(np.maximum(labels, 0), weights=np.where(labels >= 0, weights, 0))
    ranks = np.empty(len(sizes), np.int32)
    ranks[np.argsort(-sizes, kind="stable")] = np.arange(len(sizes))
    return np.where(labels >= 0, ranks[labels], labels).astype(np.int32)
