"""Pictures of the archive: the sampled frame at a moment of a video, without reading the rest of its table."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, partial

import numpy as np

from archive_pipeline.store.bounded_cache import Recent
from archive_pipeline.store.lake import Lake
from archive_pipeline.store.naming import VideoName

_KEPT_BYTES = 64 << 20  # some 2,400 pictures
_TIMES_BYTES = 16 << 20
_READ_AT_ONCE = 256  # pictures


@dataclass(frozen=True)
class Still:
    """A sampled frame; its shortest side has at most 336 pixels."""

    jpeg: bytes
    pts_s: float
    frame: int
    """Number of the sampled frame in its video, from 0."""


class Stills:
    """Pictures by time. Safe for many threads."""

    def __init__(self, lake: Lake) -> None:
        self._lake = lake
        self._stills: Recent[Still | None] = Recent(_KEPT_BYTES, lambda still: len(still.jpeg) if still else 100)
        self._numbers: Recent[dict[str, int]] = Recent(_TIMES_BYTES, lambda numbers: 150 * len(numbers) + 100)
        self._times: Recent[np.ndarray] = Recent(_TIMES_BYTES, lambda times: times.nbytes + 100)

    def at(self, video: VideoName, time_s: float) -> Still | None:
        """The frame sampled nearest to the time or, where the collection keeps only keyframes, the nearest of these.

        None where no picture is kept. The time of a photo is its number in the album.
        """
        if video.is_album:
            version = self._lake.version("photo_pictures", video)
            return self._stills.get((video, version, round(time_s)), lambda: self._read_photo(video, round(time_s)))
        version = self._lake.version("pictures", video)
        if version is None:
            return None
        times_s = self._times.get((video, version), lambda: self._read_times(video))
        if not len(times_s):
            return None
        frame = int(np.abs(times_s - time_s).argmin())
        found = self._stills.get((video, version, frame), lambda: self._read(video, frame)[0])
        return found or self._nearest_keyframe(video, version, times_s, time_s)

    def each(self, video: VideoName, times_s: Sequence[float]) -> list[Still | None]:
        """The frames sampled nearest to times of a video that are near each other; what is new is read at once. None
        where a picture is not kept."""
        version = self._lake.version("pictures", video)
        sampled_s = self._times.get((video, version), lambda: self._read_times(video)) if version else np.empty(0)
        if not len(sampled_s):
            return [None] * len(times_s)
        frames = [int(np.abs(sampled_s - time_s).argmin()) for time_s in times_s]
        first, last = min(frames), max(frames)
        together = cache(lambda: self._read(video, first, last))

        def read(frame: int) -> Still | None:
            return self._read(video, frame)[0] if last - first >= _READ_AT_ONCE else together()[frame - first]

        return [self._stills.get((video, version, frame), partial(read, frame)) for frame in frames]

    def of_photo(self, album: VideoName, photo_id: str) -> bytes | None:
        """The picture of a photo, a JPEG; None where the album does not have it."""
        version = self._lake.version("photo_pictures", album)
        if version is None:
            return None
        numbers = self._numbers.get((album, version), lambda: self._read_numbers(album))
        if photo_id not in numbers:
            return None
        still = self._stills.get(
            (album, version, numbers[photo_id]), lambda: self._read_photo(album, numbers[photo_id])
        )
        return still.jpeg if still else None

    def _read_numbers(self, album: VideoName) -> dict[str, int]:
        ids = self._lake.read("photo_pictures", album, ["photo_id"])["photo_id"]
        return {str(key): number for number, key in enumerate(ids)}

    def _read_photo(self, album: VideoName, number: int) -> Still | None:
        rows = self._lake.rows("photo_pictures", album, ["jpeg"], number, number)
        return Still(rows["jpeg"][0], float(number), number) if rows.height else None

    def _nearest_keyframe(self, video: VideoName, version: object, times_s: np.ndarray, time_s: float) -> Still | None:
        keyframes_s = self._lake.read("shots", video, ["keyframe_s"])["keyframe_s"].to_numpy()
        if not len(keyframes_s):
            return None
        nearest_s = keyframes_s[np.abs(keyframes_s - time_s).argmin()]
        frame = int(np.abs(times_s - nearest_s).argmin())
        return self._stills.get((video, version, frame), lambda: self._read(video, frame)[0])

    def _read(self, video: VideoName, first: int, last: int | None = None) -> list[Still | None]:
        last = first if last is None else last
        rows = self._lake.rows("pictures", video, ["jpeg", "pts_s", "frame"], first, last).rows()
        found = [Still(*row) if row[0] is not None else None for row in rows]
        return found + [None] * (last - first + 1 - len(found))

    def _read_times(self, video: VideoName) -> np.ndarray:
        return self._lake.read("pictures", video, ["pts_s"])["pts_s"].to_numpy()
