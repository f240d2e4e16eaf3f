"""The scores of shot boundaries."""

from itertools import combinations, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive_pipeline.evaluation.boundaries import (
    Boundaries,
    Score,
    match_intervals,
    match_positions,
    score_gradual,
    score_hard_cuts,
)

positions = st.lists(st.integers(0, 15), max_size=5, unique=True)
intervals = st.lists(st.tuples(st.integers(0, 15), st.integers(0, 5)).map(lambda x: (x[0], x[0] + x[1])), max_size=4)


def most(n_true: int, n_found: int, may_match: set[tuple[int, int]]) -> int:
    """Size of a largest matching, by trying all."""
    small, large = sorted((n_true, n_found))
    flip = n_true > n_found
    return max(
        (
            sum(((j, i) if flip else (i, j)) in may_match for i, j in zip(chosen, order, strict=True))
            for chosen in combinations(range(small), small)
            for order in permutations(range(large), small)
        ),
        default=0,
    )


@given(positions, positions, st.integers(0, 3))
def test_hard_cuts_are_matched_one_to_one_as_often_as_possible(
    true: list[int], found: list[int], tolerance: int
) -> None:
    pairs = match_positions(true, found, tolerance)
    assert len({i for i, _ in pairs}) == len({j for _, j in pairs}) == len(pairs)
    assert all(abs(true[i] - found[j]) <= tolerance for i, j in pairs)
    close = {(i, j) for i, t in enumerate(true) for j, f in enumerate(found) if abs(t - f) <= tolerance}
    assert len(pairs) == most(len(true), len(found), close)


@given(intervals, intervals)
def test_gradual_transitions_are_matched_one_to_one_as_often_as_possible(
    true: list[tuple[int, int]], found: list[tuple[int, int]]
) -> None:
    pairs = match_intervals(true, found)
    assert len({i for i, _ in pairs}) == len({j for _, j in pairs}) == len(pairs)
    touching = {(i, j) for i, t in enumerate(true) for j, f in enumerate(found) if max(t[0], f[0]) <= min(t[1], f[1])}
    assert set(pairs) <= touching
    assert len(pairs) == most(len(true), len(found), touching)


def test_taking_the_nearest_would_lose_a_match() -> None:
    assert len(match_positions([10, 12], [11, 13], 1)) == 2


@pytest.mark.parametrize(("tolerance", "n_matched"), [(0, 1), (1, 2), (2, 3)])
def test_the_tolerance_is_in_frames_to_either_side(tolerance: int, n_matched: int) -> None:
    truth, found = Boundaries(hard=(10, 50, 90)), Boundaries(hard=(10, 49, 92))
    assert score_hard_cuts(truth, found, tolerance) == Score(3, 3, n_matched)


def test_one_cut_found_twice_is_one_match_and_one_false_alarm() -> None:
    assert score_hard_cuts(Boundaries(hard=(10,)), Boundaries(hard=(9, 10))) == Score(1, 2, 1)


def test_what_lies_in_an_ignored_range_counts_neither_way() -> None:
    truth = Boundaries(hard=(10, 60), ignore=((50, 100),))
    assert score_hard_cuts(truth, Boundaries(hard=(10, 55, 100, 101))) == Score(1, 2, 1)
    truth = Boundaries(gradual=((10, 20), (60, 70)), ignore=((50, 100),))
    assert score_gradual(truth, Boundaries(gradual=((12, 18), (45, 52), (200, 210)))) == Score(1, 2, 1)


def test_a_hard_cut_reported_within_a_gradual_transition_is_no_false_alarm() -> None:
    truth = Boundaries(hard=(10,), gradual=((30, 40),))
    assert score_hard_cuts(truth, Boundaries(hard=(10, 35, 41))) == Score(1, 1, 1)
    assert score_hard_cuts(truth, Boundaries(hard=(10, 42))) == Score(1, 2, 1)


def test_a_gradual_transition_is_found_by_overlap_and_only_once() -> None:
    truth = Boundaries(gradual=((30, 40), (60, 70)))
    assert score_gradual(truth, Boundaries(gradual=((38, 44), (30, 31)))) == Score(2, 2, 1)
    assert score_gradual(truth, Boundaries(gradual=((35, 65), (66, 80)))) == Score(2, 2, 2)


def test_figures_follow_from_the_counts() -> None:
    score = Score(n_true=8, n_found=5, n_matched=4)
    assert (score.precision, score.recall) == (0.8, 0.5)
    assert score.f1 == pytest.approx(2 * 0.8 * 0.5 / 1.3)


def test_nothing_to_find_and_nothing_found_is_perfect() -> None:
    assert (Score().precision, Score().recall, Score().f1) == (1, 1, 1)
    assert Score(n_true=3).f1 == 0
    assert Score(n_found=3).f1 == 0


def test_scores_of_videos_add_up() -> None:
    assert Score(1, 2, 1) + Score(3, 3, 2) == Score(4, 5, 3)


def test_a_negative_tolerance_is_refused() -> None:
    with pytest.raises(ValueError, match="-1"):
        match_positions([1], [1], -1)
