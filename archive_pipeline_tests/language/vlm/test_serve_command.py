"""The vLLM command for a machine: what its GPU holds, and that vLLM knows what is asked of it."""

import json

import pytest

from archive_pipeline.errors import ConfigurationError
from archive_pipeline.language.pictures import MOST_PIXELS
from archive_pipeline.language.vlm.serve_command import DEFAULT_MODEL, Gpu, model_for, serve_command


@pytest.mark.parametrize(
    ("memory_gb", "model"),
    [
        (141, DEFAULT_MODEL),
        (24, DEFAULT_MODEL),
        (16, "Qwen/Qwen2.5-VL-7B-Instruct-AWQ"),
        (8, "Qwen/Qwen2.5-VL-3B-Instruct-AWQ"),
    ],
)
def test_the_largest_model_that_fits_is_served(memory_gb: float, model: str) -> None:
    assert model_for(Gpu("some GPU", memory_gb, has_bf16=True)) == model


def test_a_gpu_that_is_too_small_says_what_to_do() -> None:
    with pytest.raises(ConfigurationError, match="ARCHIVE_VLM_URL") as caught:
        serve_command(Gpu("GeForce 210", 1, has_bf16=False))
    assert caught.value.code == "gpu_too_small"


def test_the_settings_fit_the_questions() -> None:
    command = serve_command(Gpu("T4", 15.8, has_bf16=False), port=8001)
    given = dict(zip(command[3::2], command[4::2], strict=True))
    assert given["--dtype"] == "float16", "a T4 has no bfloat16"
    assert json.loads(given["--limit-mm-per-prompt"])["image"] == 4
    assert json.loads(given["--mm-processor-kwargs"])["max_pixels"] >= MOST_PIXELS, "frames are not resized again"
    assert json.loads(given["--structured-outputs-config"])["disable_any_whitespace"], "answers end"
    assert given["--port"] == "8001"


def test_a_model_can_be_named_on_a_gpu_of_any_size() -> None:
    assert serve_command(Gpu("small", 4, has_bf16=True), "a/model")[2] == "a/model"
