"""Semantic boundaries, shots and the hierarchy, on results that were made up to be judged."""

from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from archive_pipeline.evaluation.boundaries import Boundaries
from archive_pipeline.evaluation.results import VideoResult
from archive_pipeline.evaluation.score import Score
from archive_pipeline.evaluation.segmentation import cut_scores, hierarchy_scores, semantic_scores, shot_scores
from archive_pipeline.evaluation.truth import Span, TrueShot, VideoTruth
from archive_pipeline.media.facts import MediaFacts
from archive_pipeline.simulator.facts import Facts
from archive_pipeline.store.naming import VideoName

MEDIA = MediaFacts("mp4", "h264", 0, 640, 360, 0, 1.0, 25.0, False, False, 0.0, 0.0, 12.0, False, None, None, None)


def result(starts: list[float], classes: list[int], hard: tuple[float, ...] = ()) -> VideoResult:
    """12 seconds at 2 frames a second; shots begin at `starts` and have these classes; hard cuts in seconds."""
    times = [i / 2 for i in range(24)]
    shot = [max(i for i, start in enumerate(starts) if start <= t + 1e-9) for t in times]
    frames = {"frame": range(24), "pts_s": times, "shot": shot, "class": [classes[i] for i in shot], "scene": shot}
    cuts = {"kind": ["hard"] * len(hard), "source_frame": [round(25 * at) for at in hard]}
    cuts |= {"start_s": list(hard), "end_s": list(hard)}
    return VideoResult(
        VideoName("c", b"a.mp4"),
        "a.mp4",
        Path("a.mp4"),
        MEDIA,
        pl.DataFrame(
            cuts,
            schema_overrides={"kind": pl.String, "start_s": pl.Float64, "end_s": pl.Float64, "source_frame": pl.Int64},
        ),
        pl.DataFrame(frames),
        pl.DataFrame({"start_s": starts, "end_s": [*starts[1:], 12.0]}),
        (),
    )


def shown(starts: list[float], classes: list[str]) -> tuple[TrueShot, ...]:
    return tuple(
        TrueShot(Span("a.mp4", start, end), name, i, Facts())
        for i, (start, end, name) in enumerate(zip(starts, [*starts[1:], 12.0], classes, strict=True))
    )


TRUTH = VideoTruth(Boundaries(hard=(100.0,)), semantic=((7.8, 8.2),), shots=shown([0.0, 4.0, 8.0], ["a", "b", "a"]))


def value(scores: list[Score], task: str, metric: str) -> float:
    (found,) = [score.value for score in scores if (score.task, score.metric) == (task, metric)]
    return found


def test_what_is_found_as_it_was_made_scores_one() -> None:
    pairs = [(TRUTH, result([0.0, 4.0, 8.0], [0, 1, 0], hard=(4.0,)))]
    for scores, task in ((semantic_scores(pairs), "semantic_boundaries"), (shot_scores(pairs), "shots")):
        assert [value(scores, task, metric) for metric in ("precision", "recall", "f1")] == [1, 1, 1]
    hierarchy = hierarchy_scores(pairs)
    assert [value(hierarchy, "classes", m) for m in ("v_measure", "adjusted_rand_index")] == [1, 1]
    assert value(shot_scores(pairs), "shots", "shots_per_minute") == 15


def test_a_shot_that_begins_without_a_cut_and_without_a_reason_is_a_false_alarm() -> None:
    scores = semantic_scores([(TRUTH, result([0.0, 2.0, 4.0, 8.0], [0, 0, 1, 0], hard=(4.0,)))])
    assert [value(scores, "semantic_boundaries", m) for m in ("precision", "recall")] == [0.5, 1]


def test_a_semantic_boundary_at_a_cut_that_was_missed_is_none() -> None:
    scores = semantic_scores([(TRUTH, result([0.0, 4.0, 8.0], [0, 1, 0]))])
    assert [value(scores, "semantic_boundaries", m) for m in ("precision", "recall")] == [1, 1]


def test_shots_are_the_same_from_four_fifths_of_their_union() -> None:
    scores = shot_scores([(TRUTH, result([0.0, 4.5, 9.0], [0, 1, 0]))])
    assert value(scores, "shots", "f1") == pytest.approx(1 / 3), "0–4.5 for 0–4 only"
    merged = shot_scores([(TRUTH, result([0.0], [0]))])
    assert value(merged, "shots", "f1") == 0


def test_classes_that_mix_places_score_less() -> None:
    scores = hierarchy_scores([(TRUTH, result([0.0, 4.0, 8.0], [0, 0, 0]))])
    assert value(scores, "classes", "v_measure") == 0


def test_cuts_are_pooled_over_videos_and_named_by_system() -> None:
    found = Boundaries(hard=(101.0, 200.0))
    scores = cut_scores([(Boundaries(hard=(100.0,)), found), (Boundaries(hard=(7.0,)), Boundaries())], "other")
    at = {(s.tolerance, s.metric): s for s in scores if s.task == "hard_cuts"}
    assert at[0, "recall"].value == 0
    assert (at[1, "recall"].value, at[1, "precision"].value, at[1, "f1"].n) == (0.5, 0.5, 2)
    assert {s.system for s in scores} == {"other"}


def test_what_nobody_annotated_has_no_score() -> None:
    silent = replace(TRUTH, boundaries=None, semantic=None, shots=None)
    pairs = [(silent, result([0.0], [0]))]
    assert [*semantic_scores(pairs), *shot_scores(pairs), *hierarchy_scores(pairs)] == []
