"""Single pictures out of a video by short seeks, numbered like those of the whole pass."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from archive_pipeline.media.command import decode_command
from archive_pipeline.media.facts import MediaFacts
from archive_pipeline.media.ffmpeg import TIMELESS
from archive_pipeline.media.leader import SIZE, leader
from archive_pipeline.media.model import Sample, SamplingParameters
from archive_pipeline.media.process import running
from archive_pipeline.media.rule import CLOCK_RESET, TOLERANCE_S, from_moment
from archive_pipeline.media.stream import Picture, Thumbnail, read_stream
from archive_pipeline.media.tone_mapping import tone_map
from archive_pipeline.media.verdict import raise_failure

_LEADS_S = (1.0, 15.0)  # how far ahead of the anchor to start; transport streams are sought without an index


@dataclass(frozen=True)
class Moment:
    """Where a picture is wanted."""

    time_s: float
    """The picture is the first source frame at or after this time."""

    anchor_s: float
    """Time of a source frame at or before `time_s` whose number is known, such as a cut's or another sample's."""

    anchor_frame: int
    """That frame's number, from 0 in order of presentation."""


def can_seek(facts: MediaFacts, warnings: Sequence[str]) -> bool:
    """Whether a video's times are those of its container, given the `warnings` of its decoding."""
    return facts.container not in TIMELESS and CLOCK_RESET not in warnings


def sample_moments(
    path: Path,
    facts: MediaFacts,
    parameters: SamplingParameters,
    ffmpeg: Path,
    moments: Sequence[Moment],
    seek: bool = True,
    limit_s: float = 120,
) -> list[Sample]:
    """The picture at each of `moments`, with `frame` -1; a moment after the last frame has none.

    Every moment costs a seek and the decoding of a group of pictures, or without `seek` (see `can_seek`) of all frames
    before it. The parameters' `picture_side` and `jpeg_qscale` count. Raises as `sample_video` does.
    """
    with tone_map(facts) as table:
        found = [_sample(path, facts, parameters, ffmpeg, moment, seek, limit_s, table) for moment in moments]
    return [sample for sample in found if sample is not None]


def _sample(
    path: Path,
    facts: MediaFacts,
    parameters: SamplingParameters,
    ffmpeg: Path,
    moment: Moment,
    seek: bool,
    limit_s: float,
    table: str | None,
) -> Sample | None:
    starts = [moment.anchor_s - lead_s for lead_s in _LEADS_S if seek and moment.anchor_s - lead_s > facts.start_s]
    for start_s in [*starts, None]:
        command = decode_command(
            ffmpeg,
            path,
            facts,
            wanted=from_moment(moment.time_s),
            counted=from_moment(moment.anchor_s),
            thumbnail_size=SIZE,
            picture_side=parameters.picture_side,
            jpeg_qscale=parameters.jpeg_qscale,
            seek_s=None if start_s is None else start_s + facts.zero_s,
            table=table,
        )
        limit = limit_s if start_s is not None else 600 + 5 * facts.duration_s
        hit = _first_picture(command, moment, from_start=start_s is None, limit_s=limit)
        if hit.saw_anchor or start_s is None:
            return hit.sample
    return None


@dataclass(frozen=True)
class _Hit:
    saw_anchor: bool
    sample: Sample | None


def _first_picture(command: Sequence[str], moment: Moment, from_start: bool, limit_s: float) -> _Hit:
    """Decode until the wanted picture. A seek that lands after the anchor is no use: the number would be unknown."""
    number, saw_anchor = moment.anchor_frame - 1, from_start
    thumbnail: Thumbnail | None = None
    with running(command, limit_s) as child:
        for item in read_stream(child.stdout, SIZE):
            if isinstance(item, Picture):
                if item.pts_s >= moment.time_s - TOLERANCE_S:
                    shown = leader(thumbnail.pixels) if thumbnail else None
                    return _Hit(True, Sample(-1, item.pts_s, number, item.jpeg, shown))
                continue
            thumbnail = item
            saw_anchor = saw_anchor or item.pts_s <= moment.anchor_s + TOLERANCE_S
            if not saw_anchor:
                return _Hit(False, None)
            number += item.pts_s >= moment.anchor_s - TOLERANCE_S
        status = child.wait()
    raise_failure(child, status, n_frames=1)  # the whole pass has shown that there are frames
    return _Hit(saw_anchor, None)
