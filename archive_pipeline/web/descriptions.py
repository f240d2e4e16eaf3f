"""What models say and read of a video's shots, scenes and whole, as the pages and the API show it: from the lake."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from archive_pipeline.store.bounded_cache import Recent
from archive_pipeline.store.corrected import Corrected, corrected
from archive_pipeline.store.corrections import Corrections
from archive_pipeline.store.lake import Lake
from archive_pipeline.store.naming import VideoName

_KEPT_BYTES = 32 << 20
_ROW_BYTES = 4000  # a description with twenty objects, or the lines or objects of a shot
_TABLES = ("shots", "descriptions", "summaries", "visible_texts", "detections", "transcripts")


@dataclass(frozen=True, eq=False)
class Described:
    """Rows of `sql/tables`; everything in them was written by a model, but for what people put right."""

    shots: Mapping[str, dict[str, Any]]
    """`descriptions` by shot_id."""
    scenes: Mapping[int, dict[str, Any]]
    """`summaries` by scene."""
    whole: dict[str, Any] | None
    """`summaries` of the programme."""
    texts: Mapping[str, list[dict[str, Any]]]
    """`visible_texts` by shot_id, in order of time and from the top down."""
    found: Mapping[str, list[dict[str, Any]]]
    """`detections` by shot_id, the surest first."""
    corrected: Corrected

    def title(self, shot_id: str) -> str | None:
        """What the shot is called: as a person says, else a model."""
        return self.corrected.title(shot_id, (self.shots.get(shot_id) or {}).get("title"))


def _n_bytes(one: Described) -> int:
    return _ROW_BYTES * (1 + len(one.shots) + len(one.texts) + len(one.found))


class Descriptions:
    """By video, read again when the lake has others. Safe for many threads."""

    def __init__(self, lake: Lake) -> None:
        self._lake = lake
        self._corrections = Corrections(lake)
        self._kept: Recent[Described] = Recent(_KEPT_BYTES, _n_bytes)

    def of(self, video: VideoName) -> Described:
        """Nothing in it where the video was not described, no summaries where its shots are others by now."""
        versions = [self._corrections.version(video), *(self._lake.version(table, video) for table in _TABLES)]
        return self._kept.get((video, *versions), lambda: self._read(video))

    def _read(self, video: VideoName) -> Described:
        right = corrected(self._lake, video)
        described = right.inherited(self._lake.read("descriptions", video)).unique(
            "shot_id", keep="first", maintain_order=True
        )
        summaries = list(self._lake.read("summaries", video).iter_rows(named=True)) if self._is_of_now(video) else []
        return Described(
            {row["shot_id"]: row for row in described.iter_rows(named=True)},
            {row["scene"]: row for row in summaries if row["scene"] is not None},
            next((row for row in summaries if row["scene"] is None), None),
            self._by_shot(video, right, "visible_texts", "pts_s", "y0", "x0"),
            self._by_shot(video, right, "detections", "score", descending=True),
            replace(right, shots=None),  # their vectors are for the index
        )

    def _by_shot(
        self, video: VideoName, right: Corrected, table: str, *order: str, descending: bool = False
    ) -> dict[str, list[dict[str, Any]]]:
        found: dict[str, list[dict[str, Any]]] = {}
        rows = right.inherited(self._lake.read(table, video)).sort(order, descending=descending)
        for row in rows.iter_rows(named=True):
            found.setdefault(row["shot_id"], []).append(row)
        return found

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
