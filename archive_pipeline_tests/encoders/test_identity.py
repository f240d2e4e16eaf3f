"""The identity says whether embeddings of another time can still be used."""

import os
import shutil
from pathlib import Path

import pytest

from archive_pipeline.encoders import identify
from archive_pipeline.errors import ConfigurationError
from archive_pipeline_tests.encoders.conftest import TinyModel


@pytest.fixture
def copied(tiny: TinyModel, tmp_path: Path) -> Path:
    return Path(shutil.copytree(tiny.folder, tmp_path / "copy"))


def test_a_pretrained_tag_is_its_own_identity() -> None:
    assert identify("ViT-L-14-quickgelu/openai") == "ViT-L-14-quickgelu/openai"


def test_the_same_files_elsewhere_are_the_same_model(tiny: TinyModel, copied: Path) -> None:
    assert identify(f"local-dir:{tiny.folder}") == identify(f"local-dir:{copied}")


@pytest.mark.parametrize("file", ["open_clip_model.safetensors", "open_clip_config.json", "bpe_simple_vocab.txt.gz"])
def test_whatever_shapes_the_output_shapes_the_identity(copied: Path, file: str) -> None:
    before = identify(f"local-dir:{copied}")
    (copied / file).write_bytes((copied / file).read_bytes() + b" ")
    assert identify(f"local-dir:{copied}") != before


def test_a_model_card_does_not(copied: Path) -> None:
    before = identify(f"local-dir:{copied}")
    (copied / "MODEL_CARD.md").write_text("trained on pictures")
    assert identify(f"local-dir:{copied}") == before


def test_weights_of_the_same_size_are_noticed_by_their_modification_time(tmp_path: Path) -> None:
    file = tmp_path / "weights.pt"
    file.write_bytes(b"a" * 100)
    before = identify(f"ViT-B-32@{file}")
    file.write_bytes(b"b" * 100)
    os.utime(file, ns=(1, 1))
    assert identify(f"ViT-B-32@{file}") != before


def test_the_architecture_is_part_of_a_checkpoint_s_identity(tmp_path: Path) -> None:
    (tmp_path / "weights.pt").write_bytes(b"a")
    first, second = (identify(f"{name}@{tmp_path / 'weights.pt'}") for name in ("ViT-B-32", "ViT-B-32-quickgelu"))
    assert first != second


@pytest.mark.parametrize("name", ["ViT-B-32@/no/such.pt", "local-dir:/no/such"])
def test_a_missing_file_is_named(name: str) -> None:
    with pytest.raises(ConfigurationError, match="/no/such") as raised:
        identify(name)
    assert raised.value.code == "model_unavailable"
