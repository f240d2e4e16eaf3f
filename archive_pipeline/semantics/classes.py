"""Semantic classes: sets of frames of one video that look alike, whatever their time."""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform

from archive_pipeline.semantics.condense import Runs, condense, distances, variation
from archive_pipeline.semantics.timeline import Span, check_embeddings, check_times, screen_times
from archive_pipeline.semantics.weighted_hdbscan import NOISE, weighted_hdbscan

_SAME_PICTURE = 2e-3  # distances of equal float32 unit vectors come out below this
_RESOLUTION = 0.05


@dataclass(frozen=True)
class ClassParameters:
    """Seconds are seconds of screen time, so that the sampling rate does not matter."""

    min_cluster_size_s: float = 2.0
    min_samples_s: float = 1.0
    condensing_threshold: float = 0.2
    distance_threshold: float = 0.65
    max_points: int = 3000


@dataclass(frozen=True)
class Classes:
    """The classes of one video."""

    labels: NDArray[np.int32]
    """(n,) class of each frame, numbered by first appearance; -1 for noise."""
    table: pl.DataFrame
    """The columns of `sql/tables/classes.sql` without video_id; a row of class -1 where there is noise."""

    @property
    def n_classes(self) -> int:
        return int(self.labels.max()) + 1

    @property
    def unclustered_share(self) -> float:
        """Share of the frames that are noise, 0 to 1."""
        return float(np.mean(self.labels == NOISE))


def cluster_frames(
    embeddings: ArrayLike, pts_s: ArrayLike, span: Span, parameters: ClassParameters | None = None
) -> Classes:
    parameters = parameters or ClassParameters()
    times = check_times(pts_s, span)
    rows = check_embeddings(embeddings, len(times))
    seconds = screen_times(times, span)
    unit = variation(rows)
    if unit <= _SAME_PICTURE:
        labels = np.zeros(len(rows), dtype=np.int64)
    else:
        runs = condense(rows, parameters.condensing_threshold * unit, parameters.max_points)
        weights = np.add.reduceat(seconds, runs.starts)
        points = _cluster_runs(runs, weights, unit, parameters)
        labels = np.repeat(points, np.diff(runs.starts, append=len(rows)))
    labels = _by_first_appearance(labels)
    return Classes(labels.astype(np.int32), _table(rows, times, seconds, labels))


def _cluster_runs(
    runs: Runs, weights: NDArray[np.float64], unit: float, parameters: ClassParameters
) -> NDArray[np.int64]:
    apart = distances(runs.means, runs.means)
    touching = apart.copy()
    earlier = np.arange(len(runs.gaps))
    later = earlier + 1
    touching[earlier, later] = touching[later, earlier] = np.minimum(apart[earlier, later], runs.gaps)
    labels = weighted_hdbscan(
        touching, weights, _RESOLUTION * unit, parameters.min_cluster_size_s, parameters.min_samples_s
    )
    if labels.max() == NOISE:
        return np.zeros_like(labels)
    labels = _merge(labels, apart, weights, parameters.distance_threshold * unit)
    return _adopt(labels, runs.means, weights, parameters.distance_threshold * unit)


def _merge(labels, apart, weights, threshold):
    k = int(labels.max()) + 1
    if k == 1:
        return labels
    shares = np.zeros((k, len(labels)))
    clustered = np.nonzero(labels != NOISE)[0]
    shares[labels[clustered], clustered] = weights[clustered]
    shares /= shares.sum(axis=1, keepdims=True)
    between = shares @ apart @ shares.T
    np.fill_diagonal(between, 0.0)
    merged = fcluster(linkage(squareform(between, checks=False), "average"), threshold, "distance") - 1
    return np.where(labels == NOISE, NOISE, merged[labels])


def _adopt(labels, means, weights, threshold):
    noise = np.nonzero(labels == NOISE)[0]
    if not len(noise):
        return labels
    k = int(labels.max()) + 1
    centroids = np.stack([np.average(means[labels == c], axis=0, weights=weights[labels == c]) for c in range(k)])
    far = distances(means[noise], centroids.astype(np.float32))
    labels[noise] = np.where(far.min(axis=1) <= threshold, far.argmin(axis=1), NOISE)
    return labels


def _by_first_appearance(labels: NDArray[np.int64]) -> NDArray[np.int64]:
    found, first = np.unique(labels[labels != NOISE], return_index=True)
    renumbered = np.full(len(labels), NOISE)
    for number, old in enumerate(found[np.argsort(first)]):
        renumbered[labels == old] = number
    return renumbered


def _table(rows, times, seconds, labels) -> pl.DataFrame:
    numbers = np.unique(labels)
    medoids = []
    for number in numbers:
        inside = np.nonzero(labels == number)[0]
        centroid = rows[inside].mean(axis=0)
        medoids.append(times[inside[np.argmax(rows[inside] @ centroid)]])
    duration_s = np.array([seconds[labels == number].sum() for number in numbers])
    return pl.DataFrame(
        {
            "class": numbers.astype(np.int32),
            "n_frames": np.array([(labels == number).sum() for number in numbers], dtype=np.int32),
            "duration_s": duration_s,
            "share": duration_s / seconds.sum(),
            "medoid_s": np.array(medoids, dtype=np.float64),
        }
    )
