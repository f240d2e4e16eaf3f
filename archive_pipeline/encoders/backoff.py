"""Batches that become smaller when memory runs out, and stay so."""

import gc
from collections.abc import Callable
from typing import TYPE_CHECKING

from archive_pipeline.encoders.device_errors import device_failed, is_of_device, is_out_of_memory
from archive_pipeline.errors import PassingError

if TYPE_CHECKING:
    import torch

Forward = Callable[["torch.Tensor"], "torch.Tensor"]


class BackingOff:
    """Runs a model on batches; halves them when memory runs out and remembers the size that worked."""

    def __init__(self, batch_size: int) -> None:
        self.batch_size = batch_size

    def run(self, forward: Forward, batch: "torch.Tensor") -> "torch.Tensor":
        """`forward` of all rows of `batch`, in order, in parts of at most `batch_size`.

        Raises PassingError `out_of_memory` where one row alone does not fit, and `device_failed`.
        """
        import torch

        parts: list[torch.Tensor] = []
        done = 0
        while done < len(batch):
            part = self._attempt(forward, batch[done : done + self.batch_size])
            if part is not None:
                parts.append(part)
                done += len(part)
            elif self.batch_size > 1:
                _release_memory()
                self.batch_size = max(1, min(self.batch_size, len(batch) - done) // 2)
            else:
                raise PassingError(
                    "out_of_memory",
                    "Not even one picture fits into the memory of the device beside the model. Stop what else uses it, "
                    "set ARCHIVE_DEVICE to another one, or choose a smaller model.",
                )
        return parts[0] if len(parts) == 1 else torch.cat(parts)

    @staticmethod
    def _attempt(forward: Forward, part: "torch.Tensor") -> "torch.Tensor | None":
        """None if memory ran out. The error ends here: its traceback would keep what was allocated alive."""
        try:
            return forward(part)
        except (RuntimeError, MemoryError) as error:
            if is_out_of_memory(error):
                return None
            if is_of_device(error):
                raise device_failed(error) from error
            raise


def _release_memory() -> None:
    import torch

    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
