"""What an ingest will cost, before anything runs. Estimates: nothing is opened to make them."""

from dataclasses import dataclass

from archive_pipeline.collections.model import Collection
from archive_pipeline.collections.plan import IngestPlan

TYPICAL_BYTES_PER_S = 1_000_000.0
"""8 Mbit/s, between web video (2) and camera files (25 and more); only until a video of the collection is known."""

PICTURE_BYTES = 3e12 / (10_000 * 3600 * 3)
"""A sampled picture, shortest side 336: 28 kB (10,000 hours at 3 fps are about 3 TB, DESIGN §4.3)."""

EMBEDDING_BYTES = 768 * 4
SHOTS_PER_HOUR = 18_404 / 27.585
"""In the archive that DESIGN §6 describes: 667."""

KEYFRAME_SHARE = SHOTS_PER_HOUR / (3600 * 3)
"""Shots per sampled frame there: 6 %."""

READING_S = 1.6
"""Processor seconds that reading what is written in a shot takes (docs/visible_text.md)."""

PHOTO_READING_S = 1.1
"""The same of a photo of 12 megapixels (docs/visible_text.md)."""


@dataclass(frozen=True)
class Experience:
    """What the ready videos of a collection have shown; None where there are none yet."""

    bytes_per_s: float | None = None
    """Size of the source files over their duration."""
    realtime_factor: float | None = None
    """Seconds of video that one run works through in a second."""
    lake_bytes_per_hour: float | None = None
    """Disk that an hour of video takes in the lake."""


@dataclass(frozen=True)
class Estimate:
    n_videos: int
    bytes: int
    hours: float
    """Of video, from the size of the files."""
    work_hours: float | None
    """That one run at a time would take; None where nothing of the collection was measured yet."""
    disk_bytes: float
    """That the lake will grow by."""
    reading_hours: float
    """Of processor time for the analysis `visible_text`, after the ingest; 0 where it is not asked for."""
    is_measured: bool
    """Whether the hours come from videos of this collection rather than from a typical bit rate."""


def estimate(plan: IngestPlan, collection: Collection, experience: Experience) -> Estimate:
    """The cost of running everything that `plan` would run."""
    hours = plan.bytes_to_run / (experience.bytes_per_s or TYPICAL_BYTES_PER_S) / 3600
    return Estimate(
        n_videos=len(plan.to_run),
        bytes=plan.bytes_to_run,
        hours=hours,
        work_hours=hours / experience.realtime_factor if experience.realtime_factor else None,
        disk_bytes=hours * (experience.lake_bytes_per_hour or _lake_bytes_per_hour(collection)),
        reading_hours=hours * SHOTS_PER_HOUR * READING_S / 3600 if "visible_text" in collection.analyses else 0.0,
        is_measured=bool(experience.bytes_per_s),
    )


def photo_reading_s(plan: IngestPlan, collection: Collection) -> float:
    """Processor seconds of the analysis `visible_text`, where every photo of the albums that run is new; 0 where it is
    not asked for."""
    return plan.n_photos * PHOTO_READING_S if "visible_text" in collection.analyses else 0.0


def _lake_bytes_per_hour(collection: Collection) -> float:
    kept = {"all": 1.0, "keyframes": KEYFRAME_SHARE, "none": 0.0}[collection.pictures]
    return 3600 * collection.fps * (kept * PICTURE_BYTES + EMBEDDING_BYTES)
