"""The weights in the package: small, complete, and better than chance by a wide margin on a little sample.

MODEL_CARD.md has the scores; these floors only catch a broken file, tokenizer or transform.
"""

import json
from pathlib import Path

import pytest

from archive_pipeline import encoders
from archive_pipeline.encoders.registry import load_encoder
from archive_pipeline.training.architecture import MERGES_FILE, configuration
from archive_pipeline.training.probe import probe
from archive_pipeline_tests.thorough import thorough

FOLDER = Path(encoders.__file__).parent / "archive_tiny"


def test_the_weights_are_at_most_15_megabytes() -> None:
    assert (FOLDER / "open_clip_model.safetensors").stat().st_size <= 15_000_000


def test_the_configuration_is_the_one_that_training_writes() -> None:
    kept = json.loads((FOLDER / "open_clip_config.json").read_text(encoding="utf-8"))
    assert kept == configuration(kept["model_cfg"]["text_cfg"]["vocab_size"])
    assert (FOLDER / MERGES_FILE).is_file()


def test_the_end_of_text_is_the_highest_token() -> None:
    from archive_pipeline.encoders.torchvision_operators import import_open_clip

    kept = json.loads((FOLDER / "open_clip_config.json").read_text(encoding="utf-8"))["model_cfg"]["text_cfg"]
    tokenizer = import_open_clip().get_tokenizer(f"local-dir:{FOLDER}", bpe_path=str(FOLDER / MERGES_FILE))
    tokens = tokenizer(["two people in red under a yellow umbrella at dawn", "un pájaro"])
    assert tokens.max().item() == kept["vocab_size"] - 1
    assert tokens.shape == (2, kept["context_length"])


@pytest.fixture(scope="module")
def scores() -> dict[str, float]:
    return probe(load_encoder("archive-tiny", "cpu"), n_videos=3, seed=77, trials=2)


@thorough
@pytest.mark.parametrize(
    ("score", "floor"),
    [
        ("video_r1_en", 0.9),
        ("video_r1_es", 0.9),
        ("shot_r10_en", 0.95),
        ("shot_r10_es", 0.95),
        ("image_to_shot_r1", 0.9),
        ("object_alone_en", 0.9),
        ("swapped_colours_en", 0.8),
        ("swapped_colours_es", 0.8),
    ],
)
def test_it_finds_what_it_was_trained_to_find(scores: dict[str, float], score: str, floor: float) -> None:
    assert scores[score] >= floor, scores
