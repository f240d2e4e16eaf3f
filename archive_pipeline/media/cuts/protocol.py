"""What every cut detector is: thumbnails in, cuts out."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from archive_pipeline.media.cuts.model import Cut


class CutDetector(Protocol):
    """Finds the cuts of one video; make a new one for every video.

    Feed every source frame, in order of presentation, in chunks of any size (the result does not depend on the chunks),
    then call `finish` once.
    """

    name: str
    """Its name in `CUT_DETECTORS`."""

    thumbnail_size: tuple[int, int]
    """(width, height) in pixels that the thumbnails must have; the picture is squeezed into it, its shape ignored."""

    def push(self, thumbnails: NDArray[np.uint8], pts_s: NDArray[np.float64]) -> None:
        """Take the next source frames: RGB `(n, height, width, 3)` and their presentation times `(n,)` in seconds."""

    def finish(self) -> list[Cut]:
        """All cuts of the video, in order of time."""
