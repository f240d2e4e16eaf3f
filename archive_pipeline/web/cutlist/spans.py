"""Shots on the timecode of their sources: what a cut list is made of."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from archive_pipeline.semantics.identify import is_timecode, source_timecode_at
from archive_pipeline.web.programme import Programme

_ZERO = "00:00:00:00"
_TIME_TOLERANCE_S = 0.0006  # containers round times to a millisecond


@dataclass(frozen=True)
class Span:
    """A shot as an editor needs it: where it is in its source, in whole frames."""

    video_id: str
    file_name: str
    path: str
    shot_id: str
    shot: int
    start_s: float
    end_s: float
    frame_rate: float
    drop_frame: bool
    has_timecode: bool
    """Whether the source carries a timecode; without one it counts from 00:00:00:00 at the player's zero."""
    source_in: str
    """Timecode of the first frame."""
    source_out: str
    """Timecode of the frame after the last, as edit decision lists count."""
    n_frames: int


def span_of(programme: Programme, shot: dict[str, Any]) -> Span:
    """The span of a row of `programme.shots`."""
    facts = programme.facts
    start = facts.source_timecode
    known = start is not None and is_timecode(start)
    first_s = programme.start_s if known else 0.0
    timecode = start if known and start is not None else _ZERO
    drop_frame = bool(facts.drop_frame) if known else False
    offsets = [shot["start_s"] - first_s, shot["end_s"] - first_s]
    frames = [math.floor((offset + _TIME_TOLERANCE_S) * facts.frame_rate) for offset in offsets]
    source_in, source_out = (source_timecode_at(timecode, drop_frame, facts.frame_rate, offset) for offset in offsets)
    return Span(
        video_id=programme.video_id,
        file_name=programme.title,
        path=programme.path,
        shot_id=shot["shot_id"],
        shot=shot["shot"],
        start_s=shot["start_s"],
        end_s=shot["end_s"],
        frame_rate=facts.frame_rate,
        drop_frame=drop_frame,
        has_timecode=known,
        source_in=source_in,
        source_out=source_out,
        n_frames=max(1, frames[1] - frames[0]),
    )


def most_common_rate(spans: Iterable[Span]) -> tuple[float, bool]:
    """The frame rate, and whether frames are dropped, of most of the spans; the first of equals."""
    counts: dict[tuple[float, bool], int] = {}
    for span in spans:
        key = (span.frame_rate, span.drop_frame)
        counts[key] = counts.get(key, 0) + 1
    return max(counts, key=lambda key: counts[key])
