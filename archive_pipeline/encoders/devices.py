"""Which device computes, in which precision, and how many pictures at a time."""

import math
from collections.abc import Sequence
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
    pictures on CPUs that multiply in it (half the time of archive-tiny in float32), float32 elsewhere. `auto` takes the
    first GPU if this torch has code for it.
    Raises ConfigurationError `device_unavailable` for a device that this machine, or its torch, does not have.
    """
    import torch

    name = written
    if written == "auto":
        name = "cuda" if why_no_cuda() is None else "mps" if torch.backends.mps.is_available() else "cpu"
    kind, _, index = name.partition(":")
    if name == "cpu":
        able = torch.cpu.get_capabilities()
        multiplies_bf16 = able.get("avx512_bf16") or able.get("amx_bf16")
        return Device("cpu", "bf16" if multiplies_bf16 else "fp32", None, "CPU")
    if name == "mps" and torch.backends.mps.is_available():
        return Device("mps", "fp32", None, "Apple GPU")
    why = f"torch {torch.__version__} knows no such device"
    if kind == "cuda" and (index or "0").isdigit():
        why = why_no_cuda(int(index or 0)) or ""
        if not why:
            facts = torch.cuda.get_device_properties(int(index or 0))
            return Device(name, "bf16" if facts.major >= 8 else "fp16", facts.total_memory, facts.name)
    raise ConfigurationError(
        "device_unavailable",
        f"The device “{written}” cannot be used here: {why}. Set ARCHIVE_DEVICE to auto or cpu, or mend that.",
    )


def why_no_cuda(index: int = 0) -> str | None:
    """What keeps torch from the GPU with this number, and what would mend it; None: nothing."""
    import torch

    if not torch.backends.cuda.is_built():  # type: ignore[no-untyped-call]
        return (
            f"torch {torch.__version__} is built for processors alone (pip install --force-reinstall torch torchvision "
            "brings a build for CUDA)"
        )
    if not torch.cuda.is_available():
        try:
            torch.cuda.init()  # type: ignore[no-untyped-call]
        except RuntimeError as error:  # such as “The NVIDIA driver on your system is too old (found version 12020)”
            reason = " ".join(str(error).split())[:300]
            return f"torch {torch.__version__} for CUDA {torch.version.cuda} finds no GPU ({reason})"
    if index >= torch.cuda.device_count():
        return f"torch {torch.__version__} sees {torch.cuda.device_count()} CUDA devices"
    facts = torch.cuda.get_device_properties(index)
    compiled = [one for one in torch.cuda.get_arch_list() if one.startswith(("sm_", "compute_"))]  # not AMD's
    if compiled and not _has_code_for((facts.major, facts.minor), compiled):
        return (
            f"torch {torch.__version__} has no code for {facts.name} (compute capability {facts.major}.{facts.minor}; "
            f"for {', '.join(compiled)}): install a build for an older or newer CUDA"
        )
    return None


def _has_code_for(capability: tuple[int, int], compiled: Sequence[str]) -> bool:
    """Whether one of `compiled` (`sm_90`, `compute_120`) runs on a GPU of that (major, minor) compute capability.

    Machine code does within its major version and from its minor one on, intermediate code (PTX) on whatever is newer;
    such as `sm_90a` on that very one (CUDA C++ Programming Guide, “Binary compatibility” and “PTX compatibility”).
    """
    for architecture in compiled:
        kind, _, written = architecture.partition("_")
        number = int(written.rstrip("af"))
        version = divmod(number, 10)
        is_own = not written.isdigit()
        if version == capability:
            return True
        if not is_own and version < capability and (kind == "compute" or version[0] == capability[0]):
            return True
    return False
