"""Boxes and the size of pictures: as Qwen's own preprocessing defines them."""

import io
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from archive_pipeline.errors import MediaError
from archive_pipeline.language.boxes import Box, Convention, box_from, convention_of
from archive_pipeline.language.pictures import FEWEST_PIXELS, MOST_PIXELS, resized, sent_size

SIDES = st.integers(1, 8000)


@pytest.mark.parametrize(
    ("size", "sent"),
    [
        ((1920, 1080), (1008, 560)),  # 1036×588 would be over the bound: both are rounded down
        ((1280, 720), (1008, 560)),
        ((720, 576), (728, 588)),  # nearest multiples; under the bound they may be larger than the source
        ((640, 360), (644, 364)),
        ((160, 120), (168, 112)),
        ((28, 28), (56, 56)),
        ((10, 10), (56, 56)),
        ((1080, 1920), (560, 1008)),
    ],
)
def test_sizes_are_those_of_smart_resize(size: tuple[int, int], sent: tuple[int, int]) -> None:
    assert sent_size(*size) == sent


@given(width=SIDES, height=SIDES)
def test_a_sent_size_is_left_as_it_is_by_the_model(width: int, height: int) -> None:
    if max(width, height) > 200 * min(width, height):
        with pytest.raises(MediaError, match="200:1"):
            sent_size(width, height)
        return
    sent = sent_size(width, height)
    assert all(side % 28 == 0 for side in sent)
    n_pixels = sent[0] * sent[1]
    assert n_pixels >= FEWEST_PIXELS
    assert n_pixels <= MOST_PIXELS or min(sent) == 28
    if n_pixels <= MOST_PIXELS:
        assert sent_size(*sent) == sent
        assert sent_size(*sent, most_pixels=1280 * 28 * 28) == sent, "under the model's own bound"


def test_a_picture_is_resized_to_exactly_that() -> None:
    buffer = io.BytesIO()
    Image.new("L", (160, 120), 90).save(buffer, "JPEG")
    small = resized(buffer.getvalue(), (168, 112))
    with Image.open(io.BytesIO(small)) as picture:
        assert (picture.size, picture.mode, picture.format) == ((168, 112), "RGB", "JPEG")
    assert resized(small, (168, 112)) == small


@pytest.mark.parametrize(
    ("model", "convention"),
    [
        ("Qwen/Qwen2.5-VL-7B-Instruct", "pixels"),
        ("Qwen2.5-VL-3B-Instruct-AWQ", "pixels"),
        ("/models/qwen2_5_vl", "pixels"),
        ("Qwen/Qwen3-VL-8B-Instruct", "thousandths"),
        ("Qwen/Qwen2-VL-7B-Instruct", "thousandths"),
        ("OpenGVLab/InternVL3-8B", None),
        ("", None),
    ],
)
def test_how_a_model_counts_is_known_by_its_name(model: str, convention: str | None) -> None:
    assert convention_of(model) == convention


def test_the_same_box_in_pixels_of_the_resized_picture_and_in_thousandths() -> None:
    """A box known in the source, 1920×1080, as each model would write it."""
    source = (480, 270, 1440, 810)
    width, height = sent_size(1920, 1080)
    pixels = [source[0] / 1920 * width, source[1] / 1080 * height, source[2] / 1920 * width, source[3] / 1080 * height]
    expected = Box(0.25, 0.25, 0.75, 0.75)
    assert box_from(pixels, "pixels", (width, height)) == expected
    assert box_from([250, 250, 750, 750], "thousandths", (width, height)) == expected


@pytest.mark.parametrize(
    ("corners", "box"),
    [
        ([0, 0, 280, 140], Box(0, 0, 1, 1)),
        ([280, 140, 140, 70], Box(0.5, 0.5, 1, 1)),  # corners the other way round
        ([-5, 0, 285, 140], Box(0, 0, 1, 1)),  # a little beyond: cut
        ([0, 0, 1920, 1080], None),  # of another picture
        ([-100, 0, 100, 100], None),
        ([10, 10, 10, 50], None),  # no area
        ([10, 10, 50], None),
        ([math.nan, 0, 1, 1], None),
        ([0, 0, math.inf, 1], None),
        (None, None),
    ],
)
def test_what_cannot_be_a_box_is_none(corners: list[float] | None, box: Box | None) -> None:
    assert box_from(corners, "pixels", (280, 140)) == box


def test_without_a_known_convention_there_is_no_box() -> None:
    assert box_from([0, 0, 10, 10], None, (280, 140)) is None


@pytest.mark.parametrize("convention", ["pixels", "thousandths"])
def test_numbers_within_the_first_pixel_are_fractions(convention: Convention) -> None:
    for corners in ([0.25, 0.25, 0.75, 1.0], [0.75, 1.02, 0.25, 0.25]):
        box = box_from(corners, convention, (280, 140))
        assert box == Box(0.25, 0.25, 0.75, 1.0)
    assert box_from([0, 0, 1, 1], convention, (280, 140)) == Box(0, 0, 1, 1)
    assert box_from([0, 0, 2, 2], convention, (280, 140)) != Box(0, 0, 1, 1)
    assert box_from([0.5, 0.5, 0.5, 0.9], convention, (280, 140)) is None


@given(corners=st.lists(st.floats(), max_size=6))
def test_a_box_always_lies_in_the_picture(corners: list[float]) -> None:
    box = box_from(corners, "thousandths", (280, 140))
    assert box is None or (0 <= box.left < box.right <= 1 and 0 <= box.top < box.bottom <= 1)
