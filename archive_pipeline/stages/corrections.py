"""Points follow what people put right, without anything of the video being computed again.

The page asks for it as soon as somebody corrected something. Where that could not be (a run was at work on the video,
the page was killed) a later look finds it.
"""

import time
from collections.abc import Iterator

from archive_pipeline.errors import DamagedTableError, PassingError
from archive_pipeline.search.index import ShotIndex
from archive_pipeline.stages.qdrant_points import refresh_points
from archive_pipeline.store.catalogue import Catalogue
from archive_pipeline.store.corrections import Corrections
from archive_pipeline.store.lake import Lake
from archive_pipeline.store.leases import Leases
from archive_pipeline.store.naming import VideoName

_BUSY = "video_busy"
_RUN_S = 6 * 3600.0
"""A run may have read the corrections so long before it wrote the points."""


def follow_correction(
    lake: Lake, catalogue: Catalogue, index: ShotIndex, leases: Leases, video: VideoName
) -> bool | None:
    """Make the video's points those that its corrections tell; whether they had to be, None where a run is at work on
    the video and its points must be looked at again."""
    try:
        with leases.hold(str(video.relative_file), timeout_s=0, code=_BUSY):
            entry = catalogue.entry(video)
            if entry is None or entry.status != "ready" or not refresh_points(lake, index, video):
                return False
            catalogue.publish_again([video])
            return True
    except DamagedTableError:  # mended by others (stages/health), and then written
        return False
    except PassingError as error:
        if error.code != _BUSY:
            raise
        return None


def lately_corrected(lake: Lake) -> Iterator[VideoName]:
    """The videos that may have been corrected since their points were written. Costs two looks a video that was ever
    corrected, nothing for the others."""
    for video, corrected in Corrections(lake).videos():
        written = lake.objects.stat(lake.key("points", video))
        if written is not None and corrected.modified_s >= written.modified_s - _RUN_S:
            yield video


def follow_corrections(
    lake: Lake, catalogue: Catalogue, index: ShotIndex, leases: Leases, budget_s: float | None = None
) -> int:
    """`follow_correction` of all `lately_corrected`; of how many the points had to be written. What `budget_s` leaves
    no time for follows with the next look."""
    deadline = None if budget_s is None else time.monotonic() + budget_s
    n_followed = 0
    for video in lately_corrected(lake):
        n_followed += bool(follow_correction(lake, catalogue, index, leases, video))
        if deadline is not None and time.monotonic() > deadline:
            break
    return n_followed
