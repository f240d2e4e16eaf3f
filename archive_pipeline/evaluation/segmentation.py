"""Scores of what divides a video: cuts, semantic boundaries, shots, classes and scenes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import adjusted_rand_score, v_measure_score

from archive_pipeline.evaluation import boundaries
from archive_pipeline.evaluation.boundaries import Boundaries, Interval, match_intervals, score_gradual, score_hard_cuts
from archive_pipeline.evaluation.results import VideoResult
from archive_pipeline.evaluation.score import OURS, Score
from archive_pipeline.evaluation.truth import TrueShot, VideoTruth

TOLERANCES = (0, 1, 2)  # frames
_SAME_SHOT = 0.8  # intersection over union from which a found shot is a true one


def cut_scores(pairs: Iterable[tuple[Boundaries, Boundaries]], system: str = OURS) -> list[Score]:
    """Hard cuts at each tolerance and gradual transitions, pooled over (truth, found) of the videos."""
    pairs = list(pairs)
    scores = []
    for tolerance in TOLERANCES:
        pooled = sum((score_hard_cuts(true, found, tolerance) for true, found in pairs), boundaries.Score())
        scores += _three("hard_cuts", pooled, system, tolerance)
    return scores + _three(
        "gradual_transitions", sum((score_gradual(true, found) for true, found in pairs), boundaries.Score()), system
    )


def semantic_scores(videos: Iterable[tuple[VideoTruth, VideoResult]]) -> list[Score]:
    """Changes of what is seen without a cut: found where a shot begins that no detected cut explains.

    A change is found when such a boundary lies in it, give or take a sampling interval. One that lies at a true cut is
    no false alarm: there the cut was missed and the meaning was not.
    """
    pooled = boundaries.Score()
    for truth, found in videos:
        if truth.semantic is None:
            continue
        slack = found.interval_s
        true = [(start - slack, end + slack) for start, end in truth.semantic]
        uncut = [(at, at) for at in _uncut_starts(found)]
        pairs = match_intervals(true, uncut)
        matched = {j for _, j in pairs}
        cuts = _true_cuts_s(truth, found, slack)
        n_false = sum(j not in matched and not _touches(at, cuts) for j, at in enumerate(uncut))
        pooled += boundaries.Score(len(true), len(pairs) + n_false, len(pairs))
    return _three("semantic_boundaries", pooled)


def shot_scores(videos: Iterable[tuple[VideoTruth, VideoResult]]) -> list[Score]:
    """True and found shots matched one to one where their intersection is 0.8 of their union; shots per minute."""
    pooled, seconds = boundaries.Score(), 0.0
    for truth, found in videos:
        if truth.shots is None:
            continue
        true = [(shot.span.start_s, shot.span.end_s) for shot in truth.shots]
        spans = found.shots.select("start_s", "end_s").rows()
        pooled += boundaries.Score(len(true), len(spans), _n_same(true, spans))
        seconds += spans[-1][1] - spans[0][0]
    if not pooled.n_true:
        return []
    per_minute = [
        Score("shots", f"{what}_per_minute", 60 * n / seconds, n)
        for what, n in (("true_shots", pooled.n_true), ("shots", pooled.n_found))
    ]
    return _three("shots", pooled) + per_minute


def hierarchy_scores(videos: Iterable[tuple[VideoTruth, VideoResult]]) -> list[Score]:
    """V-measure (Rosenberg and Hirschberg 2007) and adjusted Rand index of the sampled frames' classes and scenes.

    Means over the videos. Frames that the pipeline calls noise count as one class of their own.
    """
    found_labels: dict[str, list[tuple[float, float]]] = {"classes": [], "scenes": []}
    for truth, found in videos:
        if truth.shots is None:
            continue
        at = _shot_at(truth.shots, found.frames["pts_s"].to_numpy())
        for task, column, true in (
            ("classes", "class", [shot.semantic_class for shot in truth.shots]),
            ("scenes", "scene", [str(shot.scene) for shot in truth.shots]),
        ):
            wanted, got = [true[i] for i in at], found.frames[column].to_list()
            found_labels[task].append((v_measure_score(wanted, got), adjusted_rand_score(wanted, got)))
    return [
        Score(task, metric, float(np.mean([pair[k] for pair in pairs])), len(pairs))
        for task, pairs in found_labels.items()
        for k, metric in enumerate(("v_measure", "adjusted_rand_index"))
        if pairs
    ]


def _three(task: str, score: boundaries.Score, system: str = OURS, tolerance: int | None = None) -> list[Score]:
    if not score.n_true:
        return []
    figures: Mapping[str, float] = {"precision": score.precision, "recall": score.recall, "f1": score.f1}
    return [
        replace(Score(task, metric, value, score.n_true), system=system, tolerance=tolerance)
        for metric, value in figures.items()
    ]


def _n_same(true: Sequence[Interval], found: Sequence[Interval]) -> int:
    """Pairs are one to one by themselves, since spans of one side do not overlap and 0.8 is more than half."""
    n, j = 0, 0
    for start, end in true:
        while j < len(found) and found[j][1] <= start:
            j += 1
        k = j
        while k < len(found) and found[k][0] < end:
            shared = min(end, found[k][1]) - max(start, found[k][0])
            n += shared >= _SAME_SHOT * (max(end, found[k][1]) - min(start, found[k][0]))
            k += 1
    return n


def _uncut_starts(found: VideoResult) -> list[float]:
    """Where a shot begins and no cut was detected."""
    frame_s = 1 / found.media.frame_rate
    cuts = [(start - frame_s, end + frame_s) for start, end in found.cuts.select("start_s", "end_s").rows()]
    return [at for at in found.shots["start_s"][1:] if not _touches((at, at), cuts)]


def _true_cuts_s(truth: VideoTruth, found: VideoResult, slack: float) -> list[Interval]:
    if truth.boundaries is None:
        return []
    rate = found.media.frame_rate
    intervals = [*((at, at) for at in truth.boundaries.hard), *truth.boundaries.gradual, *truth.boundaries.ignore]
    return [(start / rate - slack, end / rate + slack) for start, end in intervals]


def _touches(one: Interval, others: Iterable[Interval]) -> bool:
    return any(one[0] <= end and start <= one[1] for start, end in others)


def _shot_at(shots: Sequence[TrueShot], pts_s: NDArray[np.float64]) -> NDArray[np.int64]:
    """(n,) index of the true shot that each frame lies in."""
    starts = [shot.span.start_s for shot in shots]
    return np.clip(np.searchsorted(starts, pts_s + 1e-6, side="right") - 1, 0, len(shots) - 1)
