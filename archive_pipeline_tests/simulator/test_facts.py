"""Which pictures answer which questions, and which combinations are held out."""

from random import Random

import pytest

from archive_pipeline.simulator.casting import cast_place, cast_subjects
from archive_pipeline.simulator.facts import Facts, Thing
from archive_pipeline.simulator.world import COLOURS, OBJECTS, SETTINGS, is_held_out

PICTURE = Facts((Thing("boat", "red", 2), Thing("car", "blue", 1)), "burning", "beach", "night", "rain")


@pytest.mark.parametrize(
    "question",
    [
        Facts(),
        Facts((Thing("boat"),)),
        Facts((Thing("car", "blue"),)),
        Facts((Thing("car", "blue"), Thing("boat", "red"))),
        Facts((Thing("boat", "red", 2),), "burning"),
        Facts(setting="beach", time="night"),
        PICTURE,
    ],
)
def test_a_picture_answers_what_is_true_of_it(question: Facts) -> None:
    assert PICTURE.answers(question)


@pytest.mark.parametrize(
    "question",
    [
        Facts((Thing("boat", "blue"), Thing("car", "red"))),
        Facts((Thing("boat", "red", 3),)),
        Facts((Thing("car"),), "burning"),
        Facts((Thing("boat"), Thing("boat"))),
        Facts(setting="street"),
        Facts(card="bars"),
    ],
)
def test_a_picture_does_not_answer_what_is_not(question: Facts) -> None:
    assert not PICTURE.answers(question)


def test_a_tenth_of_the_combinations_is_held_out_in_every_setting() -> None:
    for setting in SETTINGS:
        held = [is_held_out(thing, colour, setting) for thing in OBJECTS for colour in COLOURS]
        assert 0.04 < sum(held) / len(held) < 0.18


def test_casting_obeys_the_hold_out() -> None:
    random = Random(1)
    seen = [cast_subjects(random, cast_place(random), held_out=False) for _ in range(2000)]
    unseen = [cast_subjects(random, cast_place(random), held_out=True) for _ in range(200)]
    assert not any(facts.held_out for facts in seen)
    assert sum(facts.held_out for facts in unseen) > 190  # people under an umbrella may change their number only
