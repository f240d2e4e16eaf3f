"""Weighted HDBSCAN is HDBSCAN where weights are 1, and HDBSCAN of repeated points where they are not."""

import hdbscan
import numpy as np
import pytest
from sklearn.datasets import make_blobs
from sklearn.metrics import adjusted_rand_score

from archive_pipeline.semantics.condense import distances
from archive_pipeline.semantics.weighted_hdbscan import core_distances, weighted_hdbscan

RESOLUTION = 1e-9


def blobs(seed: int, n: int = 240) -> np.ndarray:
    points, _ = make_blobs(n, centers=6, n_features=5, cluster_std=1.2, random_state=seed)
    return points


def package(points: np.ndarray, min_cluster_size: int, min_samples: int) -> np.ndarray:
    """The package counts neighbours without the point itself."""
    clusterer = hdbscan.HDBSCAN(
        min_cluster_size=min_cluster_size, min_samples=min_samples - 1, metric="precomputed", allow_single_cluster=True
    )
    return clusterer.fit_predict(distances(points, points))


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize(("min_cluster_size", "min_samples"), [(5, 4), (12, 6), (20, 2)])
def test_with_weights_of_one_it_is_the_package(seed: int, min_cluster_size: int, min_samples: int) -> None:
    points = blobs(seed)
    ours = weighted_hdbscan(
        distances(points, points), np.ones(len(points)), RESOLUTION, float(min_cluster_size), float(min_samples)
    )
    theirs = package(points, min_cluster_size, min_samples)
    assert theirs.max() > 0, "the case must have clusters"
    # Distances of equal length (a core distance is the distance of many) may be joined in either order: that seldom
    # moves a point from one cluster to another.
    assert np.mean((ours == -1) == (theirs == -1)) > 0.99
    assert adjusted_rand_score(theirs, ours) > 0.98


@pytest.mark.parametrize("seed", range(4))
def test_a_weight_counts_as_that_many_equal_points(seed: int) -> None:
    points = blobs(seed, 120)
    weights = np.random.default_rng(seed).integers(1, 5, len(points))
    repeated = np.repeat(points, weights, axis=0)
    repeated += np.random.default_rng(1).standard_normal(repeated.shape) * 1e-3
    whole = weighted_hdbscan(distances(repeated, repeated), np.ones(len(repeated)), 0.1, 30.0, 8.0)
    weighted = weighted_hdbscan(distances(points, points), weights.astype(float), 0.1, 30.0, 8.0)
    assert whole.max() > 0
    assert adjusted_rand_score(whole, np.repeat(weighted, weights)) > 0.95


def test_a_single_heavy_point_can_be_a_cluster() -> None:
    points = np.array([[0.0], [0.1], [0.2], [9.0]])
    labels = weighted_hdbscan(distances(points, points), np.array([4.0, 4.0, 4.0, 10.0]), 0.1, 9.0, 3.0)
    assert labels[0] == labels[1] == labels[2] != labels[3]
    assert labels.min() == 0


def test_core_distances_reach_as_far_as_the_weight_asked_for() -> None:
    points = np.array([[0.0], [1.0], [3.0]])
    weights = np.array([1.0, 2.0, 1.0])
    assert core_distances(distances(points, points), weights, 2.0).tolist() == [1.0, 0.0, 2.0]
    assert core_distances(distances(points, points), weights, 99.0).tolist() == [3.0, 2.0, 3.0]
