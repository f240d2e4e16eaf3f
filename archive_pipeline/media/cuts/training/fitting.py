"""Fits the judge's weights to composed videos."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from archive_pipeline.media.cuts.fast.features import CONTEXT, features
from archive_pipeline.media.cuts.fast.network import DILATIONS, REACH
from archive_pipeline.media.cuts.fast.signals import Floats, measure
from archive_pipeline.media.cuts.training.shots import Clip

HIDDEN = 32


@dataclass(frozen=True)
class Example:
    """Features of a video, padded by the judge's reach, and the truth."""

    features: Floats
    """(n + 2·REACH, F)."""
    truth: Floats
    """(n, 2)."""
    weight: Floats
    """(n, 2)."""


def example(clip: Clip) -> Example:
    """What the detector would show its judge of this video."""
    thumbnails = clip.thumbnails
    signals = measure(thumbnails, thumbnails[0])
    margin = CONTEXT + REACH
    return Example(features(signals.window(-margin, len(signals) + margin)), clip.truth, clip.weight)


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
    examples: Sequence[Example], seed: int = 0, epochs: int = 30, window: int = 200
) -> dict[str, NDArray[np.float32]]:
    """Weights for `Judge`, by AdamW on random windows of `window` frames."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    everything = np.concatenate([e.features for e in examples])
    mean, scale = everything.mean(axis=0), 1 / (everything.std(axis=0) + 1e-3)
    network = _Network(everything.shape[1])
    steps_an_epoch = sum(len(e.truth) for e in examples) // (window * 16)
    optimizer = torch.optim.AdamW(network.parameters(), lr=3e-3, weight_decay=1e-2)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 4e-3, total_steps=epochs * steps_an_epoch)
    long_enough = [e for e in examples if len(e.truth) > window]
    for _ in range(epochs):
        for _ in range(steps_an_epoch):
            chosen = [long_enough[i] for i in rng.integers(len(long_enough), size=16)]
            x, truth, weight = _batch(rng, chosen, window)
            logits = network(torch.from_numpy((x - mean) * scale).transpose(1, 2)).transpose(1, 2)
            loss = nn.functional.binary_cross_entropy_with_logits(
                logits, torch.from_numpy(truth), torch.from_numpy(weight), pos_weight=torch.tensor([2.0, 1.0])
            )
            optimizer.zero_grad()
            torch.autograd.backward(loss)
            optimizer.step()
            schedule.step()
    return _exported(network.eval(), mean, scale)


def _batch(rng: np.random.Generator, examples: Sequence[Example], window: int) -> tuple[Floats, Floats, Floats]:
    starts = [int(rng.integers(len(e.truth) - window + 1)) for e in examples]
    x = np.stack([e.features[s : s + window + 2 * REACH] for e, s in zip(examples, starts, strict=True)])
    truth = np.stack([e.truth[s : s + window] for e, s in zip(examples, starts, strict=True)])
    weight = np.stack([e.weight[s : s + window] for e, s in zip(examples, starts, strict=True)])
    return x, truth, weight


def _exported(network: _Network, mean: Floats, scale: Floats) -> dict[str, NDArray[np.float32]]:
    weights = {"mean": mean, "scale": scale}
    for i, layer in enumerate(network.layers):
        assert isinstance(layer, nn.Conv1d)
        assert layer.bias is not None
        weights[f"kernel{i}"] = layer.weight.detach().permute(2, 1, 0).contiguous().numpy()
        weights[f"bias{i}"] = layer.bias.detach().numpy()
    assert network.head.bias is not None
    weights["head"] = network.head.weight.detach()[:, :, 0].T.contiguous().numpy()
    weights["head_bias"] = network.head.bias.detach().numpy()
    return {name: value.astype(np.float32) for name, value in weights.items()}
