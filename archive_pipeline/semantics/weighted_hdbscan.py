"""HDBSCAN* on points that carry weights, so that a run of near-identical frames can stand as one point.

The algorithm is Campello, Moulavi and Sander 2013 with excess of mass, as the `hdbscan` package implements it; sizes
and neighbourhoods count weight instead of points. With weights of 1 it gives the labels of `hdbscan.HDBSCAN`, which the
tests compare. The package itself takes no weights and needs 68 s and more for the frames of an hour.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]
NOISE = -1
_ROWS = 512  # rows sorted at a time


@dataclass
class _Cluster:
    """A cluster of the condensed tree; lambda is 1 / distance."""

    parent: int
    birth: float
    stability: float = 0.0
    children: list[int] = field(default_factory=list)
    points: list[int] = field(default_factory=list)  # that leave it without joining a child


def weighted_hdbscan(
    distances: Floats, weights: Floats, resolution: float, min_cluster_weight: float, min_samples_weight: float
) -> NDArray[np.int64]:
    """Labels (n,) of n points, -1 for noise, otherwise from 0; one cluster of everything is allowed.

    `distances` (n, n) symmetric, `weights` (n,) positive. A cluster weighs at least `min_cluster_weight`; a point's
    core distance reaches as far as to gather `min_samples_weight`, itself included, and at least `resolution`: how near
    to each other the things are that a point stands for.
    """
    from scipy.cluster.hierarchy import linkage
    from scipy.spatial.distance import squareform

    n = len(weights)
    if n == 1:
        return np.zeros(1, dtype=np.int64)
    core = np.maximum(core_distances(distances, weights, min_samples_weight), resolution)
    reachability = np.maximum(np.maximum(distances, core[:, None]), core[None, :])
    np.fill_diagonal(reachability, 0.0)
    tree = linkage(squareform(reachability, checks=False), "single")
    clusters = _condense(tree, np.asarray(weights, dtype=np.float64), core, min_cluster_weight)
    return _label(clusters, _excess_of_mass(clusters), n)


def core_distances(distances: Floats, weights: Floats, min_samples_weight: float) -> Floats:
    """(n,) distance within which each point gathers `min_samples_weight`, its own included."""
    core = np.empty(len(weights))
    for start in range(0, len(weights), _ROWS):
        rows = distances[start : start + _ROWS]
        order = np.argsort(rows, axis=1, kind="stable")
        gathered = np.cumsum(weights[order], axis=1)
        enough = np.minimum((gathered < min_samples_weight - 1e-9).sum(axis=1), len(weights) - 1)
        nearest = np.take_along_axis(order, enough[:, None], axis=1)
        core[start : start + _ROWS] = np.take_along_axis(rows, nearest, axis=1)[:, 0]
    return core


def _condense(tree: Floats, weights: Floats, core: Floats, min_weight: float) -> list[_Cluster]:
    """The clusters of at least `min_weight`, parents before children; the first is the root."""
    n = len(weights)
    weight_of = np.concatenate([weights, np.empty(n - 1)])
    for i, (left, right, _, _) in enumerate(tree):
        weight_of[n + i] = weight_of[int(left)] + weight_of[int(right)]
    clusters = [_Cluster(parent=-1, birth=0.0)]
    stack = [(2 * n - 2, 0)]
    while stack:
        node, at = stack.pop()
        cluster = clusters[at]
        if node < n:  # a point heavy enough to be a cluster: it ends where its own frames part
            _leave(cluster, [node], weights[node], 1.0 / max(core[node], 1e-12))
            continue
        left, right = int(tree[node - n, 0]), int(tree[node - n, 1])
        end = 1.0 / max(tree[node - n, 2], 1e-12)
        heavy = [child for child in (left, right) if weight_of[child] >= min_weight - 1e-9]
        if len(heavy) == 2:
            cluster.stability += weight_of[node] * (end - cluster.birth)
            for child in heavy:
                cluster.children.append(len(clusters))
                stack.append((child, len(clusters)))
                clusters.append(_Cluster(parent=at, birth=end))
        else:
            for child in {left, right} - set(heavy):
                _leave(cluster, _leaves(tree, child, n), weight_of[child], end)
            stack.extend((child, at) for child in heavy)
    return clusters


def _leave(cluster: _Cluster, points: list[int], weight: float, end: float) -> None:
    cluster.points.extend(points)
    cluster.stability += weight * (end - cluster.birth)


def _leaves(tree: Floats, node: int, n: int) -> list[int]:
    found, stack = [], [node]
    while stack:
        node = stack.pop()
        if node < n:
            found.append(node)
        else:
            stack.extend((int(tree[node - n, 0]), int(tree[node - n, 1])))
    return found


def _excess_of_mass(clusters: list[_Cluster]) -> list[int]:
    """The disjoint clusters whose stabilities sum to the most."""
    selected: list[list[int]] = [[] for _ in clusters]
    best = np.zeros(len(clusters))
    for i in range(len(clusters) - 1, -1, -1):
        inside = sum(best[child] for child in clusters[i].children)
        if clusters[i].stability >= inside:
            best[i], selected[i] = clusters[i].stability, [i]
        else:
            best[i] = inside
            selected[i] = [s for child in clusters[i].children for s in selected[child]]
    return selected[0]


def _label(clusters: list[_Cluster], selected: list[int], n: int) -> NDArray[np.int64]:
    labels = np.full(n, NOISE, dtype=np.int64)
    for label, top in enumerate(selected):
        stack = [top]
        while stack:
            cluster = clusters[stack.pop()]
            labels[cluster.points] = label
            stack.extend(cluster.children)
    return labels
