"""The judge: a small dilated convolutional network over the features in time, in numpy."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from archive_pipeline.media.cuts.fast.signals import Floats

DILATIONS = (1, 2, 4, 8)
"""Of the hidden layers; each looks at three frames that far apart."""
REACH = sum(DILATIONS)
"""Frames on either side that a judgement depends on."""
_WEIGHTS = "judge.npz"


class Judge:
    """Two probabilities for every boundary: that it is a hard cut, that it lies inside a gradual transition.

    Several networks of the same shape, which differ by chance alone, are heard and their logits averaged.
    """

    def __init__(self, weights: Mapping[str, NDArray[np.generic]]) -> None:
        """`mean`, `scale` (F,); of M networks `kernel0…` (M, 3, in, out), `bias0…` (M, out), `head` (M, hidden, 2),
        `head_bias` (M, 2)."""
        self._weights = {name: np.asarray(value, dtype=np.float32) for name, value in weights.items()}

    def probabilities(self, features: Floats) -> Floats:
        """(n - 2·REACH, 2) from (n, F) features."""
        w = self._weights
        x = ((features - w["mean"]) * w["scale"])[None]
        for layer, dilation in enumerate(DILATIONS):
            kernel = w[f"kernel{layer}"]
            n = x.shape[1] - 2 * dilation
            total = x[:, :n] @ kernel[:, 0] + x[:, dilation : dilation + n] @ kernel[:, 1]
            total += x[:, 2 * dilation :] @ kernel[:, 2]
            hidden = np.maximum(total + w[f"bias{layer}"][:, None], 0)
            x = hidden if layer == 0 else hidden + x[:, dilation : dilation + n]
        logits = np.clip((x @ w["head"] + w["head_bias"][:, None]).mean(axis=0), -30, 30)
        return np.asarray(1 / (1 + np.exp(-logits)), dtype=np.float32)


@cache
def bundled_judge() -> Judge:
    """The judge in the package, trained by `python -m archive_pipeline.evaluation.cut_judge`."""
    with (files(__package__) / _WEIGHTS).open("rb") as file, np.load(file) as weights:
        return Judge(dict(weights))
