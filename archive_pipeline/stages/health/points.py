"""Points that the index should have and has not, or has and should not have."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from archive_pipeline.errors import ArchiveError
from archive_pipeline.search.index import ShotIndex
from archive_pipeline.store.catalogue import Entry
from archive_pipeline.store.lake import Lake
from archive_pipeline.store.naming import VideoName


@dataclass(frozen=True)
class PointTroubles:
    """`damaged`: spaces that cannot be read, with why. `lacking`: finished videos whose points are not those of their
    shots, by number. `unknown`: ids of videos of the catalogue's collections whose points nobody should find; other
    collections may be another archive's on the same server."""

    damaged: Mapping[str, str]
    lacking: tuple[VideoName, ...]
    unknown: tuple[str, ...]

    @property
    def is_none(self) -> bool:
        return not (self.damaged or self.lacking or self.unknown)


def point_troubles(
    index: ShotIndex, entries: Iterable[Entry], expected: Callable[[VideoName], int | None]
) -> PointTroubles:
    """Compare the index with all videos of the catalogue. `expected`: how many points a video has; None: one or more,
    which costs no reading."""
    counts: Counter[str] = Counter()
    damaged: dict[str, str] = {}
    for space in index.spaces():
        try:
            counts.update(index.points_by_video(space))
        except ArchiveError as error:
            if error.code != "index_damaged":
                raise
            damaged[space] = error.message
    by_id = {entry.name.video_id: entry for entry in entries}
    finished = [entry.name for entry in by_id.values() if entry.status == "ready" and not entry.pending]
    lacking = [video for video in finished if not _is_right(counts[video.video_id], expected(video))]
    own = {entry.name.collection for entry in by_id.values()}
    gone = [key for key in counts if key not in by_id or by_id[key].status == "removed"]
    unknown = [key for key in gone if key.partition("/")[0] in own]
    return PointTroubles(damaged, tuple(lacking), tuple(unknown))


def _is_right(found: int, wanted: int | None) -> bool:
    return found > 0 if wanted is None else found == wanted


def stored_number(lake: Lake) -> Callable[[VideoName], int | None]:
    """`expected` as the lake tells it: 0.3 ms a video."""

    def number(video: VideoName) -> int | None:
        try:
            rows = lake.read("points", video, ["n_points"])
        except ArchiveError:
            return None  # its table is a trouble of its own
        return int(rows.item()) if rows.height else None

    return number


def any_number(_: VideoName) -> int | None:
    """`expected` where one point will do."""
    return None
