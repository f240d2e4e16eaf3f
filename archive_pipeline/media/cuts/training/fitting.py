"""Fits the judge's weights to composed videos."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from archive_pipeline.media.cuts.fast.darkness import BRIGHTER, brightened, is_dark
from archive_pipeline.media.cuts.fast.features import CONTEXT, features
from archive_pipeline.media.cuts.fast.network import DILATIONS, REACH
from archive_pipeline.media.cuts.fast.signals import Floats, Signals, measure
from archive_pipeline.media.cuts.training.shots import Clip

HIDDEN = 32
_MOSTLY = 0.3
"""Share of dark frames from which a video is learned from brightened, too."""
_WINDOW, _A_BATCH = 160, 16


@dataclass(frozen=True)
class Example:
    """Features of a video, padded by the judge's reach, and the truth."""

    features: Floats
    """(n + 2·REACH, F)."""
    truth: Floats
    """(n, 2)."""
    weight: Floats
    """(n, 2)."""


@dataclass(frozen=True)
class Group:
    """Examples of one kind."""

    share: float
    """Weight of the group among the windows that are learned from, however many examples it has."""
    examples: Sequence[Example]


def examples(clip: Clip) -> list[Example]:
    """What the detector would show its judge of this video: dark passages once more, brightened."""
    shown = measure(clip.thumbnails, clip.thumbnails[0])
    found = [_example(shown, clip.truth, clip.weight)]
    for factor in BRIGHTER:
        dark = is_dark(shown.level, factor)
        if dark.mean() > _MOSTLY:
            bright = brightened(clip.thumbnails, factor)
            found.append(_example(measure(bright, bright[0]), clip.truth, clip.weight * dark[:, None]))
    return found


def _example(signals: Signals, truth: Floats, weight: Floats) -> Example:
    margin = CONTEXT + REACH
    return Example(features(signals.window(-margin, len(signals) + margin)), truth, weight)


class _Network(nn.Module):
    def __init__(self, n_features: int) -> None:
        super().__init__()
        widths = [n_features] + [HIDDEN] * len(DILATIONS)
        self.layers = nn.ModuleList(
            nn.Conv1d(a, b, 3, dilation=d) for a, b, d in zip(widths[:-1], widths[1:], DILATIONS, strict=True)
        )
        self.head = nn.Conv1d(HIDDEN, 2, 1)

    def forward(self, x: Tensor) -> Tensor:
        for i, (layer, dilation) in enumerate(zip(self.layers, DILATIONS, strict=True)):
            hidden = torch.relu(layer(x))
            x = hidden if i == 0 else hidden + x[..., dilation:-dilation]
            x = nn.functional.dropout(x, 0.1, self.training)
        logits: Tensor = self.head(x)
        return logits


def fit(
    groups: Sequence[Group], seed: int = 0, steps: int = 1000, n_members: int = 3
) -> dict[str, NDArray[np.float32]]:
    """Weights for `Judge`: `n_members` networks, each by AdamW on random windows, which differ by the seed alone.

    In one thread, so that the same examples give the same weights.
    """
    torch.set_num_threads(1)
    everything = np.concatenate([e.features for group in groups for e in group.examples])
    mean, scale = everything.mean(axis=0), 1 / (everything.std(axis=0) + 1e-3)
    members = [_fitted(groups, mean, scale, [seed, member], steps) for member in range(n_members)]
    weights = {name: np.stack([member[name] for member in members]) for name in members[0]}
    return {"mean": mean, "scale": scale, **weights}


def _fitted(groups: Sequence[Group], mean: Floats, scale: Floats, seed: list[int], steps: int) -> dict[str, Floats]:
    rng = np.random.default_rng(seed)
    torch.manual_seed(int(rng.integers(2**31)))
    network = _Network(len(mean))
    optimizer = torch.optim.AdamW(network.parameters(), lr=3e-3, weight_decay=1e-2)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 4e-3, total_steps=steps)
    pools = [_Pool(group) for group in groups]
    shares = np.array([group.share for group in groups])
    for _ in range(steps):
        chosen = [pools[i].window(rng) for i in rng.choice(len(pools), size=_A_BATCH, p=shares / shares.sum())]
        x, truth, weight = (np.stack(arrays) for arrays in zip(*chosen, strict=True))
        logits = network(torch.from_numpy((x - mean) * scale).transpose(1, 2)).transpose(1, 2)
        loss = nn.functional.binary_cross_entropy_with_logits(
            logits, torch.from_numpy(truth), torch.from_numpy(weight), pos_weight=torch.tensor([2.0, 1.0])
        )
        optimizer.zero_grad()
        torch.autograd.backward(loss)
        optimizer.step()
        schedule.step()
    return _exported(network.eval())


class _Pool:
    """Windows of a group's examples, of each as often as it is long."""

    def __init__(self, group: Group) -> None:
        self._examples = [e for e in group.examples if len(e.truth) >= _WINDOW]
        n_windows = np.array([len(e.truth) - _WINDOW + 1 for e in self._examples])
        self._share = (n_windows + _WINDOW) / (n_windows + _WINDOW).sum()

    def window(self, rng: np.random.Generator) -> tuple[Floats, Floats, Floats]:
        one = self._examples[int(rng.choice(len(self._examples), p=self._share))]
        first = int(rng.integers(len(one.truth) - _WINDOW + 1))
        last = first + _WINDOW
        return one.features[first : last + 2 * REACH], one.truth[first:last], one.weight[first:last]


def _exported(network: _Network) -> dict[str, Floats]:
    weights = {}
    for i, layer in enumerate(network.layers):
        assert isinstance(layer, nn.Conv1d)
        assert layer.bias is not None
        weights[f"kernel{i}"] = layer.weight.detach().permute(2, 1, 0).contiguous().numpy()
        weights[f"bias{i}"] = layer.bias.detach().numpy()
    assert network.head.bias is not None
    weights["head"] = network.head.weight.detach()[:, :, 0].T.contiguous().numpy()
    weights["head_bias"] = network.head.bias.detach().numpy()
    return weights
