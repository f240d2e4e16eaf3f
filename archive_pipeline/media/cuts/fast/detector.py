"""The default cut detector: measures every thumbnail, judges what changed, keeps a few numbers a frame."""

import numpy as np
from numpy.typing import NDArray

from archive_pipeline.media.cuts.fast.darkness import BRIGHTER, ONLY_GRADUAL, brightened, is_dark
from archive_pipeline.media.cuts.fast.decision import decide
from archive_pipeline.media.cuts.fast.features import CONTEXT, features
from archive_pipeline.media.cuts.fast.held import likeness, moves_on, repeats
from archive_pipeline.media.cuts.fast.looks import Looks
from archive_pipeline.media.cuts.fast.network import REACH, Judge, bundled_judge
from archive_pipeline.media.cuts.fast.signals import HEIGHT, WIDTH, Floats, Signals, measure
from archive_pipeline.media.cuts.model import Cut

_BLOCK = 256
"""Frames measured and judged at once, always the same ones whatever the chunks pushed, so that results are the same."""
_MARGIN = CONTEXT + REACH


class FastDetector:
    """Hard cuts and gradual transitions at several thousand frames a second on one core.

    Judges a block when the `_MARGIN` frames after it are known, and forgets what lies before it: memory does not grow
    with the video but for 41 bytes a frame.
    """

    name = "fast"
    thumbnail_size = (WIDTH, HEIGHT)

    def __init__(self, judge: Judge | None = None) -> None:
        self._judge = judge or bundled_judge()
        self._waiting: list[NDArray[np.uint8]] = []
        self._n_waiting = 0
        self._before: NDArray[np.uint8] | None = None
        self._before_s: float | None = None
        self._signals: dict[int, Signals] = {}  # by brightness, of frames and of what is repeated of them: rows
        self._is_frame = np.empty(0, dtype=bool)  # of each row
        self._first = 0  # number of the first row in _signals
        self._judged: list[Floats] = []
        self._looks: list[Looks] = []
        self._alike: list[Floats] = []
        self._n_judged = 0  # rows
        self._pts_s: list[NDArray[np.float64]] = []
        self._waiting_s: list[NDArray[np.float64]] = []

    def push(self, thumbnails: NDArray[np.uint8], pts_s: NDArray[np.float64]) -> None:
        """See `CutDetector.push`."""
        if thumbnails.shape[1:] != (HEIGHT, WIDTH, 3) or len(thumbnails) != len(pts_s):
            raise ValueError(
                f"thumbnails must be (n, {HEIGHT}, {WIDTH}, 3) with n times, not {thumbnails.shape} with {len(pts_s)}"
            )
        self._pts_s.append(np.array(pts_s, dtype=np.float64))
        self._waiting.append(np.array(thumbnails, dtype=np.uint8))
        self._waiting_s.append(self._pts_s[-1])
        self._n_waiting += len(thumbnails)
        if self._n_waiting >= _BLOCK:
            frames, times = np.concatenate(self._waiting), np.concatenate(self._waiting_s)
            n_taken = len(frames) // _BLOCK * _BLOCK
            for first in range(0, n_taken, _BLOCK):
                self._take(frames[first : first + _BLOCK], times[first : first + _BLOCK])
            self._waiting, self._waiting_s = [frames[n_taken:].copy()], [times[n_taken:].copy()]
            self._n_waiting = len(self._waiting[0])

    def finish(self) -> list[Cut]:
        """See `CutDetector.finish`."""
        if self._n_waiting:
            self._take(np.concatenate(self._waiting), np.concatenate(self._waiting_s))
        if not self._signals:
            return []
        while self._n_judged < self._first + len(self._is_frame):
            self._judge_block(min(_BLOCK, self._first + len(self._is_frame) - self._n_judged))
        judged, pts_s = np.concatenate(self._judged), np.concatenate(self._pts_s)
        judged[moves_on(np.concatenate(self._alike), pts_s)] = 0
        return decide(judged, Looks.joined(self._looks), pts_s)

    def _take(self, frames: NDArray[np.uint8], times: NDArray[np.float64]) -> None:
        before = frames[0] if self._before is None else self._before
        n_held = repeats(times, times[0] if self._before_s is None else self._before_s, _MARGIN)
        self._before, self._before_s = frames[-1], float(times[-1])
        plain = measure(frames, before)
        last = self._signals[1].last if self._signals else plain.window(0, 1)
        self._looks.append(Looks.of(plain))
        self._alike.append(likeness(np.concatenate([last.coarse, plain.coarse])))
        for factor in (1, *BRIGHTER):
            new = plain
            if factor > 1 and is_dark(plain.level, factor).any():
                new = measure(brightened(frames, factor), brightened(before, factor))
            known = [self._signals[factor]] if factor in self._signals else []
            if n_held.any():
                new = new.held(n_held, known[0].last if known else new.window(0, 1))
            self._signals[factor] = Signals.joined([*known, new])
        is_frame = np.zeros(len(self._signals[1]) - len(self._is_frame), dtype=bool)
        is_frame[np.cumsum(n_held + 1) - 1] = True
        self._is_frame = np.concatenate([self._is_frame, is_frame])
        while self._first + len(self._is_frame) - self._n_judged >= _BLOCK + _MARGIN:
            self._judge_block(_BLOCK)

    def _judge_block(self, n: int) -> None:
        at = self._n_judged - self._first
        windows = {factor: rows.window(at - _MARGIN, at + n + _MARGIN) for factor, rows in self._signals.items()}
        judged = self._judge.probabilities(features(windows[1]))
        for factor in BRIGHTER:
            dark = is_dark(windows[1].level, factor)[_MARGIN:-_MARGIN]
            if dark.any():
                again = self._judge.probabilities(features(windows[factor]))
                first = 1 if factor >= ONLY_GRADUAL else 0
                judged[dark, first:] = np.maximum(judged, again)[dark, first:]
        self._judged.append(judged[self._is_frame[at : at + n]])
        self._n_judged += n
        done = max(0, self._n_judged - _MARGIN - self._first)
        self._signals = {factor: rows.window(done, len(rows)) for factor, rows in self._signals.items()}
        self._is_frame = self._is_frame[done:]
        self._first += done
