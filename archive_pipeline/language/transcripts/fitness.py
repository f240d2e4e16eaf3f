"""Whether subtitles belong to a video, as far as times can tell."""

from collections.abc import Sequence
from dataclasses import replace

from archive_pipeline.language.transcripts.model import Segment, WrongSubtitlesError
from archive_pipeline.timecode import format_timecode

_GRACE_S = 2.0
STRAY_SHARE = 0.05  # a line of thanks after the end is common; more is another film, or another cut of this one
_HOUR_S = 3600.0


def is_beyond(start_s: float, end_s: float) -> bool:
    """Whether something that begins at `start_s` comes after a video that ends at `end_s`."""
    return start_s > end_s + _GRACE_S


def fitted(segments: Sequence[Segment], end_s: float) -> tuple[Segment, ...]:
    """The segments that begin within a video which ends at `end_s` seconds; a last one is cut at the end.

    Raises WrongSubtitlesError where more than a twentieth of them begins after the end.
    """
    beyond = [segment for segment in segments if is_beyond(segment.start_s, end_s)]
    if len(beyond) > STRAY_SHARE * len(segments):
        raise WrongSubtitlesError(_explained(segments, len(beyond), end_s))
    return within(segments, end_s)


def within(segments: Sequence[Segment], end_s: float) -> tuple[Segment, ...]:
    """The segments that begin before `end_s` seconds; a last one is cut there. Sound may outlast the pictures."""
    return tuple(replace(segment, end_s=min(segment.end_s, end_s)) for segment in segments if segment.start_s < end_s)


def _explained(segments: Sequence[Segment], n_beyond: int, end_s: float) -> str:
    said = (
        f"{n_beyond} of its {len(segments)} cues begin after the video's end "
        f"(the last at {format_timecode(segments[-1].start_s)}, the video ends at {format_timecode(end_s)})"
    )
    first_s = segments[0].start_s
    if first_s >= _HOUR_S and segments[-1].start_s - first_s < end_s:
        return f"{said}; are its times those of a timecode that begins at {int(first_s // _HOUR_S)} h?"
    return f"{said}; is it another video's?"
