"""The vLLM command that fits a machine: the model that its GPU holds, the settings that our questions need."""

import json
from dataclasses import dataclass

from archive_pipeline.errors import ConfigurationError
from archive_pipeline.language.pictures import MOST_PIXELS

DEFAULT_MODEL = "Qwen/Qwen2.5-VL-7B-Instruct"

_PICTURES_A_QUESTION = 4
_LONGEST_TOKENS = 16_384  # four pictures are 3,072; the rest is for the prompt, what was said and the answer
_SMALLEST = (
    # GB of GPU memory that a model needs with room for 32 questions at once, weights in bf16 or 4-bit AWQ
    (20.0, DEFAULT_MODEL),
    (11.0, "Qwen/Qwen2.5-VL-7B-Instruct-AWQ"),
    (7.0, "Qwen/Qwen2.5-VL-3B-Instruct-AWQ"),
)


@dataclass(frozen=True)
class Gpu:
    """`memory_gb` is the whole of it, 10⁹ bytes."""

    name: str
    memory_gb: float
    has_bf16: bool


def model_for(gpu: Gpu) -> str:
    """The best Qwen2.5-VL that the GPU holds. Raises ConfigurationError `gpu_too_small`.

    The bounds are the weights' size (16.6, 6.9 and 3.4 GB) plus vLLM's own and a cache of keys; they are not measured.
    """
    for least_gb, model in _SMALLEST:
        if gpu.memory_gb >= least_gb:
            return model
    raise ConfigurationError(
        "gpu_too_small",
        f"{gpu.name} has {gpu.memory_gb:.0f} GB; the smallest model needs {_SMALLEST[-1][0]:.0f}. Name one with "
        "--model, or serve from another machine and set ARCHIVE_VLM_URL.",
    )


def serve_command(gpu: Gpu, model: str | None = None, host: str = "127.0.0.1", port: int = 8000) -> list[str]:
    """The arguments of `vllm` for this GPU and these questions.

    Structured answers may hold no free white space: a model can fill its whole budget with it. One question has at most
    four pictures and no video. Raises ConfigurationError `gpu_too_small`.
    """
    return [
        "vllm",
        "serve",
        model or model_for(gpu),
        *("--host", host),
        *("--port", str(port)),
        *("--dtype", "bfloat16" if gpu.has_bf16 else "float16"),
        *("--max-model-len", str(_LONGEST_TOKENS)),
        *("--gpu-memory-utilization", "0.90"),
        *("--limit-mm-per-prompt", json.dumps({"image": _PICTURES_A_QUESTION, "video": 0})),
        *("--mm-processor-kwargs", json.dumps({"max_pixels": MOST_PIXELS})),
        *("--structured-outputs-config", json.dumps({"backend": "xgrammar", "disable_any_whitespace": True})),
    ]
