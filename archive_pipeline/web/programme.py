"""What is known of one video, as the pages and the API show it: read from the lake, before anything is published."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import polars as pl

from archive_pipeline.errors import RequestError
from archive_pipeline.language.concepts.rows import held_concepts
from archive_pipeline.media.facts import MediaFacts
from archive_pipeline.media.moments import can_seek
from archive_pipeline.store.catalogue import Catalogue, Entry
from archive_pipeline.store.corrected import corrected
from archive_pipeline.store.corrections import Corrections
from archive_pipeline.store.lake import Lake
from archive_pipeline.store.naming import VideoName, readable

_KEPT = 64  # videos; one of two hours and 2,000 shots takes some 300 kB


@dataclass(frozen=True, eq=False)
class Programme:
    """A video that can be watched; the frames are tables of `sql/tables` and `sql/lake`."""

    name: VideoName
    path: str
    """Where the file is now, readable, relative to its collection's source."""
    sha256: str
    bytes: int
    facts: MediaFacts
    start_s: float
    end_s: float
    seekable: bool
    """Whether its times are those of its container, so that a moment can be sought."""
    shots: pl.DataFrame
    """Between the boundaries that people put right."""
    scenes: pl.DataFrame
    classes: pl.DataFrame
    statistics: dict[str, Any]
    concepts: dict[str, tuple[str, ...]]
    """`vocabulary/concept` of what each shot shows, by its id."""
    listed: dict[str, Any] | None
    """Its row of `listed`; None where the archive's list has none."""

    @property
    def video_id(self) -> str:
        return self.name.video_id

    @property
    def title(self) -> str:
        """As the archive's list has it, else the file's name, without folders."""
        return (self.listed or {}).get("title") or self.path.rpartition("/")[2]

    @property
    def duration_s(self) -> float:
        return self.end_s - self.start_s

    def shot(self, number: int) -> dict[str, Any]:
        """A row of `shots`. Raises RequestError `no_such_moment`."""
        if not 0 <= number < self.shots.height:
            raise RequestError(
                "no_such_moment", f"{self.video_id} has {self.shots.height} shots, and no number {number}."
            )
        return self.shots.row(number, named=True)

    def shot_at(self, time_s: float) -> dict[str, Any]:
        """The shot that is on at `time_s`; the first or the last for times outside."""
        after = self.shots["start_s"].search_sorted(time_s, side="right")
        return self.shot(max(0, int(after) - 1))


class Programmes:
    """Videos by id. An id is only ever looked up in the catalogue: none of its characters becomes part of a path that
    the catalogue does not hold."""

    def __init__(self, catalogue: Catalogue, lake: Lake, allows: Callable[[str], bool]) -> None:
        """`allows` tells by its id whether a video may be seen; one that may not is as unknown as one that is not
        there."""
        self._allows = allows
        self._catalogue = catalogue
        self._lake = lake
        self._corrections = Corrections(lake)
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[object, ...], Programme] = OrderedDict()

    def entry(self, video_id: str) -> Entry:
        """What the catalogue says. Raises RequestError `unknown_video`, also for a video that was removed."""
        entry = None
        try:
            name = VideoName.from_video_id(video_id)
            if name.video_id == video_id:
                entry = self._catalogue.entry(name)
        except ValueError:
            pass
        if entry is None or entry.status == "removed" or not self._allows(video_id):
            raise RequestError("unknown_video", f"There is no video {_short(video_id)!r} in this archive.")
        return entry

    def get(self, video_id: str) -> Programme:
        """Raises RequestError `unknown_video`, and `video_not_ready` where it failed or was not finished yet."""
        entry = self.entry(video_id)
        if entry.name.is_album:
            raise RequestError("unknown_video", f"{video_id} is an album of photos, and no video.")
        version = self._lake.version("shots", entry.name)
        if version is None:
            raise _not_ready(entry)
        beside = (
            self._corrections.version(entry.name),
            *(self._lake.version(table, entry.name) for table in ("concepts", "listed")),
        )
        key = (video_id, version, entry.sequence, *beside)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        programme = self._read(entry)
        with self._lock:
            self._kept[key] = programme
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return programme

    def _read(self, entry: Entry) -> Programme:
        name = entry.name
        media, decoding = self._lake.read("media", name), self._lake.read("decoding", name)
        right = corrected(self._lake, name)
        shots = right.shots.table if right.shots else self._lake.read("shots", name).sort("shot")
        if not (media.height and decoding.height and shots.height):
            raise _not_ready(entry)
        known, decoded = media.row(0, named=True), decoding.row(0, named=True)
        facts = MediaFacts.from_row(known)
        statistics = self._lake.read("video_statistics", name)
        named = self._lake.read("class_names", name).select("class", "name_en", "name_es")
        return Programme(
            name=name,
            path=readable(entry.path),
            sha256=known["sha256"],
            bytes=known["bytes"],
            facts=facts,
            start_s=decoded["start_s"],
            end_s=decoded["end_s"],
            seekable=can_seek(facts, decoded["warnings"]),
            shots=shots,
            scenes=self._lake.read("scenes", name).sort("scene"),
            classes=self._lake.read("classes", name).sort("class").join(named, on="class", how="left"),
            statistics=statistics.row(0, named=True) if statistics.height else {},
            concepts=held_concepts(right.inherited(self._lake.read("concepts", name))),
            listed=next(self._lake.read("listed", name).iter_rows(named=True), None),
        )


def _not_ready(entry: Entry) -> RequestError:
    why = f"it failed: {entry.message}" if entry.status == "failed" else "it is being worked on; look again soon."
    return RequestError("video_not_ready", f"{entry.name.video_id} cannot be shown: {why}")


def _short(text: str) -> str:
    return text if len(text) <= 120 else text[:120] + "…"
