"""Errors of a device, which say nothing of the pictures, texts or weights that were with it when it failed."""

from archive_pipeline.errors import PassingError

# Out of memory in the words of what does not raise torch.OutOfMemoryError: the CPU allocator, cuBLAS, Metal.
_OUT_OF_MEMORY = ("can't allocate memory", "not enough memory", "alloc_failed", "out of memory")
# What does not raise torch.AcceleratorError: cuBLAS and cuDNN, CUDA where it does not start, torchvision's nvJPEG.
_OF_DEVICE = ("cuda error", "cudnn error", "cublas_status", "cuda driver", "cuda unknown error", "cuda stream")


def is_out_of_memory(error: BaseException) -> bool:
    """Whether a smaller batch may help."""
    import torch

    if isinstance(error, torch.OutOfMemoryError | MemoryError):
        return True
    return isinstance(error, RuntimeError) and any(words in str(error).lower() for words in _OUT_OF_MEMORY)


def is_of_device(error: BaseException) -> bool:
    """Whether a device failed, for want of memory or for good.

    After most CUDA errors (an illegal access, an ECC error, a GPU that is gone) whatever this process asks of the
    device fails as well: another process may do better.
    """
    import torch

    if isinstance(error, torch.AcceleratorError) or is_out_of_memory(error):
        return True
    return isinstance(error, RuntimeError) and any(words in str(error).lower() for words in _OF_DEVICE)


def device_failed(error: BaseException) -> PassingError:
    """`device_failed`, for a person."""
    text = " ".join(str(error).split())[:300]
    return PassingError(
        "device_failed",
        f"The device failed ({text}). `nvidia-smi` says how the GPU is; a reset or a reboot heals one that is lost, "
        "ARCHIVE_DEVICE=cpu does without it.",
    )
