"""Where on the player's clock the cues of a tape's timecode are."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from archive_pipeline.counting import counted
from archive_pipeline.language.transcripts.fitness import STRAY_SHARE, is_beyond
from archive_pipeline.language.transcripts.frame_clock import Timecode
from archive_pipeline.language.transcripts.model import Segment
from archive_pipeline.language.transcripts.subtitles import Cues
from archive_pipeline.timecode import format_timecode

_HOUR_S = 3600.0
_EARLY_S = 2.0
_SAME_S = 0.5


def placed(cues: Cues, video_starts: str | None, start_s: float, end_s: float) -> Cues:
    """The cues on the clock of a player that shows the video from `start_s` to `end_s`; notes tell what was assumed.

    The first of these that lets the cues lie within the video is taken for its zero: the timecode of the video's first
    frame (`video_starts`), where the file says that the programme begins, its own zero, and the whole hour of its first
    cue. Where none does, the second is. What ends before is left out: there stands the subtitle zero, which is
    about the file and never shown.
    """
    timecode = cues.timecode
    if timecode is None:
        return cues
    zeros = _zeros(cues.segments, timecode, video_starts, start_s)

    def since(zero_s: float) -> list[Segment]:
        return _since(zero_s, cues.segments, timecode.clock.day_s, end_s)

    fit = (zero for zero in zeros if _lies_within(since(zero[0]), end_s))
    zero_s, note = next(fit, (timecode.programme_start_s or 0.0, None))
    moved = tuple(
        replace(one, start_s=max(round(one.start_s, 3), 0.0), end_s=round(one.end_s, 3))
        for one in since(zero_s)
        if one.end_s > 0
    )
    if not moved:  # wrong ones; whoever looks whether they fit says so with the times that the file has
        return replace(cues, timecode=None)
    n_before = len(cues.segments) - len(moved)
    before = f"cues_left_out: {counted(n_before, 'cue ends', 'cues end')} before the programme begins"
    told = tuple(text for text in (note, before if n_before else None) if text)
    return Cues(moved, (*cues.notes, *told))


def _zeros(
    segments: Sequence[Segment], timecode: Timecode, video_starts: str | None, start_s: float
) -> Iterator[tuple[float, str | None]]:
    """(seconds that are taken off, what somebody should know of it)."""
    declared_s, tape_s = timecode.programme_start_s, timecode.clock.seconds_of(video_starts)
    if tape_s:  # many programs write zero, of whatever tape
        differs = declared_s is not None and abs(tape_s - declared_s) > _SAME_S
        said = f"the file's programme begins at {format_timecode(declared_s or 0)}, the video at {video_starts}"
        yield tape_s - start_s, f"timecode_assumed: {said}; the video's was taken" if differs else None
    if declared_s is not None:
        yield declared_s, None
    doubted = f"says that the programme begins at {format_timecode(declared_s or 0)}, but its times do not"
    yield 0.0, f"timecode_assumed: the file {doubted}; they were counted from zero" if declared_s else None
    hours = min(segment.start_s for segment in segments) // _HOUR_S
    yield hours * _HOUR_S, f"timecode_assumed: the times were taken for those of a tape that begins at {hours:.0f} h"


def _since(zero_s: float, segments: Sequence[Segment], day_s: float, end_s: float) -> list[Segment]:
    """With times from there on, in order of start. A timecode begins again at midnight, and a tape that tells the time
    of the day may go beyond it: what is early and lies within the video a day later is of the next day. At zero itself
    stands the subtitle zero."""
    moved = []
    for one in segments:
        start_s = one.start_s - zero_s
        is_next_day = start_s < 0 < one.start_s and not is_beyond(start_s + day_s, end_s)
        later_s = day_s if is_next_day else 0.0
        moved.append(replace(one, start_s=start_s + later_s, end_s=one.end_s - zero_s + later_s))
    return sorted(moved, key=lambda one: (one.start_s, one.end_s))


def _lies_within(segments: Sequence[Segment], end_s: float) -> bool:
    n_early, n_beyond = (
        sum(one.start_s < -_EARLY_S for one in segments),
        sum(is_beyond(one.start_s, end_s) for one in segments),
    )
    few = STRAY_SHARE * len(segments)
    return n_early <= max(few, 1) and n_beyond <= few and n_early + n_beyond < len(segments)
