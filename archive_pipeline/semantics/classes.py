"""Semantic classes: sets of frames of one video that look alike, whatever their time."""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray

from archive_pipeline.semantics.condense import Runs, condense, distances, variation
from archive_pipeline.semantics.timeline import Span, check_embeddings, check_times, screen_times
from archive_pipeline.semantics.weighted_hdbscan import NOISE, weighted_hdbscan

_SAME_PICTURE = 2e-3  # the distance of equal unit vectors comes out below this in float32
_RESOLUTION = 0.05  # of the variation; density below it says nothing of the subject. At 0.1 fast cutting lost 0.13 V


@dataclass(frozen=True)
class ClassParameters:
    """How frames are grouped into classes.

    Seconds are seconds of screen time, so that the sampling rate does not matter. Thresholds are shares of the video's
    own `variation`, so that the encoder does not. Defaults were chosen on made-up programmes (`synthetic`) of 1, 3, 10
    and 30 minutes in seven styles of editing and two spaces, by V-measure against the places shown.
    """

    min_cluster_size_s: float = 2.0
    """HDBSCAN's min_cluster_size: the least screen time of a cluster. The length of TRECVID's shortest master shots;
    mean V 0.91 at 1 s and at 2 s."""
    min_samples_s: float = 1.0
    """HDBSCAN's min_samples: how much screen time a neighbourhood must gather. Higher makes more frames noise."""
    condensing_threshold: float = 0.2
    """Consecutive frames whose means are nearer than this stand as one point: 3 to 10 times fewer. Mean V 0.89, 0.91,
    0.90 at 0.1, 0.2, 0.3; on grainy film 0.78, 0.92, 0.91, because means are freer of noise than frames."""
    min_distance: float = 0.5
    """Clusters nearer than this on average are one class whatever the others do."""
    max_distance: float = 0.85
    """Clusters farther than this are never one class. In between the dendrogram decides: it is cut in its widest gap,
    which lies elsewhere in every encoder and every programme. Mean V over 84 made-up programmes of 1, 2 and 5 minutes
    in four spaces 0.72, with a cut at 0.6, 0.65 or 0.7 of all 0.70, 0.71, 0.71; on 24 simulated newsreels 0.985 against
    0.89, 0.94, 0.975. With 0.9 instead of 0.85: 0.71."""
    max_points: int = 3000
    """Most points that are clustered; memory and time grow with its square (3,000: 0.2 GB)."""

    def __post_init__(self) -> None:
        for name in ("min_cluster_size_s", "min_samples_s", "condensing_threshold", "min_distance"):
            if not getattr(self, name) >= 0:
                raise ValueError(f"{name} must be at least 0, got {getattr(self, name)}")
        if self.max_distance < self.min_distance:
            raise ValueError(f"max_distance is {self.max_distance}, below min_distance {self.min_distance}")
        if self.max_points < 2:
            raise ValueError(f"max_points must be at least 2, got {self.max_points}")


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
    """Group the frames of one video into classes.

    1. Runs of near-identical consecutive frames become points that weigh their screen time.
    2. HDBSCAN on the points; being alone is allowed to a cluster, so that a video of one shot is one class. What it
       finds are shots and set-ups rather than places: they are far denser.
    3. Average linkage joins clusters to classes, as far as the widest gap of its dendrogram. HDBSCAN's own way to
       coarser clusters (cluster_selection_epsilon, Malzer and Baum 2020) is single linkage, which the frames of a
       dissolve bridge: V-measure against the places of a 10-minute programme 0.20 to 0.57 with it, 0.9 with average
       linkage.
    4. Noise near a class joins it; the rest stays noise, -1. Where nothing is dense, all is one class.

    `embeddings` (n, d) unit rows, `pts_s` (n,) increasing, inside `span` (start of the first frame, end of the last) in
    seconds. The same input gives the same labels. Raises ValueError on anything else, NaN included.
    """
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
    # A slow pan is condensed to points far apart, though its frames were a chain: neighbours in time are as near as
    # the frames where they meet.
    touching = apart.copy()
    earlier = np.arange(len(runs.gaps))
    later = earlier + 1
    touching[earlier, later] = touching[later, earlier] = np.minimum(apart[earlier, later], runs.gaps)
    labels = weighted_hdbscan(
        touching, weights, _RESOLUTION * unit, parameters.min_cluster_size_s, parameters.min_samples_s
    )
    if labels.max() == NOISE:
        return np.zeros_like(labels)
    bounds = (parameters.min_distance * unit, parameters.max_distance * unit)
    labels, cut = _merge(labels, apart, weights, bounds)
    return _adopt(labels, runs.means, weights, cut)


def _merge(
    labels: NDArray[np.int64], apart: NDArray[np.float64], weights: NDArray[np.float64], bounds: tuple[float, float]
) -> tuple[NDArray[np.int64], float]:
    """Average linkage between clusters, each counting once however long it is; the distance at which it was cut."""
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.spatial.distance import squareform

    k = int(labels.max()) + 1
    if k == 1:
        return labels, sum(bounds) / 2
    shares = np.zeros((k, len(labels)))
    clustered = np.nonzero(labels != NOISE)[0]
    shares[labels[clustered], clustered] = weights[clustered]
    shares /= shares.sum(axis=1, keepdims=True)
    between = shares @ apart @ shares.T
    np.fill_diagonal(between, 0.0)
    tree = linkage(squareform(between, checks=False), "average")
    cut = widest_gap(tree[:, 2], bounds)
    merged = fcluster(tree, cut, "distance") - 1
    return np.where(labels == NOISE, NOISE, merged[labels]), cut


def widest_gap(heights: NDArray[np.float64], bounds: tuple[float, float]) -> float:
    """The middle of the widest gap between neighbouring heights (ascending), seen from bound to bound."""
    low, high = bounds
    steps = np.concatenate([[low], heights[(heights > low) & (heights < high)], [high]])
    widest = int(np.argmax(np.diff(steps)))
    return float(steps[widest : widest + 2].mean())


def _adopt(
    labels: NDArray[np.int64], means: NDArray[np.float32], weights: NDArray[np.float64], threshold: float
) -> NDArray[np.int64]:
    """Noise within the threshold of a class's mean joins it: half of a dissolve, a zoom too fast to be dense."""
    noise = np.nonzero(labels == NOISE)[0]
    if not len(noise):
        return labels
    k = int(labels.max()) + 1
    centroids = np.stack([np.average(means[labels == c], axis=0, weights=weights[labels == c]) for c in range(k)])
    far = distances(means[noise], centroids.astype(np.float32))
    adopted = labels.copy()
    adopted[noise] = np.where(far.min(axis=1) <= threshold, far.argmin(axis=1), NOISE)
    return adopted


def _by_first_appearance(labels: NDArray[np.int64]) -> NDArray[np.int64]:
    found, first = np.unique(labels[labels != NOISE], return_index=True)
    renumbered = np.full(len(labels), NOISE, dtype=np.int64)
    for number, old in enumerate(found[np.argsort(first)]):
        renumbered[labels == old] = number
    return renumbered


def _table(
    rows: NDArray[np.float32], times: NDArray[np.float64], seconds: NDArray[np.float64], labels: NDArray[np.int64]
) -> pl.DataFrame:
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
