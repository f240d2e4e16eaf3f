"""Where the corrections of a video belong among the rows that its tables have now."""

import math
from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from archive_pipeline.semantics.rebounding import halves_hold_frames
from archive_pipeline.store.schema import table

State = Literal["kept", "moved", "lost", "superseded", "withdrawn"]

_SAME_S = 0.001
"""Times are of the same thing where they differ by less, as in the ids of shots."""

_NEAR_S = 0.5
"""A boundary that is computed again lies within this of where it was."""

TABLE = "placed_corrections"


@dataclass(frozen=True)
class Place:
    """What a correction is of, in the tables of today; nothing of all that where it is lost."""

    is_same: bool = False
    """Whether that has the times that it had then."""
    shot_id: str | None = None
    segment: int | None = None
    semantic_class: int | None = None
    boundary_s: float | None = None
    """Of a boundary, which one of the machine's is not meant, or where there is one more; None where all is right."""


_NOWHERE = Place()


def bounded(
    lines: pl.DataFrame, shots: pl.DataFrame, pts_s: Callable[[], NDArray[np.float64]], sha256: str
) -> dict[str, Place]:
    """Where each correction of a boundary belongs among the machine's, by its id; lost ones are left out.

    Of several about one moment the last one counts. `pts_s`: of the sampled frames, asked only where it matters.
    """
    meant = lines.filter(pl.col("field") == "boundary", pl.col("sha256") == sha256)
    meant = meant.unique("start_s", keep="last", maintain_order=True).filter(pl.col("value") != "")
    edges = [*shots["start_s"].sort(), *shots["end_s"].sort().tail(1)]
    machine, found = edges[1:-1], dict[str, Place]()
    for key, at_s, value in meant.select("correction", "start_s", "value").rows():
        near_s = min(machine, key=lambda one: abs(one - at_s), default=math.inf)
        after = bisect_right(edges, at_s)
        if value == "none":
            if abs(near_s - at_s) > _NEAR_S:
                found[key] = Place(is_same=True)  # the machine sees none there by now
            else:
                edges = [one for one in edges if one != near_s]
                found[key] = Place(is_same=abs(near_s - at_s) < _SAME_S, boundary_s=near_s)
        elif any(abs(one - at_s) < _SAME_S for one in edges[1:-1]):
            found[key] = Place(is_same=True)
        elif 0 < after < len(edges) and halves_hold_frames(edges[after - 1], at_s, edges[after], pts_s()):
            edges.insert(after, at_s)
            found[key] = Place(is_same=True, boundary_s=at_s)
    return found


def placed(
    lines: pl.DataFrame,
    shots: pl.DataFrame,
    segments: pl.DataFrame,
    classes: pl.DataFrame,
    sha256: str,
    boundaries: Mapping[str, Place] | None = None,
) -> pl.DataFrame:
    """Rows of `placed_corrections` from rows of `corrections`, beside what is in those tables now. `shots` have the
    `boundaries` that people put right (`bounded`).

    Of several about the same thing the last one counts; one that is of exactly these times comes before one that only
    moved there.
    """
    finders: Mapping[str, Callable[[float, float], Place]] = {
        "title": lambda start_s, end_s: _shot(shots, start_s, end_s),
        "text": lambda start_s, end_s: _segment(segments, start_s, end_s),
        "class_name": lambda start_s, _: _class(classes, shots, start_s),
    }
    finders = {**finders, "description": finders["title"], "speaker": finders["text"]}
    find = cache(lambda field, start_s, end_s: finders[field](start_s, end_s))  # most are about the same few things
    found = list(lines.iter_rows(named=True))

    def place_of(row: Mapping[str, Any]) -> Place:
        if row["field"] == "boundary":
            return (boundaries or {}).get(row["correction"], _NOWHERE)
        return find(row["field"], row["start_s"], row["end_s"]) if row["sha256"] == sha256 else _NOWHERE

    places = [place_of(row) for row in found]
    things = [_thing(row, place) for row, place in zip(found, places, strict=True)]
    last = {things[number]: number for number in sorted(range(len(found)), key=lambda one: places[one].is_same)}
    rows = [
        {
            **row,
            "state": _state(row, place, last[thing] == number),
            "shot_id": place.shot_id,
            "segment": place.segment,
            "class": place.semantic_class,
        }
        for number, (row, place, thing) in enumerate(zip(found, places, things, strict=True))
    ]
    return pl.DataFrame(rows, schema=table(TABLE).polars_schema)


def without_place(lines: pl.DataFrame) -> pl.DataFrame:
    """Rows of `placed_corrections` of a video that is not there: all that were not taken back are lost."""
    nothing = {name: pl.DataFrame(schema=table(name).polars_schema) for name in ("shots", "transcripts", "classes")}
    return placed(lines, nothing["shots"], nothing["transcripts"], nothing["classes"], "")


def _thing(row: Mapping[str, Any], place: Place) -> object:
    """What a correction competes for with others."""
    where = (place.shot_id, place.segment, place.semantic_class)
    return row["field"], *(where if any(one is not None for one in where) else (row["start_s"], row["end_s"]))


def _state(row: Mapping[str, Any], place: Place, is_last: bool) -> State:
    if not is_last:
        return "superseded"
    if not row["value"]:
        return "withdrawn"
    if place == _NOWHERE:
        return "lost"
    return "kept" if place.is_same else "moved"


def _shot(shots: pl.DataFrame, start_s: float, end_s: float) -> Place:
    """The shot that holds the middle."""
    middle_s = (start_s + end_s) / 2
    for row in shots.filter(pl.col("start_s") <= middle_s, pl.col("end_s") > middle_s).iter_rows(named=True):
        return Place(_is_same(row, start_s, end_s), shot_id=row["shot_id"])
    return _NOWHERE


def _segment(segments: pl.DataFrame, start_s: float, end_s: float) -> Place:
    """The segment of mostly the same time: in a much longer one other words would be lost."""
    length = pl.max_horizontal(pl.col("end_s") - pl.col("start_s"), pl.lit(end_s - start_s))
    common = pl.min_horizontal("end_s", pl.lit(end_s)) - pl.max_horizontal("start_s", pl.lit(start_s))
    near = segments.with_columns(share=common / length).filter(pl.col("share") >= 0.5).sort("share", descending=True)
    for row in near.iter_rows(named=True):
        return Place(_is_same(row, start_s, end_s), segment=row["segment"])
    return _NOWHERE


def _class(classes: pl.DataFrame, shots: pl.DataFrame, at_s: float) -> Place:
    """The class of that most typical frame, else that of the shot that is on then; noise is none."""
    for row in classes.filter((pl.col("medoid_s") - at_s).abs() < _SAME_S, pl.col("class") >= 0).iter_rows(named=True):
        return Place(True, semantic_class=row["class"])
    on = shots.filter(pl.col("start_s") <= at_s, pl.col("end_s") > at_s, pl.col("class") >= 0)
    return Place(semantic_class=on["class"][0]) if on.height else _NOWHERE


def _is_same(row: Mapping[str, Any], start_s: float, end_s: float) -> bool:
    return bool(abs(row["start_s"] - start_s) < _SAME_S and abs(row["end_s"] - end_s) < _SAME_S)
