"""A stand-in until the real default detector lands in the next commit: a large picture change beside small ones."""

import numpy as np
from numpy.typing import NDArray

from archive_pipeline.media.cuts.model import Cut


class FastDetector:
    """Hard cuts where the mean luma difference is far above that of its neighbours."""

    name = "fast"
    thumbnail_size = (48, 27)

    def __init__(self) -> None:
        self._last: NDArray[np.float32] | None = None
        self._change: list[float] = []
        self._pts_s: list[float] = []

    def push(self, thumbnails: NDArray[np.uint8], pts_s: NDArray[np.float64]) -> None:
        """See `CutDetector.push`."""
        for thumbnail, at_s in zip(thumbnails, pts_s, strict=True):
            luma = thumbnail.astype(np.float32).mean(axis=2)
            self._change.append(0.0 if self._last is None else float(np.abs(luma - self._last).mean()))
            self._pts_s.append(float(at_s))
            self._last = luma

    def finish(self) -> list[Cut]:
        """See `CutDetector.finish`."""
        cuts = []
        for frame in range(1, len(self._change)):
            near = self._change[max(1, frame - 3) : frame] + self._change[frame + 1 : frame + 4]
            if self._change[frame] > 12 and self._change[frame] > 2.5 * max(near, default=0.0):
                cuts.append(Cut("hard", self._pts_s[frame], self._pts_s[frame], frame, 0.5))
        return cuts
