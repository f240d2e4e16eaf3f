"""What copies do to a picture leaves it the same; another picture, bars and another title are not."""

import numpy as np
import pytest
from PIL import Image

from archive_pipeline.semantics.footage.closer import AGREED_STILL, agree, laid
from archive_pipeline.semantics.footage.geometry import PLAIN, Placement, placements
from archive_pipeline.semantics.footage.landmarks import landmarks
from archive_pipeline.semantics.footage.matching import SAME
from archive_pipeline.semantics.footage.signature import signatures
from archive_pipeline_tests.semantics.footage.drawn import CHANGES, bars, greys, pan, picture, slate, title


def similarity(one: Image.Image, other: Image.Image, placement: Placement) -> float:
    return float(placement.compared(greys(one), greys(other))[0, 0])


def best(one: Image.Image, other: Image.Image) -> Placement:
    tried = [*PLAIN, *placements(greys(one), greys(other), 3)]
    return max(tried, key=lambda placement: similarity(one, other, placement))


@pytest.mark.parametrize("change", CHANGES)
def test_a_copy_is_the_same_from_either_side(change: str) -> None:
    for seed in range(5):
        one, copy = picture(seed), CHANGES[change](picture(seed))
        for pair in ((one, copy), (copy, one)):
            placement = best(*pair)
            assert similarity(*pair, placement) >= SAME
            assert placement.mirrored == (change == "mirrored")


def test_another_picture_is_not() -> None:
    assert (
        max(similarity(picture(a), picture(b), best(picture(a), picture(b))) for a in range(4) for b in range(4, 8))
        < SAME
    )


def closer(one: Image.Image, other: Image.Image) -> bool:
    boxes = signatures([one])[1], signatures([other])[1]
    return agree([laid(one, boxes[0], other, boxes[1], best(one, other))], AGREED_STILL)


@pytest.mark.parametrize("change", CHANGES)
def test_a_closer_look_confirms_a_copy(change: str) -> None:
    assert all(closer(picture(seed), CHANGES[change](picture(seed))) for seed in range(5))


def test_a_closer_look_tells_titles_on_the_same_card_apart() -> None:
    one = title("SEMANA", "REVISTA 12")
    assert closer(one, title("SEMANA", "REVISTA 12"))
    assert not closer(one, title("WORLD", "TODAY 66"))


def test_a_closer_look_tells_slates_with_other_writing_apart() -> None:
    one = slate("14 A", "3", "12 MAY 1987")
    assert closer(one, slate("14 A", "3", "12 MAY 1987"))
    assert not closer(one, slate("27 C", "1", "03 OCT 1991"))


def test_bars_black_and_plain_grounds_are_never_the_same() -> None:
    assert not closer(bars(), bars())
    for level in (0, 16, 90):
        assert not closer(Image.new("L", (240, 135), level), Image.new("L", (240, 135), level))
    black, times = greys(*[Image.new("L", (240, 135), 16)] * 9), np.arange(9) / 3
    assert landmarks(black, times) == [], "nobody is even asked"


def test_a_still_shot_has_one_landmark_and_a_plain_one_none() -> None:
    times = np.arange(30) / 3
    assert landmarks(greys(*[picture(1)] * 30), times) == [0]
    assert landmarks(greys(*[Image.new("L", (240, 135), 90)] * 30), times) == []
    moving = landmarks(greys(*pan(1, 30)), times)
    assert len(moving) > 3
    assert np.diff(times[moving]).min() >= 1
