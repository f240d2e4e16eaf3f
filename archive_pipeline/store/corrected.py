"""Rows as people put them right.

The machine's tables stay as they are: who shows, indexes, publishes or hands on takes them through here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import polars as pl

from archive_pipeline.store.corrected_shots import CorrectedShots, corrected_shots
from archive_pipeline.store.corrections import Corrections
from archive_pipeline.store.lake import Lake
from archive_pipeline.store.naming import VideoName
from archive_pipeline.store.placed_corrections import TABLE, bounded, placed
from archive_pipeline.store.schema import table


@dataclass(frozen=True, eq=False)
class Corrected:
    """The corrections of a video."""

    rows: pl.DataFrame
    """As the table `placed_corrections`, in the order in which they were made."""
    classes: Mapping[str, int]
    """Of the video's shots, by id."""
    shots: CorrectedShots | None = None
    """Where people put boundaries right; None where they are the machine's."""

    def inherited(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Rows about the machine's shots, as rows about these."""
        return self.shots.inherited(rows) if self.shots else rows

    @cached_property
    def _of_shots(self) -> Mapping[str, Mapping[str, dict[str, Any]]]:
        return self._counting("shot_id")

    @cached_property
    def _of_segments(self) -> Mapping[int, Mapping[str, dict[str, Any]]]:
        return self._counting("segment")

    @cached_property
    def _of_classes(self) -> Mapping[int, Mapping[str, dict[str, Any]]]:
        return self._counting("class")

    def of_shot(self, shot_id: str) -> Mapping[str, dict[str, Any]]:
        """The correction that counts, by field."""
        return self._of_shots.get(shot_id, {})

    def of_segment(self, segment: int) -> Mapping[str, dict[str, Any]]:
        return self._of_segments.get(segment, {})

    def of_class(self, number: int) -> Mapping[str, dict[str, Any]]:
        return self._of_classes.get(number, {})

    def class_names(self) -> dict[str, str]:
        """What people call the classes of shots, by shot; those of classes that nobody named are left out."""
        names = {number: own["class_name"]["value"] for number, own in self._of_classes.items()}
        return {shot_id: names[number] for shot_id, number in self.classes.items() if number in names}

    def title(self, shot_id: str, machine: str | None) -> str | None:
        """What a shot is called."""
        given = self.of_shot(shot_id).get("title")
        return given["value"] if given else machine

    def descriptions(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Rows of `descriptions`, or some of their columns; a shot that no model described has one as well."""
        rows = self.inherited(rows)
        undescribed = sorted(set(self._of_shots) - set(rows["shot_id"]))
        if undescribed:
            added = pl.DataFrame({"shot_id": undescribed}, schema={"shot_id": pl.String})
            rows = pl.concat([rows, added.cast({"shot_id": rows.schema["shot_id"]})], how="diagonal")
        return _put_right(rows, "shot_id", self._of_shots, ("title", "description"))

    def transcript(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Rows of `transcripts`, or some of their columns."""
        return _put_right(rows, "segment", self._of_segments, ("text", "speaker"))

    def _counting(self, target: str) -> dict[Any, dict[str, dict[str, Any]]]:
        found: dict[Any, dict[str, dict[str, Any]]] = {}
        for row in self.rows.filter(pl.col("state").is_in(["kept", "moved"])).iter_rows(named=True):
            if row[target] is not None:
                found.setdefault(row[target], {})[row["field"]] = row
        return found


@cache
def nothing_corrected() -> Corrected:
    """Made when it is first asked for: reading the schema takes longer than many a command (`schema.tables`)."""
    return Corrected(pl.DataFrame(schema=table(TABLE).polars_schema), {})


def corrected(lake: Lake, video: VideoName) -> Corrected:
    """What people put right of a video; where nobody did, the cost is that of a file that is not there."""
    corrections = Corrections(lake)
    if corrections.version(video) is None:
        return nothing_corrected()
    lines = corrections.of(video)
    shots = lake.read("shots", video, ["shot_id", "start_s", "end_s", "class"])
    sha256 = next(iter(lake.read("media", video, ["sha256"])["sha256"]), "")
    boundaries = bounded(lines, shots, lambda: lake.read("frames", video, ["pts_s"])["pts_s"].to_numpy(), sha256)
    changed = None
    if any(place.boundary_s is not None for place in boundaries.values()):
        moments = dict(lines.select("correction", "value").rows())
        found = [(one.boundary_s, moments[key]) for key, one in boundaries.items() if one.boundary_s is not None]
        without, with_ = ([at_s for at_s, value in found if value == meant] for meant in ("none", "here"))
        changed = corrected_shots(lake, video, without, with_)
        shots, boundaries = (changed.table, boundaries) if changed else (shots, {})
    rows = placed(
        lines,
        shots,
        lake.read("transcripts", video, ["segment", "start_s", "end_s"]).drop_nulls(),  # "none" has no time
        lake.read("classes", video, ["class", "medoid_s"]),
        sha256,
        boundaries,
    )
    return Corrected(rows, dict(shots.select("shot_id", "class").rows()), changed)


def _put_right(
    rows: pl.DataFrame, key: str, given: Mapping[Any, Mapping[str, dict[str, Any]]], names: tuple[str, ...]
) -> pl.DataFrame:
    for name in names:
        values = {target: own[name]["value"] for target, own in given.items() if name in own}
        if values and name in rows.columns:
            right = pl.col(key).replace_strict(values, default=None, return_dtype=pl.String)
            rows = rows.with_columns(pl.coalesce(right, name).alias(name))
    return rows
