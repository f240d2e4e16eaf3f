"""Training one tower: the loop that both share, resumable, one thread a process."""

import math
import time
from collections.abc import Callable
from pathlib import Path

import torch
from torch import Tensor, nn

from archive_pipeline.training.team import Team

_DECAY, _WARM_UP = 0.05, 60
_AVERAGE = 0.99  # of the weights that are saved, over the steps
_SAVE_EVERY_S = 120

Loss = Callable[[int, float], Tensor]
"""The loss of a step, from its number and the share of the time that is over."""


def train_tower(tower: nn.Module, loss_of: Loss, minutes: float, peak_rate: float, state: Path, team: Team) -> None:
    """Train `tower` in place for `minutes`; its averaged weights lie in `state` (key "average") all the while.

    The rate falls as a cosine over the time. Resumes from `state` where that exists. The `team` calls it with the same
    tower, and a loss over other pictures, in each of its processes.
    """
    torch.set_num_threads(1)
    parameters = list(tower.parameters())
    groups = [
        {"params": [p for p in parameters if p.ndim >= 2], "weight_decay": _DECAY},
        {"params": [p for p in parameters if p.ndim < 2], "weight_decay": 0.0},
    ]
    optimizer = torch.optim.AdamW(groups, lr=0.0, betas=(0.9, 0.98))
    average = {name: value.detach().clone() for name, value in tower.state_dict().items()}
    spent, step = 0.0, 0
    if state.is_file():
        kept = torch.load(state)
        tower.load_state_dict(kept["tower"])
        optimizer.load_state_dict(kept["optimizer"])
        average, spent, step = kept["average"], kept["spent"], kept["step"]
    began = time.monotonic() - spent
    saved = shown = time.monotonic()
    tower.train()
    while (share := team.led((time.monotonic() - began) / (minutes * 60))) < 1:
        step += 1
        for group in optimizer.param_groups:
            group["lr"] = peak_rate * min(1.0, step / _WARM_UP) * (0.5 + 0.5 * math.cos(math.pi * share))
        loss = loss_of(step, share)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        team.average_gradients(parameters)
        torch.nn.utils.clip_grad_norm_(parameters, 2.0)
        optimizer.step()
        if not team.leads:
            continue
        _follow(average, tower.state_dict(), min(_AVERAGE, step / (step + 10)))
        if step % 20 == 0:
            pace, shown = (time.monotonic() - shown) / 20, time.monotonic()
            print(f"{state.stem} {share:.3f} step {step} loss {float(loss.detach()):.3f} {pace:.2f} s/step", flush=True)
        if time.monotonic() - saved > _SAVE_EVERY_S:
            saved = time.monotonic()
            _keep(state, tower, optimizer, average, saved - began, step)
    if team.leads:
        _keep(state, tower, optimizer, average, time.monotonic() - began, step)


def _keep(
    state: Path, tower: nn.Module, optimizer: torch.optim.Optimizer, average: dict[str, Tensor], spent: float, step: int
) -> None:
    kept = {"tower": tower.state_dict(), "optimizer": optimizer.state_dict(), "average": average}
    partial = state.with_suffix(".partial")
    torch.save({**kept, "spent": spent, "step": step}, partial)
    partial.replace(state)


@torch.no_grad()
def _follow(average: dict[str, Tensor], current: dict[str, Tensor], keep: float) -> None:
    for name, value in current.items():
        if value.is_floating_point():
            average[name].mul_(keep).add_(value, alpha=1 - keep)
        else:
            average[name].copy_(value)
