"""Pictures reach the model as its own transform would bring them."""

from io import BytesIO

import numpy as np
import pytest
import torch
from open_clip.transform import PreprocessCfg, image_transform_v2
from PIL import Image

from archive_pipeline.encoders.encoder import Encoder
from archive_pipeline.encoders.loading import load_untrained
from archive_pipeline.encoders.preprocessing import of_model
from archive_pipeline_tests.encoders.conftest import RealFrame, in_float32, jpeg
from archive_pipeline_tests.thorough import thorough


class Model:
    """Only what says how a model wants its pictures."""

    def __init__(self, **config: object) -> None:
        self.visual = type("Visual", (), {"preprocess_cfg": config})()

    def own_transform(self, picture: Image.Image) -> torch.Tensor:
        transformed: torch.Tensor = image_transform_v2(PreprocessCfg(**self.visual.preprocess_cfg), is_train=False)(
            picture
        )
        return transformed


def prepared(model: Model, picture: bytes) -> torch.Tensor:
    preprocessing = of_model(model)
    pixels = torch.empty((1, *preprocessing.size, 3), dtype=torch.uint8)
    preprocessing.decode_into(pixels[0].numpy(), picture)
    return preprocessing.to_input(pixels, torch.float32)[0]


ONE_STEP_OF_256 = 1.01 / 255 / 0.2


@pytest.mark.parametrize("resize_mode", ["shortest", "longest", "squash"])
@pytest.mark.parametrize("interpolation", ["bicubic", "bilinear"])
@pytest.mark.parametrize("size", [(160, 90), (90, 160), (131, 97), (100, 100), (40, 30)])
def test_any_size_and_mode_gives_the_same_pixels(resize_mode: str, interpolation: str, size: tuple[int, int]) -> None:
    model = Model(
        size=81, mean=(0.4, 0.5, 0.6), std=(0.2, 0.25, 0.3), resize_mode=resize_mode, interpolation=interpolation
    )
    picture = jpeg(1, size)
    difference = (prepared(model, picture) - model.own_transform(Image.open(BytesIO(picture)))).abs()
    assert difference.max() <= 2 * ONE_STEP_OF_256
    assert difference.mean() < 0.1 * ONE_STEP_OF_256  # one step in a few places: ties that round the other way


@pytest.mark.parametrize("mode", ["L", "CMYK"])
def test_grey_and_four_colour_pictures_become_rgb(mode: str) -> None:
    model, picture = Model(size=48, resize_mode="shortest"), jpeg(2, mode=mode)
    assert (prepared(model, picture) - model.own_transform(Image.open(BytesIO(picture)))).abs().max() < 0.1


def test_real_frames_give_the_same_pixels(real_frames: list[RealFrame]) -> None:
    model = Model(size=224, resize_mode="shortest", interpolation="bicubic")
    for frame in real_frames:
        difference = (prepared(model, frame.jpeg) - model.own_transform(Image.open(BytesIO(frame.jpeg)))).abs()
        assert difference.max() <= ONE_STEP_OF_256
        assert difference.mean() < 0.001 * ONE_STEP_OF_256


def test_a_large_picture_is_decoded_small_without_changing_what_the_model_sees(real_frames: list[RealFrame]) -> None:
    model = Model(size=112, resize_mode="squash")
    for frame in real_frames:
        own = model.own_transform(Image.open(BytesIO(frame.jpeg))).flatten()
        ours = prepared(model, frame.jpeg).flatten()
        assert torch.nn.functional.cosine_similarity(own, ours, dim=0) > 0.999


@pytest.fixture(scope="session")
def vit_b_32() -> Encoder:
    return load_untrained("ViT-B-32", "cpu", seed=0)


@thorough
def test_embeddings_are_those_of_the_model_s_own_transform_on_the_source_frame(
    real_frames: list[RealFrame], vit_b_32: Encoder
) -> None:
    model = in_float32("ViT-B-32")
    transform = image_transform_v2(PreprocessCfg(**model.visual.preprocess_cfg), is_train=False)
    with torch.inference_mode():
        reference = model.encode_image(torch.stack([transform(frame.source) for frame in real_frames]), normalize=True)
    cosines = (reference.numpy() * vit_b_32.encode_images(frame.jpeg for frame in real_frames)).sum(axis=1)
    assert cosines.min() >= 0.99, np.round(cosines, 4)
    others = reference.numpy() @ reference.numpy().T
    assert np.median(others) < 0.95, "an untrained model that calls everything alike would prove nothing"
