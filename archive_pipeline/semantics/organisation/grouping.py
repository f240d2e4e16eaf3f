"""The groups of a collection that nobody described: HDBSCAN over UMAP, and above its clusters a hierarchy.

UMAP and HDBSCAN as their authors advise for clustering (umap-learn's "Using UMAP for Clustering": many neighbours, no
minimal distance, ten dimensions). Above, average linkage in the encoder's space as for the classes of a video, because
the map keeps no distances between far clusters. Against place × thing of 2,000 drawn photographs (seed 1) the best cut
had an adjusted Rand index of 0.86, 0.87 and 0.93 there and of 0.77, 0.78 and 0.84 in the map, for clusters of at least
10, 20 and 30; HDBSCAN's own clusters of at least 10, 20, 30 and 40 had 0.31, 0.57, 0.72 and 0.76.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from archive_pipeline.semantics.classes import widest_gap
from archive_pipeline.semantics.organisation.space import Rows, Space, learn_space, means_of
from archive_pipeline.semantics.timeline import check_embeddings
from archive_pipeline.semantics.weighted_hdbscan import NOISE

LEVELS = ("theme", "group", "part")  # from coarse to fine
Labels = NDArray[np.int32]


@dataclass(frozen=True)
class GroupingParameters:
    """Chosen on the simulated collections of the seeds 1 to 3, 2,000 photographs each, with archive-tiny."""

    n_neighbors: int = 30
    """UMAP's. At 15, its default, twice as much was noise (6.3 % against 3.1 %, seed 1)."""
    n_components: int = 10
    min_samples: int = 5
    """HDBSCAN's: how many neighbours make a place dense."""
    least_part: int = 5
    most_part: int = 50
    """Bounds of HDBSCAN's min_cluster_size, which is √n / 2.2 in between: 20 of 2,000."""
    held_down: float = 0.15
    """See `space.learn_space`. Mean ARI of the seeds at the best cut for all 0.74 at 0, 0.81 at 0.15, 0.81 at 0.25."""
    group_distance: float = 0.72
    """Parts nearer than this on average are one group, in shares of how far pictures usually are apart; a picture
    farther than it from every part belongs nowhere. ARI 0.74 to 0.85 from 0.68 to 0.72; at 0.74 one seed had 0.62."""
    theme_distance: float = 0.95
    """Groups are joined to themes at the widest gap between the two."""
    most_at_once: int = 100_000
    """Of a larger collection so many are grouped, the others are placed among them."""
    seed: int = 0


@dataclass(frozen=True, eq=False)
class Groups:
    """What a collection of n pictures consists of."""

    labels: Labels
    """(n, 3): theme, group and part of each; -1 in all three where it belongs nowhere."""
    certainty: Rows
    """(n,) 0 to 1: 0 where another group is as near as its own; 0 nowhere."""


def organise(embeddings: Rows, parameters: GroupingParameters | None = None) -> Groups:
    """Group n unit rows (n, d). The same rows in the same order give the same groups on the same machine.

    Collections of less than twice `least_part` have one group. Raises ValueError for rows that are no unit rows.
    """
    p = parameters or GroupingParameters()
    rows = check_embeddings(embeddings, len(embeddings))
    if len(rows) < 2 * p.least_part:
        return Groups(np.zeros((len(rows), 3), np.int32), np.ones(len(rows), np.float32))
    space = learn_space(rows, p.held_down)
    chosen = np.arange(len(rows))
    if len(rows) > p.most_at_once:
        chosen = np.sort(np.random.default_rng(p.seed).permutation(len(rows))[: p.most_at_once])
    placed = space.rows(rows)
    parts = np.full(len(rows), NOISE, np.int32)
    parts[chosen] = _dense_parts(placed[chosen], p)
    if parts.max() < 0:
        parts[:] = 0
    means = means_of(placed, parts, int(parts.max()) + 1)
    above = _hierarchy(means, space, p)
    return _assigned(placed, parts, means, above, space, p.group_distance)


def add(embeddings: Rows, labels: Labels, parameters: GroupingParameters | None = None) -> Groups:
    """Place new pictures in a collection that is organised: `labels` (n, 3) as `Groups` has them, and -2 for new rows.

    A new picture joins the part whose members are nearest on average, by the rule by which noise did; the others stay
    where they are. Raises ValueError where nothing is organised yet.
    """
    p = parameters or GroupingParameters()
    known = labels[:, 0] != -2
    if not known.any() or labels[known].max() < 0:
        raise ValueError("labels name no group to add pictures to: organise the collection first")
    rows = check_embeddings(embeddings, len(labels))
    space = learn_space(rows[known], p.held_down)
    placed = space.rows(rows)
    parts = labels[:, 2].copy()
    n_parts = int(parts.max()) + 1
    above = np.zeros((n_parts, 2), np.int32)
    inside = parts >= 0
    above[parts[inside]] = labels[inside, :2]
    found = _assigned(
        placed, np.maximum(parts, NOISE), means_of(placed, parts, n_parts), above, space, p.group_distance
    )
    return Groups(np.where(known[:, None], labels, found.labels), found.certainty)


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
    import umap  # brings numba: seconds and 100 MB, so only where something is grouped

    neighbours = min(p.n_neighbors, len(rows) - 1)
    reducer = umap.UMAP(
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


def _hierarchy(means: Rows, space: Space, p: GroupingParameters) -> Labels:
    """(parts, 2): theme and group of each part."""
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.spatial.distance import squareform

    if len(means) == 1:
        return np.zeros((1, 2), np.int32)
    between = space.distances(means, means).astype(np.float64)
    between = (between + between.T) / 2
    np.fill_diagonal(between, 0.0)
    tree = linkage(squareform(between, checks=False), "average")
    cuts = (widest_gap(tree[:, 2], (p.group_distance, p.theme_distance)), p.group_distance)
    return np.stack([fcluster(tree, cut, "distance") - 1 for cut in cuts], axis=1).astype(np.int32)


def _assigned(rows: Rows, parts: Labels, means: Rows, above: Labels, space: Space, limit: float) -> Groups:
    """Parts of all rows: noise within the limit of a part joins it."""
    n_groups = int(above[:, 1].max()) + 1
    labels = np.empty((len(rows), 3), np.int32)
    certainty = np.empty(len(rows), np.float32)
    for at in range(0, len(rows), 4096):
        block = slice(at, at + 4096)
        far = space.distances(rows[block], means)
        own = np.where(parts[block] >= 0, parts[block], np.where(far.min(1) <= limit, far.argmin(1), NOISE))
        labels[block] = np.where(own[:, None] >= 0, np.column_stack([above[own], own]), NOISE)
        nearest = np.full((len(far), n_groups), np.inf, np.float32)
        for part, group in enumerate(above[:, 1]):
            np.minimum(nearest[:, group], far[:, part], out=nearest[:, group])
        its_own = np.take_along_axis(nearest, above[own, 1][:, None].astype(np.intp), 1)[:, 0]
        np.put_along_axis(nearest, above[own, 1][:, None].astype(np.intp), np.inf, 1)
        certainty[block] = np.where(own >= 0, np.clip(1 - its_own / nearest.min(1), 0, 1), 0)
    return Groups(labels, certainty)
