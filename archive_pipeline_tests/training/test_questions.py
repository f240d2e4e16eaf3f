"""What training shows and asks: nothing held out, captions that fit, near misses that do not."""

from collections.abc import Iterator
from random import Random

import numpy as np
import pytest

from archive_pipeline.simulator.facts import Facts
from archive_pipeline.training.pictures import SIDE, PictureSet, cast_picture, paint_picture
from archive_pipeline.training.questions import ask, near_miss, without_colours


@pytest.fixture(scope="module")
def shown() -> list[Facts]:
    random = Random(7)
    return [cast_picture(random) for _ in range(5000)]


def questions(shown: list[Facts]) -> Iterator[tuple[Facts, Facts, Random]]:
    random = Random(8)
    for facts in shown:
        yield ask(facts, random), facts, random


def test_training_never_shows_a_held_out_combination(shown: list[Facts]) -> None:
    assert not any(facts.held_out for facts in shown)


def test_every_caption_is_true_of_its_picture(shown: list[Facts]) -> None:
    assert all(facts.answers(question) for question, facts, _ in questions(shown))


def test_captions_range_from_one_attribute_to_all(shown: list[Facts]) -> None:
    widths = [question.width for question, _, _ in questions(shown)]
    assert min(widths) == 1
    assert max(widths) >= 7


def test_no_near_miss_is_true_of_its_picture(shown: list[Facts]) -> None:
    missed = [(near_miss(question, facts, random), facts) for question, facts, random in questions(shown)]
    assert not any(miss is not None and facts.answers(miss) for miss, facts in missed)
    assert sum(miss is not None for miss, _ in missed) > 0.9 * len(missed)


def test_black_and_white_pictures_have_no_colours(shown: list[Facts]) -> None:
    assert all(thing.colour is None for facts in shown for thing in without_colours(facts).things)


def test_a_picture_follows_from_its_seed(tmp_path_factory: pytest.TempPathFactory) -> None:
    sets = [PictureSet(tmp_path_factory.mktemp("pictures"), 6, seed=1) for _ in range(2)]
    sets[0].draw()
    sets[1].draw(0, 2)
    sets[1].draw(1, 2)
    assert np.array_equal(sets[0].pixels, sets[1].pixels)
    assert sets[0].drawn.all()
    assert paint_picture(sets[0].facts(0), Random(0)).size == (SIDE, SIDE)
