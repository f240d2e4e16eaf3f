"""Where two shots run together: on time, at another speed, in part, and joined with what follows."""

import numpy as np
import pytest
from PIL import Image

from archive_pipeline.semantics.footage.alignment import Run, Timed
from archive_pipeline.semantics.footage.joining import Reuse, joined
from archive_pipeline.semantics.footage.matching import Match, Shot, match
from archive_pipeline_tests.semantics.footage.drawn import CHANGES, greys, pan, picture

FPS = 3


def shot(pictures: list[Image.Image], start_s: float, first_s: float = 0.0) -> Shot:
    """Sampled three times a second, `first_s` after its cut."""
    pts_s = start_s + first_s + np.arange(len(pictures)) / FPS
    small = greys(*pictures)
    return Shot(small, Timed(pts_s, start_s, float(pts_s[-1]) + 1 / FPS), (0.0, 0.0, 1.0, 1.0))


def compared(ours: Shot, other: Shot, at: int = 5, later: int = 0) -> Match | None:
    """By the landmarks `at` and, in the other one, `later`."""
    there = at + later
    return match(ours, other, [(ours.pictures[at : at + 1], other.pictures[there : there + 1])])


@pytest.mark.parametrize("change", CHANGES)
def test_a_part_of_a_shot_is_found_where_it_is(change: str) -> None:
    whole = pan(3, 30)
    found = compared(shot([CHANGES[change](one) for one in whole[9:24]], 20.0, 0.1), shot(whole, 100.0, 0.2), later=9)
    assert found is not None
    assert (found.run.start_s, found.run.end_s) == pytest.approx((20.0, 25.1), abs=0.2)
    assert (found.run.other_start_s, found.run.other_end_s) == pytest.approx((103.1, 108.2), abs=0.5)
    assert found.placement.mirrored == (change == "mirrored")


def test_a_film_that_runs_faster_is_found() -> None:
    fast, slow = pan(4, 60), pan(4, 62)
    found = compared(shot(fast, 0.0), shot(slow, 0.0))
    assert found is not None
    assert found.run.end_s == pytest.approx(20.0, abs=0.5)
    assert found.run.other_end_s == pytest.approx(20.7, abs=0.5)


def test_other_shots_and_less_than_a_second_are_not() -> None:
    assert compared(shot(pan(5, 15), 0.0), shot(pan(6, 15), 0.0)) is None
    one = pan(7, 30)
    assert compared(shot(one[:2], 0.0), shot(one, 0.0), at=0) is None


def test_still_pictures_begin_where_both_begin() -> None:
    found = compared(shot([picture(1)] * 12, 3.0), shot([picture(1)] * 20, 50.0))
    assert found is not None
    assert (found.run.start_s, found.run.end_s, found.run.other_start_s) == pytest.approx((3.0, 7.0, 50.0))


def reuse(start_s: float, end_s: float, other_s: float, other: str = "a/b", mirrored: bool = False) -> Reuse:
    places = np.zeros(1, np.int64), np.zeros(1, np.int64)
    return Reuse(other, Run(start_s, end_s, other_s, other_s + end_s - start_s, 0.9, places), mirrored)


def test_what_follows_in_both_is_one_stretch_and_nothing_else_is() -> None:
    found = joined(
        [
            reuse(10, 20, 40),
            reuse(0, 10, 30.2),
            reuse(20, 30, 10),
            reuse(30, 40, 20, mirrored=True),
            reuse(10, 20, 0, "c/d"),
        ]
    )
    spans = [(one.other, one.run.start_s, one.run.end_s, one.run.other_start_s, one.run.other_end_s) for one in found]
    assert spans == [
        ("a/b", 0, 20, 30.2, 50),
        ("c/d", 10, 20, 0, 10),
        ("a/b", 20, 30, 10, 20),
        ("a/b", 30, 40, 20, 30),
    ]
