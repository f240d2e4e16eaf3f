"""What embedding costs beside the bare model."""

import pytest

from archive_pipeline.encoders.bench import made_pictures, measure
from archive_pipeline_tests.encoders.conftest import TinyModel


def test_the_measurement_covers_every_picture(tiny: TinyModel) -> None:
    cost = measure(f"local-dir:{tiny.folder}", n_images=37, device="cpu", jpegs=made_pictures(3, (160, 90)))
    assert cost.n_images == 37
    assert cost.ratio == pytest.approx(cost.encode_s / cost.forward_s)
    assert cost.decoding_ratio == pytest.approx(cost.forward_s / cost.decode_s)
    assert cost.images_per_s == pytest.approx(37 / cost.encode_s)


@pytest.mark.verify
def test_embedding_costs_little_more_than_the_bare_forward_pass() -> None:
    cost = measure("ViT-B-32", n_images=128)
    assert cost.ratio <= 1.15, str(cost)
