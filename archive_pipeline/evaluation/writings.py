"""Is what is written in the pictures found, read letter by letter, and taken for what it is?

A true line counts as found where a row of `visible_texts` is to be seen at the same time and at most two fifths of its
letters are wrong. The character error is that of the lines found: edit distance (Levenshtein) over their length, with
case, accents and signs. Precision: the share of rows that are a true line.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from archive_pipeline.evaluation.results import VideoResult
from archive_pipeline.evaluation.score import Score
from archive_pipeline.evaluation.truth import TrueLine, VideoTruth
from archive_pipeline.simulator.overlays import burned_timecode
from archive_pipeline.store.lake import Lake

TASK = "visible_texts"
_MOST_WRONG = 0.4
_LATE_S = 0.5

Row = dict[str, Any]


@dataclass(frozen=True)
class Read:
    """A true line and the row that it is found in."""

    line: TrueLine
    row: Row | None
    wrong: int
    """Letters by which the row differs; all of them where there is none."""


def writing_scores(pairs: Sequence[tuple[VideoTruth, VideoResult]], lake: Lake) -> list[Score]:
    """Of videos whose truth tells of lines and whose pictures were read; else nothing."""
    known = [(truth.lines, found) for truth, found in pairs if truth.lines is not None]
    known = [(lines, found) for lines, found in known if lake.provenance("visible_texts", found.name)]
    read: list[Read] = []
    n_rows = n_true = 0
    for lines, found in known:
        rows = lake.read("visible_texts", found.name)
        read += compare(lines, rows)
        n_rows += rows.height
        n_true += sum(is_true(row, lines) for row in rows.iter_rows(named=True))
    return [*scores_of(read), *([Score(TASK, "precision", n_true / n_rows, n_rows)] if n_rows else [])]


def scores_of(read: Sequence[Read]) -> list[Score]:
    """`found` of all lines and of each kind, `character_error` and `kind_right` of those found."""
    found = [one for one in read if one.row]
    scores = []
    for kind in (None, *sorted({one.line.kind for one in read})):
        of_kind = [one.row is not None for one in read if kind in (None, one.line.kind)]
        if of_kind:
            scores.append(Score(f"{TASK}_{kind}" if kind else TASK, "found", sum(of_kind) / len(of_kind), len(of_kind)))
    if found:
        letters = sum(len(one.line.text) for one in found)
        right = sum(one.row["kind"] == one.line.kind for one in found if one.row)
        scores.append(Score(TASK, "character_error", sum(one.wrong for one in found) / letters, letters))
        scores.append(Score(TASK, "kind_right", right / len(found), len(found)))
    return scores


def compare(lines: Sequence[TrueLine], rows: pl.DataFrame) -> list[Read]:
    """Each line with the nearest row of its time."""
    found = []
    for line in lines:
        near = [(distance(_text_at(line, row), row["text"]), row) for row in _rows_of(line, rows)]
        wrong, row = min(near, key=lambda one: one[0], default=(len(line.text), None))
        is_found = wrong <= _MOST_WRONG * len(line.text)
        found.append(Read(line, row if is_found else None, wrong if is_found else len(line.text)))
    return found


def is_true(row: Row, lines: Sequence[TrueLine]) -> bool:
    """Whether a row is one of the lines."""
    return any(
        _is_on(line, row) and distance(_text_at(line, row), row["text"]) <= _MOST_WRONG * len(line.text)
        for line in lines
    )


def distance(one: str, other: str) -> int:
    """Letters to put in, take out or replace."""
    last = list(range(len(other) + 1))
    for i, a in enumerate(one, start=1):
        row = [i]
        for j, b in enumerate(other, start=1):
            row.append(min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a != b)))
        last = row
    return last[-1]


def _rows_of(line: TrueLine, rows: pl.DataFrame) -> list[Row]:
    return [row for row in rows.iter_rows(named=True) if _is_on(line, row)]


def _is_on(line: TrueLine, row: Row) -> bool:
    return bool(row["pts_s"] < line.end_s + _LATE_S and row["end_s"] > line.start_s - _LATE_S)


def _text_at(line: TrueLine, row: Row) -> str:
    """A timecode is another one in every frame."""
    if line.fps is None:
        return line.text
    return burned_timecode(int(row["read_s"] * line.fps + 0.01), round(line.fps))
