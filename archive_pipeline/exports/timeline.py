"""OpenTimelineIO: the cut as Resolve, Premiere, Avid and Kdenlive open it, rates, timecodes and notes as they are."""

from fractions import Fraction

import opentimelineio as otio
from opentimelineio.opentime import RationalTime, TimeRange

from archive_pipeline.exports.model import Clip, Selection, Source

_START_S = 3600
"""Editors begin a timeline at 01:00:00:00."""


def timeline(selection: Selection) -> bytes:
    """One video track; each clip in its own source's rate and timecode, its note as a marker on its first frame."""
    rate = selection.most_common_counting().rate
    cut = otio.schema.Timeline(selection.title, global_start_time=RationalTime(_START_S * round(rate), float(rate)))
    track = otio.schema.Track("V1", kind=otio.schema.TrackKind.Video)
    track.extend([_clip(clip) for clip in selection.clips])
    cut.tracks.append(track)
    return str(otio.adapters.write_to_string(cut, "otio_json")).encode()


def _clip(clip: Clip) -> otio.schema.Clip:
    source, (first, end) = clip.source, clip.counts
    used = _range(first, end - first, source.counting.rate)
    known = {"video_id": source.video_id, "shot_id": clip.shot_id, "shot": clip.shot, "drop_frame": source.drop_frame}
    written = otio.schema.Clip(
        source.name, media_reference=_media(source), source_range=used, metadata={"archive_pipeline": known}
    )
    if clip.note:
        marked = _range(first, 1, source.counting.rate)
        written.markers.append(otio.schema.Marker(clip.note, marked, otio.schema.MarkerColor.WHITE))
    return written


def _media(source: Source) -> otio.schema.ExternalReference:
    whole = _range(source.first_count, source.n_frames, source.counting.rate)
    return otio.schema.ExternalReference(source.url, available_range=whole)


def _range(first: int, n_frames: int, rate: Fraction) -> TimeRange:
    return TimeRange(RationalTime(first, float(rate)), RationalTime(n_frames, float(rate)))
