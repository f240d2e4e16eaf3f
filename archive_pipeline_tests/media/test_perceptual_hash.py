"""The same picture in another file keeps its hash; another picture of the same subject does not."""

from io import BytesIO
from random import Random

import numpy as np
import pytest
from PIL import Image

from archive_pipeline.media.perceptual_hash import (
    PERCEPTUAL_HASH_BYTES,
    SAME_PICTURE,
    as_rows,
    hash_distances,
    perceptual_hash,
)
from archive_pipeline.simulator.facts import Facts, Thing
from archive_pipeline.simulator.painting.scene import paint_still


def photograph(seed: int) -> Image.Image:
    facts = Facts((Thing("boat", "red", 1),), None, "beach", "day", "clear")
    return paint_still(facts, 1.5, 360, Random(seed), "wide")


def coded_again(picture: Image.Image) -> Image.Image:
    kept = BytesIO()
    picture.save(kept, "JPEG", quality=45)
    return Image.open(kept)


def cropped(picture: Image.Image, left: float, top: float) -> Image.Image:
    width, height = picture.size
    x, y = width * left, height * top
    return picture.crop((round(x), round(y), round(x + 0.95 * width), round(y + 0.95 * height)))


def distance(a: Image.Image, b: Image.Image) -> int:
    rows = as_rows([perceptual_hash(a), perceptual_hash(b)])
    return int(hash_distances(rows[:1], rows[1:])[0])


@pytest.mark.parametrize("corner", [(0, 0), (0.05, 0), (0, 0.05), (0.05, 0.05), (0.025, 0.025), (0.012, 0.04)])
def test_a_crop_of_five_percent_is_the_same_picture(corner: tuple[float, float]) -> None:
    for seed in range(6):
        assert distance(photograph(seed), cropped(photograph(seed), *corner)) <= SAME_PICTURE


def test_another_coding_another_size_and_grey_are_the_same_picture() -> None:
    picture = photograph(1)
    for other in (coded_again(picture), picture.resize((200, 133)), picture.convert("L"), picture.convert("RGBA")):
        assert distance(picture, other) <= SAME_PICTURE // 2


def test_other_pictures_of_the_same_subject_are_others() -> None:
    hashes = as_rows([perceptual_hash(photograph(seed)) for seed in range(12)])
    first, second = np.triu_indices(12, 1)
    assert (hash_distances(hashes[first], hashes[second]) > SAME_PICTURE).all()


def test_pictures_of_any_shape_have_a_hash() -> None:
    for size in ((1, 1), (1, 900), (6000, 10), (4000, 3000)):
        assert len(perceptual_hash(Image.new("RGB", size, "teal"))) == PERCEPTUAL_HASH_BYTES
