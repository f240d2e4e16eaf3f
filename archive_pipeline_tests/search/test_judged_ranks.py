"""Figures of judged ranks against plain readings of their definitions, and two rankings mixed without favour."""

from operator import eq
from random import Random

import pytest

from archive_pipeline.search.rank_figures import duel, figures_of
from archive_pipeline.search.team_draft import team_draft


def test_shares_have_wilsons_bounds_and_what_is_not_there_counts_as_missed() -> None:
    figures = {one.metric: one for one in figures_of([1] * 8 + [7, 0])}
    assert (figures["r_at_1"].value, figures["r_at_10"].value, figures["not_there"].value) == (0.8, 0.9, 0.1)
    # Wilson (1927) for 8 of 10 at 95 %, computed by hand from z = 1.959964
    assert (figures["r_at_1"].low, figures["r_at_1"].high) == pytest.approx((0.4902, 0.9433), abs=1e-4)
    assert figures["mrr"].value == pytest.approx((8 + 1 / 7) / 10)
    assert figures["mrr"].low < figures["mrr"].value < figures["mrr"].high
    assert figures_of([1, 2, 0]) == figures_of([1, 2, 0]), "the bootstrap is drawn the same every time"


def test_the_sign_test_is_the_binomial_one() -> None:
    assert duel(9, 1).p == pytest.approx(2 * (1 + 10) / 2**10)
    assert duel(0, 0).p == 1
    assert duel(5, 5).p == 1


def test_a_mixed_list_holds_both_once_and_favours_neither() -> None:
    first, second = list("abcdef"), list("badgch")
    for seed in range(400):
        picks = team_draft(first, second, eq, Random(seed), 50)
        assert sorted(pick.result for pick in picks) == sorted(set(first + second))
        assert {picks[0].result, picks[1].result} == {"a", "b"}
        teams = [pick.team for pick in picks[:4]]
        assert teams.count(0) == 2, "each picks once in every round"
        assert len(team_draft(first, second, eq, Random(seed), 3)) == 3
    assert 0.3 < sum(team_draft(list("ab"), list("ab"), eq, Random(s), 9)[0].team for s in range(400)) / 400 < 0.7


def test_a_list_that_ends_first_leaves_the_rest_to_the_other() -> None:
    picks = team_draft(["a"], ["b", "c", "d"], eq, Random(1), 50)
    assert [pick.result for pick in picks if pick.team == 1] == ["b", "c", "d"]
