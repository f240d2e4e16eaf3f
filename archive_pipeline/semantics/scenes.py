"""Semantic scenes: maximal runs in time of one class ("class diarization")."""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray

from archive_pipeline.semantics.absorption import NOISE, absorb_short_runs
from archive_pipeline.semantics.timeline import Cuts, Span, check_times, screen_times
from archive_pipeline.semantics.transitions import settled


@dataclass(frozen=True)
class SceneParameters:
    """How long a run of one class must last to be a scene, in seconds."""

    min_scene_s: float = 1.0
    """Shorter runs join a neighbour. Precision and recall of shot boundaries on made-up programmes hardly depend on it:
    0.942 / 0.897 at 0.3, 0.946 / 0.897 at 1, 0.945 / 0.891 at 2, where it begins to swallow short cutaways."""
    min_noise_s: float = 4.0
    """Shorter runs of noise join a neighbour; longer ones are scenes of class -1. A shot of 2 s is a cluster of its
    own, so longer noise is a montage of short shots or constant motion, and deserves to be seen as such."""

    def __post_init__(self) -> None:
        for name in ("min_scene_s", "min_noise_s"):
            if not getattr(self, name) >= 0:
                raise ValueError(f"{name} must be at least 0 seconds, got {getattr(self, name)}")


def diarize(
    labels: ArrayLike, pts_s: ArrayLike, span: Span, cuts: Cuts, parameters: SceneParameters | None = None
) -> pl.DataFrame:
    """The scenes of a video in order of time: columns scene, class, start_s, end_s; they tile the span.

    Runs of one class shorter than `min_scene_s` (runs of noise shorter than `min_noise_s`) join a neighbour: first
    inside a stretch between two hard cuts, then across cuts. A scene begins at the hard cut that parts its first sample
    from the one before, else in the middle of a gradual change that lies there, else at its first sample. Samples
    inside a gradual change count as the picture on their side of its middle. Neighbouring scenes differ in class, and
    each holds at least one sample.

    `labels` (n,) from `cluster_frames`, `pts_s` (n,) increasing. Raises ValueError where they do not fit.
    """
    parameters = parameters or SceneParameters()
    times = check_times(pts_s, span)
    classes = np.asarray(labels, dtype=np.int64)
    if classes.shape != times.shape:
        raise ValueError(f"labels must be {len(times)}, one a frame, got the shape {classes.shape}")
    classes = _smooth(classes[settled(times, cuts)], times, screen_times(times, span), cuts, parameters)
    firsts = np.nonzero(np.diff(classes, prepend=classes[0] - 1))[0]
    starts = [span[0]]
    for k, first in enumerate(firsts[1:], start=1):
        last = firsts[k + 1] - 1 if k + 1 < len(firsts) else len(times) - 1
        earliest = max(times[firsts[k - 1]], starts[-1])
        starts.append(_boundary(times[first - 1], times[first], earliest, times[last], cuts))
    return pl.DataFrame(
        {
            "scene": np.arange(len(firsts), dtype=np.int32),
            "class": classes[firsts].astype(np.int32),
            "start_s": np.array(starts, dtype=np.float64),
            "end_s": np.array([*starts[1:], span[1]], dtype=np.float64),
        }
    )


def _smooth(
    classes: NDArray[np.int64], times: NDArray[np.float64], seconds: NDArray[np.float64], cuts: Cuts, p: SceneParameters
) -> NDArray[np.int64]:
    stretch = np.searchsorted(cuts.hard_s, times, side="right")
    barriers = np.diff(stretch, prepend=stretch[0]) > 0

    def min_seconds(label: int) -> float:
        return p.min_noise_s if label == NOISE else p.min_scene_s

    inside = absorb_short_runs(classes, seconds, barriers, min_seconds, across_barriers=False)
    return absorb_short_runs(inside, seconds, barriers, min_seconds, across_barriers=True)


def _boundary(before_s: float, after_s: float, earliest_s: float, latest_s: float, cuts: Cuts) -> float:
    """Where a scene begins whose first sample is at `after_s`: in (earliest_s, latest_s].

    The middle of a gradual change, because the shots have no gaps (the convention of TRECVID's common shot boundary
    reference): half of the change is then wrong on either side, whereas at its end all of it would be wrong on one.
    """
    hard = cuts.between(before_s, after_s)
    if len(hard):
        return float(hard[-1])
    for begin_s, complete_s in cuts.gradual_s:
        middle_s = (begin_s + complete_s) / 2
        touches = begin_s <= after_s and complete_s >= before_s
        free = not len(cuts.between(min(middle_s, before_s), max(middle_s, after_s)))
        if touches and free and earliest_s < middle_s <= latest_s:
            return float(middle_s)
    return after_s
