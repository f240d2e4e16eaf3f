"""Shots between boundaries that a person put right: each of its own frames, tiling the same span."""

import numpy as np
import polars as pl
import pytest

from archive_pipeline.semantics.rebounding import halves_hold_frames, rebound

PTS_S = np.arange(12) / 2.0
SHOTS = pl.DataFrame(
    {
        "shot": pl.Series([0, 1, 2], dtype=pl.Int32),
        "scene": [0, 0, 1],
        "class": [0, 0, 1],
        "start_s": [0.0, 1.0, 4.0],
        "end_s": [1.0, 4.0, 6.0],
        "n_frames": pl.Series([2, 6, 4], dtype=pl.Int32),
        "keyframe_s": [0.0, 2.0, 4.5],
        "cohesion": [1.0, 1.0, 1.0],
    }
)
EMBEDDINGS = np.eye(3, dtype=np.float32)[[0] * 2 + [1] * 6 + [2] * 4]


def test_joined_shots_have_the_mean_of_all_their_frames_and_the_class_of_the_longer() -> None:
    table, vectors = rebound(SHOTS, EMBEDDINGS, PTS_S, [4.0], [])
    assert table.select("shot", "start_s", "end_s", "class", "n_frames").rows() == [(0, 0, 1, 0, 2), (1, 1, 6, 0, 10)]
    assert vectors[1] == pytest.approx(np.array([0, 6, 4]) / np.hypot(6, 4))
    assert 1.0 <= table["keyframe_s"][1] < 4.0, "the most typical frame is one of the six that are alike"
    assert table["cohesion"][1] == pytest.approx((6 * 6 + 4 * 4) / 10 / np.hypot(6, 4))


def test_each_half_of_a_divided_shot_has_its_own_frames() -> None:
    table, vectors = rebound(SHOTS, EMBEDDINGS, PTS_S, [1.0, 4.0], [1.25, 4.0])
    assert table["start_s"].to_list() == [0.0, 1.25, 4.0]
    assert table["end_s"].to_list() == [1.25, 4.0, 6.0]
    assert table["n_frames"].to_list() == [3, 5, 4]
    assert vectors[0] == pytest.approx(np.array([2, 1, 0]) / np.hypot(2, 1))
    assert vectors[1] == pytest.approx([0, 1, 0])


def test_without_any_correction_the_shots_are_the_same() -> None:
    table, vectors = rebound(SHOTS, EMBEDDINGS, PTS_S, [], [1.0004])
    assert table.select("start_s", "end_s", "n_frames").rows() == SHOTS.select("start_s", "end_s", "n_frames").rows()
    assert vectors == pytest.approx(np.eye(3))


def test_a_shot_can_be_divided_where_both_sides_have_frames() -> None:
    assert halves_hold_frames(1.0, 1.25, 4.0, PTS_S)
    assert not halves_hold_frames(1.0, 1.0, 4.0, PTS_S)
    assert not halves_hold_frames(1.0, 3.75, 4.0, PTS_S)
    assert not halves_hold_frames(float("nan"), 3.0, 4.0, PTS_S)
