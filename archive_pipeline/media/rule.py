"""The sampling rule, as a function that tests can compare and as the expressions that ffmpeg evaluates.

Frame j is the first source frame at or after k/fps, for the k in turn that meet a new one. Nothing is resampled: every
picture keeps its own time, and a gap or a delayed start, which many k fall into, gives one frame.
"""

from math import floor

import numpy as np
from numpy.typing import NDArray

from archive_pipeline.media.facts import MediaFacts
from archive_pipeline.media.ffmpeg import DISCONTINUOUS
from archive_pipeline.media.timeline import JUMP_AHEAD_S, JUMP_BACK_S

TOLERANCE_S = 1e-6
"""Frames this little before k/fps count as at it: 30000/90000 s times 3 is not exactly 1 in floating point."""

CLOCK_RESET = "The times of the frames jump; they were joined into one clock."
"""The warning of a video whose clock was reset; ffmpeg's log says so by a bare number (see `clock`)."""


def is_sampled(pts_s: NDArray[np.float64], fps: float) -> NDArray[np.bool_]:
    """Which of the source frames at increasing times `pts_s` (n,) in seconds are samples, as bool (n,).

    A frame is one when some k/fps lies after the frame before it and not after itself; the first always is.
    """
    periods = np.floor((np.asarray(pts_s, np.float64) + TOLERANCE_S) * fps)
    return np.diff(periods, prepend=-np.inf) > 0


def period(pts_s: float, fps: float) -> int:
    """Of the 1/fps seconds that `is_sampled` counts, the number of the one that a frame at `pts_s` lies in."""
    return floor((pts_s + TOLERANCE_S) * fps)


def sampling(fps: float) -> str:
    """`is_sampled` for ffmpeg's `select`."""
    tolerance, rate = f"{TOLERANCE_S:.6f}", repr(float(fps))
    this, last = (f"floor(({time}+{tolerance})*{rate})" for time in ("t", "prev_selected_t"))
    return f"isnan(prev_selected_t)+gt({this},{last})"


def from_moment(time_s: float) -> str:
    """For `select`: every frame at or after `time_s`, and the very first, without which no stream begins."""
    return f"isnan(prev_selected_t)+gte(t,{time_s - TOLERANCE_S:.9f})"


def clock(facts: MediaFacts) -> str:
    """For `setpts`: the clock that a player shows, strictly increasing and never negative, in ticks of the source.

    Variable 0 is what is added to the source's times, 1 the step since the frame before. A step back by more than a
    second, or ahead by more than ten in a stream whose clock may jump, is a reset of the clock: it is logged, and time
    goes on one frame later. A smaller step back puts the frame one tick after the last.
    """
    ahead = f"+gt(ld(1),{JUMP_AHEAD_S}/TB)" if facts.container in DISCONTINUOUS else ""
    is_reset = f"lt(ld(1),-{JUMP_BACK_S}/TB){ahead}"
    first = f"max(-round({facts.zero_s!r}/TB),-PTS)"
    joined = f"PREV_OUTPTS+round({1 / facts.frame_rate!r}/TB)-print(PTS,24)"  # 24: AV_LOG_WARNING
    return (
        f"st(1,PTS-PREV_INPTS);"
        f"st(0,if(isnan(PREV_INPTS),{first},if({is_reset},{joined},ld(0))));"
        f"if(isnan(PREV_OUTPTS),PTS+ld(0),max(PTS+ld(0),PREV_OUTPTS+1))"
    )
