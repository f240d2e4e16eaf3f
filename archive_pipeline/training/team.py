"""Several processes that train one tower together: on a busy machine they wait for each other once a step only."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import nn


@dataclass(frozen=True)
class Team:
    """`size` processes with gradients in common; the leader (rank 0) keeps the clock and the state."""

    rank: int = 0
    size: int = 1

    @property
    def leads(self) -> bool:
        return self.rank == 0

    def meet(self, where: Path) -> None:
        """Wait until all are there. `where` is a file that does not exist yet, the same for all."""
        if self.size > 1:
            torch.distributed.init_process_group(
                "gloo", init_method=f"file://{where.absolute()}", rank=self.rank, world_size=self.size
            )

    def led(self, value: float) -> float:
        """The leader's value, for all."""
        if self.size == 1:
            return value
        shared = torch.tensor([value], dtype=torch.float64)
        torch.distributed.broadcast(shared, 0)
        return float(shared)

    def average_gradients(self, parameters: Sequence[nn.Parameter]) -> None:
        """Replace each process's gradients by the mean of all."""
        if self.size == 1:
            return
        gradients = [p.grad if p.grad is not None else torch.zeros_like(p) for p in parameters]
        flat = torch.cat([gradient.reshape(-1) for gradient in gradients])
        torch.distributed.all_reduce(flat)
        flat /= self.size
        start = 0
        for parameter in parameters:
            parameter.grad = flat[start : start + parameter.numel()].view_as(parameter).clone()
            start += parameter.numel()
