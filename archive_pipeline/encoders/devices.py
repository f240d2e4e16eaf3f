"""Which device computes, in which precision, and how many pictures at a time."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from archive_pipeline.errors import ConfigurationError

if TYPE_CHECKING:
    import torch

_GIB = 2**30
_REFERENCE_PIXELS = 224 * 224


@dataclass(frozen=True)
class Device:
    """A device as torch names it and what it computes best in."""

    name: str
    """`cpu`, `mps`, `cuda` or `cuda:1`."""
    precision: str
    """In which pictures are computed, in open_clip's word: `fp32`, `fp16` or `bf16`."""
    memory_bytes: int | None
    """All of a GPU's own memory, None where it is shared with the host."""
    model: str
    """What a person calls it, e.g. “NVIDIA H200”."""

    @property
    def kind(self) -> str:
        return self.name.partition(":")[0]

    @property
    def dtype(self) -> "torch.dtype":
        import torch

        return {"fp32": torch.float32, "fp16": torch.float16, "bf16": torch.bfloat16}[self.precision]

    @property
    def loaded_in(self) -> str:
        """open_clip's word for the precision of the model as it is made: float32 on a CPU, whose texts are few."""
        return "fp32" if self.kind == "cpu" else self.precision

    def batch_size(self, picture: tuple[int, int]) -> int:
        """Pictures (height, width) in a batch: a power of two that depends on nothing but the device and the model.

        What is free at the moment plays no part, so that the same machine gives the same rows; where memory is short
        the batches back off. On two CPU cores ViT-B-32 is as fast at 16 as at 64.
        """
        if self.memory_bytes is None:
            return 16
        scale = _REFERENCE_PIXELS / (picture[0] * picture[1])
        wanted = min(256.0, 16 * self.memory_bytes / _GIB) * min(1.0, scale)
        return max(1, 1 << int(math.log2(max(1.0, wanted))))


def choose(written: str = "auto") -> Device:
    """The device for `auto`, `cpu`, `mps`, `cuda` or `cuda:N`.

    bfloat16 on GPUs that compute in it (compute capability 8.0 and above), float16 on older ones; bfloat16 for the
    pictures on CPUs that multiply in it (half the time of archive-tiny in float32), float32 elsewhere.
    Raises ConfigurationError `device_unavailable` for a device that this machine, or its torch, does not have.
    """
    import torch

    name = written
    if written == "auto":
        name = "cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu"
    kind, _, index = name.partition(":")
    if name == "cpu":
        able = torch.cpu.get_capabilities()
        multiplies_bf16 = able.get("avx512_bf16") or able.get("amx_bf16")
        return Device("cpu", "bf16" if multiplies_bf16 else "fp32", None, "CPU")
    if name == "mps" and torch.backends.mps.is_available():
        return Device("mps", "fp32", None, "Apple GPU")
    if kind == "cuda" and (index or "0").isdigit() and int(index or 0) < torch.cuda.device_count():
        facts = torch.cuda.get_device_properties(int(index or 0))
        return Device(name, "bf16" if facts.major >= 8 else "fp16", facts.total_memory, facts.name)
    raise ConfigurationError(
        "device_unavailable",
        f"The device “{written}” does not exist here (torch {torch.__version__} sees {torch.cuda.device_count()} CUDA "
        "devices). Set ARCHIVE_DEVICE to auto or cpu, or install the build of torch for this GPU.",
    )
