"""What classes, scenes and shots share: the time line of one video, its cuts, and what is asked of the input."""

from dataclasses import dataclass, field

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray

Span = tuple[float, float]


def _no_times() -> NDArray[np.float64]:
    return np.empty(0)


def _no_intervals() -> NDArray[np.float64]:
    return np.empty((0, 2))


@dataclass(frozen=True)
class Cuts:
    """The picture changes of one video, sorted by time."""

    hard_s: NDArray[np.float64] = field(default_factory=_no_times)
    """(k,) times of the first source frame after each hard cut, in seconds, each once."""
    gradual_s: NDArray[np.float64] = field(default_factory=_no_intervals)
    """(m, 2) where each gradual change begins and is complete, in seconds."""

    def __post_init__(self) -> None:
        hard = np.unique(np.asarray(self.hard_s, dtype=np.float64).reshape(-1))
        gradual = np.asarray(self.gradual_s, dtype=np.float64).reshape(-1, 2)
        if not (np.isfinite(hard).all() and np.isfinite(gradual).all()):
            raise ValueError("cut times must be finite")
        if (gradual[:, 0] > gradual[:, 1]).any():
            raise ValueError("a gradual cut must not end before it starts")
        object.__setattr__(self, "hard_s", hard)
        object.__setattr__(self, "gradual_s", np.unique(gradual, axis=0))

    @classmethod
    def from_table(cls, cuts: pl.DataFrame) -> "Cuts":
        """From rows of the table `cuts` (kind, start_s, end_s)."""
        gradual = cuts.filter(pl.col("kind") == "gradual").select("start_s", "end_s")
        return cls(cuts.filter(pl.col("kind") == "hard")["start_s"].to_numpy(), gradual.to_numpy())

    def between(self, after_s: float, until_s: float) -> NDArray[np.float64]:
        """Hard cuts in (after_s, until_s]: those that part two samples at these times."""
        first, last = np.searchsorted(self.hard_s, [after_s, until_s], side="right")
        return self.hard_s[first:last]


def check_times(pts_s: ArrayLike, span: Span) -> NDArray[np.float64]:
    """The frame times as float64 (n,); raises ValueError unless there are some, they increase and lie in the span."""
    times = np.asarray(pts_s, dtype=np.float64)
    start_s, end_s = span
    if times.ndim != 1 or not len(times):
        raise ValueError(f"pts_s must be a list of at least one time, got the shape {times.shape}")
    if not np.isfinite(times).all():
        raise ValueError(
            f"pts_s must be finite, got {times[~np.isfinite(times)][0]} at {np.argmin(np.isfinite(times))}"
        )
    steps = np.diff(times)
    if (steps <= 0).any():
        i = int(np.argmax(steps <= 0))
        raise ValueError(f"pts_s must increase strictly, got {times[i]} before {times[i + 1]} at {i}")
    if not (start_s <= times[0] and times[-1] < end_s):
        raise ValueError(f"pts_s must lie in the span [{start_s}, {end_s}), got {times[0]} to {times[-1]}")
    return times


def check_embeddings(embeddings: ArrayLike, n: int) -> NDArray[np.float32]:
    """The embeddings as float32 (n, d); raises ValueError unless there are n rows, finite and of unit length."""
    rows = np.asarray(embeddings, dtype=np.float32)
    if rows.ndim != 2 or len(rows) != n:
        raise ValueError(f"embeddings must be {n} rows, one a frame, got the shape {rows.shape}")
    squares = np.einsum("ij,ij->i", rows, rows)
    wrong = ~(np.abs(squares - 1.0) <= 1e-2)  # NaN fails the comparison too
    if wrong.any():
        i = int(np.argmax(wrong))
        raise ValueError(f"embeddings must be finite and of unit length, row {i} has the length {squares[i] ** 0.5}")
    return rows


def screen_times(pts_s: NDArray[np.float64], span: Span) -> NDArray[np.float64]:
    """Seconds that each frame stands for: until the next one; the first also for what precedes it. Sums to the span."""
    edges = np.concatenate([[span[0]], pts_s[1:], [span[1]]])
    return np.diff(edges)
