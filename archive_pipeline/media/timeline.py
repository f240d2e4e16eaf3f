"""What the times of a stream's packets tell: where it starts and ends, and whether its frames are evenly spaced."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median_low

JUMP_BACK_S = 1.0
"""A clock that goes back by more than this was reset; less is a frame out of order."""

JUMP_AHEAD_S = 10.0
"""A discontinuous clock that leaps further than this was reset (ffmpeg's own limit for transport streams)."""

_UNEVEN_SHARE = 0.005  # a few lost frames in a long recording do not make its frame rate variable,
_BREAKS = 2  # nor does a break in a short one
_ROUNDING_S = 0.001  # Matroska, FLV and ASF keep milliseconds: 30 fps is 33, 33, 34


@dataclass(frozen=True)
class Timeline:
    """The packets of one video stream, in seconds of the container."""

    n_frames: int
    start_s: float
    end_s: float
    is_vfr: bool

    @property
    def duration_s(self) -> float:
        return self.end_s - self.start_s

    @property
    def mean_rate(self) -> float:
        return self.n_frames / self.duration_s


def timeline(pts_s: Sequence[float], tick_s: float, frame_s: float) -> Timeline | None:
    """The timeline of the frames at `pts_s` (any order); None without frames.

    `tick_s` is the resolution of the container's clock, `frame_s` the length of the last frame.
    """
    if not pts_s:
        return None
    ordered = sorted(set(pts_s))
    intervals = [after - before for before, after in pairwise(ordered)]
    usual = median_low(intervals) if intervals else frame_s
    tolerance = max(_ROUNDING_S, tick_s) * 1.01
    uneven = sum(abs(interval - usual) > tolerance for interval in intervals)
    return Timeline(
        n_frames=len(ordered),
        start_s=ordered[0],
        end_s=ordered[-1] + frame_s,
        is_vfr=uneven > min(_BREAKS, len(intervals) // 4) and uneven > _UNEVEN_SHARE * len(intervals),
    )


class Unwinder:
    """Makes one clock of the pieces of a discontinuous one: after a jump time goes on one frame later."""

    def __init__(self, frame_s: float) -> None:
        self._frame_s = frame_s
        self._offset_s = 0.0
        self._last_s: float | None = None

    def offset_at(self, dts_s: float) -> float:
        """Seconds to add to the times of the packet at `dts_s`; call it in the order of the file."""
        if self._last_s is not None and not -JUMP_BACK_S <= dts_s - self._last_s <= JUMP_AHEAD_S:
            self._offset_s += self._last_s + self._frame_s - dts_s
        self._last_s = dts_s
        return self._offset_s
