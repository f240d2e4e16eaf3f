"""The four forms of an encoder's name."""

import subprocess
import sys
from pathlib import Path

import pytest

from archive_pipeline.encoders import identify, names
from archive_pipeline.encoders.names import CheckpointFile, ModelFolder, PretrainedTag, canonical, parse
from archive_pipeline.errors import ConfigurationError


def test_the_default_is_the_multilingual_siglip() -> None:
    assert parse(names.DEFAULT_MODEL) == PretrainedTag("ViT-B-16-SigLIP2-256", "webli")


def test_aliases_stand_for_whole_names() -> None:
    assert canonical("siglip2") == names.DEFAULT_MODEL
    assert parse("clip") == PretrainedTag("ViT-L-14-quickgelu", "openai")
    assert canonical("ViT-B-32/openai") == "ViT-B-32/openai"
    assert identify("clip") == identify("ViT-L-14-quickgelu/openai"), "or a video would be embedded twice"


def test_tags_are_spelled_as_open_clip_spells_them() -> None:
    assert parse("ViT-B-32/LAION2B-S34B-B79K") == PretrainedTag("ViT-B-32", "laion2b_s34b_b79k")


def test_a_checkpoint_is_an_architecture_and_a_path() -> None:
    assert parse("ViT-B-32@/weights/a@b/c.pt") == CheckpointFile("ViT-B-32", Path("/weights/a@b/c.pt"))


def test_a_folder_is_a_path() -> None:
    assert parse("local-dir:/models/my model") == ModelFolder(Path("/models/my model"))


def test_the_bundled_model_is_a_folder_of_the_package() -> None:
    assert parse("archive-tiny") == ModelFolder(names.BUNDLED_FOLDER)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("ViT-B-32", "say which weights"),
        ("ViT-B-32/", "say which weights|is not the name of a model"),
        ("ViT-B-23/openai", "Did you mean ViT-B-32"),
        ("vit-l-14-QUICKGELU/openai", "Did you mean ViT-L-14-quickgelu"),
        ("archive-tinny", "Did you mean archive-tiny"),
        ("", "is not the name of a model"),
        ("hf-hub:org/model", "is not the name of a model"),
        ("-rf/x", "is not the name of a model"),
        ("ViT-B-32@weights.pt", r"must be absolute: ViT-B-32@/.*/weights\.pt"),
        ("local-dir:", "must be absolute"),
    ],
)
def test_any_other_name_is_an_error_that_shows_what_to_write(name: str, says: str) -> None:
    with pytest.raises(ConfigurationError, match=says) as raised:
        parse(name)
    assert raised.value.code == "model_unknown"


def test_names_and_identities_need_no_torch() -> None:
    program = (
        "import sys; from archive_pipeline import encoders; encoders.identify('archive-tiny'); "
        "encoders.identify('ViT-L-14-quickgelu/openai'); "
        "sys.exit(bool({'torch', 'open_clip', 'torchvision'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
