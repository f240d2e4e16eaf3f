"""What is said during a shot, and just before and after it."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

CONTEXT_S = 12.0
"""Before and after a shot: a sentence or two, without which words mean something else."""


@dataclass(frozen=True)
class Line:
    """A segment of a transcript."""

    start_s: float
    end_s: float
    speaker: str | None
    text: str

    def __str__(self) -> str:
        return f"{self.speaker}: {self.text}" if self.speaker else self.text


@dataclass(frozen=True)
class Said:
    """Lines in order; one that goes on over a cut belongs to both shots."""

    before: tuple[Line, ...]
    within: tuple[Line, ...]
    after: tuple[Line, ...]


class Script:
    """A video's transcript, to be asked shot by shot."""

    def __init__(self, rows: pl.DataFrame) -> None:
        """`rows` of the table `transcripts`."""
        spoken = rows.drop_nulls(["start_s", "end_s", "text"]).sort("start_s", "segment")
        self._lines = [Line(*row) for row in spoken.select("start_s", "end_s", "speaker", "text").iter_rows()]
        self._starts_s = [line.start_s for line in self._lines]
        self._longest_s = max((line.end_s - line.start_s for line in self._lines), default=0.0)

    def during(self, start_s: float, end_s: float, context_s: float = CONTEXT_S) -> Said:
        """The lines that are heard between `start_s` and `end_s`, and those of `context_s` seconds around."""
        near = self._between(start_s - context_s, end_s + context_s)
        within = tuple(line for line in near if line.start_s < end_s and line.end_s > start_s)
        return Said(
            tuple(line for line in near if line.end_s <= start_s),
            within,
            tuple(line for line in near if line.start_s >= end_s),
        )

    def _between(self, start_s: float, end_s: float) -> Sequence[Line]:
        first = bisect_left(self._starts_s, start_s - self._longest_s)
        last = bisect_left(self._starts_s, end_s)
        return [line for line in self._lines[first:last] if line.end_s > start_s]
