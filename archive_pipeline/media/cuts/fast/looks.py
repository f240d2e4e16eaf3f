"""What is kept of every picture for the decision: a few bytes each."""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from archive_pipeline.media.cuts.fast.signals import COARSE_SHAPE, N_LUMA, Floats, Signals

_FLAT = 4.0
"""Range of luma over 16 × 9 squares up to which a picture shows nothing (of 255); dark ones have 10 and more."""


@dataclass(frozen=True)
class Looks:
    """Of `n` consecutive frames; every array has one row a frame."""

    spread: Floats
    """(n,) standard deviation of luma."""
    is_flat: NDArray[np.bool_]
    """(n,) whether the picture is of one colour."""
    small: NDArray[np.uint8]
    """(n, 12) mean luma of 3 × 4 squares."""

    @staticmethod
    def of(signals: Signals) -> "Looks":
        luma = signals.coarse[:, :N_LUMA]
        squares = luma.reshape(-1, 3, COARSE_SHAPE[0] // 3, 4, COARSE_SHAPE[1] // 4).mean(axis=(2, 4))
        small = np.rint(squares).astype(np.uint8).reshape(len(luma), -1)
        return Looks(signals.level[:, 1], np.ptp(luma, axis=1) <= _FLAT, small)

    @staticmethod
    def joined(parts: "list[Looks]") -> "Looks":
        """One after the other."""
        return Looks(*(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(Looks)))

    def change(self, a: int, b: int) -> float:
        """Mean difference in luma between two pictures, of 255."""
        return float(np.abs(self.small[a].astype(np.int16) - self.small[b]).mean())
