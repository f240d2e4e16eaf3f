"""What a model says of a video's shots, scenes and whole, as the pages and the API show it: read from the lake."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from archive_pipeline.store.bounded_cache import Recent
from archive_pipeline.store.lake import Lake
from archive_pipeline.store.naming import VideoName

_KEPT_BYTES = 32 << 20
_ROW_BYTES = 4000  # a description with twenty objects


@dataclass(frozen=True, eq=False)
class Described:
    """Rows of `sql/tables`; everything in them was written by a model."""

    shots: Mapping[str, dict[str, Any]]
    """`descriptions` by shot_id."""
    scenes: Mapping[int, dict[str, Any]]
    """`summaries` by scene."""
    whole: dict[str, Any] | None
    """`summaries` of the programme."""


class Descriptions:
    """By video, read again when the lake has others. Safe for many threads."""

    def __init__(self, lake: Lake) -> None:
        self._lake = lake
        self._kept: Recent[Described] = Recent(_KEPT_BYTES, lambda one: _ROW_BYTES * (1 + len(one.shots)))

    def of(self, video: VideoName) -> Described:
        """Nothing in it where the video was not described, no summaries where its shots are others by now."""
        versions = [self._lake.version(table, video) for table in ("shots", "descriptions", "summaries")]
        return self._kept.get((video, *versions), lambda: self._read(video))

    def _read(self, video: VideoName) -> Described:
        summaries = list(self._lake.read("summaries", video).iter_rows(named=True)) if self._is_of_now(video) else []
        return Described(
            {row["shot_id"]: row for row in self._lake.read("descriptions", video).iter_rows(named=True)},
            {row["scene"]: row for row in summaries if row["scene"] is not None},
            next((row for row in summaries if row["scene"] is None), None),
        )

    def _is_of_now(self, video: VideoName) -> bool:
        """Whether the summaries stand on the shots that the video has: scenes have numbers, which others may get."""
        shots, described = (self._lake.provenance(table, video) for table in ("shots", "descriptions"))
        summaries = self._lake.provenance("summaries", video)
        if not (shots and described and summaries):
            return False
        return (
            described.inputs.get("shots") == shots.fingerprint
            and summaries.inputs.get("descriptions") == described.fingerprint
        )
