"""Matches of shots that follow each other in both videos are one stretch of footage."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from archive_pipeline.semantics.footage.alignment import Run

_GAP_S = 0.5
_DRIFT_S = 0.5  # by which what is left out may differ in both


@dataclass(frozen=True)
class Reuse:
    """[start_s, end_s) of a video shows what [other_start_s, other_end_s) of the video `other` shows."""

    other: str
    run: Run
    mirrored: bool


def joined(reuses: Iterable[Reuse]) -> list[Reuse]:
    """In order of time; a mirrored stretch runs forward, too."""
    found: list[Reuse] = []
    for one in sorted(reuses, key=lambda one: (one.run.start_s, one.run.end_s)):
        before = next((at for at in reversed(range(len(found))) if _follows(found[at], one)), None)
        if before is None:
            found.append(one)
        else:
            found[before] = _together(found[before], one)
    return found


def _follows(before: Reuse, after: Reuse) -> bool:
    if (before.other, before.mirrored) != (after.other, after.mirrored):
        return False
    gap_s, other_gap_s = after.run.start_s - before.run.end_s, after.run.other_start_s - before.run.other_end_s
    return abs(gap_s) <= _GAP_S and abs(other_gap_s - gap_s) <= _DRIFT_S


def _together(before: Reuse, after: Reuse) -> Reuse:
    lengths = before.run.end_s - before.run.start_s, after.run.end_s - after.run.start_s
    score = (before.run.score * lengths[0] + after.run.score * lengths[1]) / sum(lengths)
    return replace(
        before, run=replace(before.run, end_s=after.run.end_s, other_end_s=after.run.other_end_s, score=score)
    )
