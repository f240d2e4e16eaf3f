"""A process that encodes again does not load again."""

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from archive_pipeline.encoders import forget_encoders, get_encoder
from archive_pipeline_tests.encoders.conftest import TinyModel


@pytest.fixture(autouse=True)
def nothing_loaded() -> Iterator[None]:
    forget_encoders()
    yield
    forget_encoders()


def test_many_threads_get_one_encoder(tiny: TinyModel) -> None:
    name = f"local-dir:{tiny.folder}"
    with ThreadPoolExecutor(4) as pool:
        encoders = list(pool.map(lambda _: get_encoder(name, "cpu"), range(8)))
    assert len({id(encoder) for encoder in encoders}) == 1


def test_changed_weights_are_loaded_again(tiny: TinyModel, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(tiny.folder, tmp_path / "copy"))
    before = get_encoder(f"local-dir:{folder}", "cpu")
    config = folder / "open_clip_config.json"
    config.write_text(config.read_text().replace("bilinear", "bicubic"))
    after = get_encoder(f"local-dir:{folder}", "cpu")
    assert after is not before
    assert after.identity != before.identity
    assert get_encoder(f"local-dir:{folder}", "cpu") is after


def test_threads_may_share_an_encoder(tiny: TinyModel, jpegs: list[bytes]) -> None:
    encoder = get_encoder(f"local-dir:{tiny.folder}", "cpu")
    expected = encoder.encode_images(jpegs)
    with ThreadPoolExecutor(4) as pool:
        for rows in pool.map(lambda _: encoder.encode_images(jpegs), range(8)):
            assert (rows == expected).all()
