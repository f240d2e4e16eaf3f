"""CMX3600 edit decision lists: what every editing system reads."""

import base64
import hashlib
import re
from collections.abc import Iterator
from fractions import Fraction

from archive_pipeline.exports.model import Clip, Selection, Source
from archive_pipeline.exports.text import ascii_text, one_line
from archive_pipeline.timecode import count_of_timecode

MOST_EVENTS = 999
"""The format numbers events with three digits."""

_RECORD_START = "01:00:00:00"
_REEL_LENGTH = 8
_DIGEST_LENGTH = 6
_TITLE_LENGTH = 70


def edl(selection: Selection) -> bytes:
    """One event a clip, one after the other from 01:00:00:00; lines end in CRLF. Characters are ASCII but for the names
    of clips and notes, which are comments, in UTF-8.

    A list has one frame rate, that of most of its sources; a source of another rate keeps its own timecode, its length
    on the record side is converted, and a comment names its rate. Raises ValueError for none or more than 999 clips.

    OpenTimelineIO's adapter (otio-cmx3600-adapter 1.0.0) does not write them: it counts every source in the rate of the
    first, drops frames whenever the rate is 29.97, says nothing of it (FCM), numbers events beyond 999, and records
    from 00:00:00:00. Nothing but the layout of a line would be left to it. The tests have it read them.
    """
    if not 1 <= len(selection.clips) <= MOST_EVENTS:
        raise ValueError(f"an EDL holds 1 to {MOST_EVENTS} events, got {len(selection.clips)}")
    counting = selection.most_common_counting()
    lines = [f"TITLE: {ascii_text(selection.title)[:_TITLE_LENGTH]}", _fcm(counting.drop_frame), ""]
    position, drops = count_of_timecode(_RECORD_START, counting.nominal, counting.drop_frame), counting.drop_frame
    for number, clip in enumerate(selection.clips, start=1):
        if clip.source.drop_frame != drops:
            drops = clip.source.drop_frame
            lines.append(_fcm(drops))
        length = clip.length_at(counting.rate)
        record = counting.timecode(position), counting.timecode(position + length)
        lines.append(f"{number:03d}  {reel(clip.source)} V     C        {' '.join((*clip.timecodes, *record))}")
        lines += [f"* {comment}" for comment in _comments(clip, counting.rate, record[0])]
        lines.append("")
        position += length
    return "\r\n".join(lines).encode()


def _fcm(drop_frame: bool) -> str:
    return "FCM: DROP FRAME" if drop_frame else "FCM: NON-DROP FRAME"


def _comments(clip: Clip, rate: Fraction, record_in: str) -> Iterator[str]:
    source = clip.source
    yield f"FROM CLIP NAME: {one_line(source.name)}"
    if source.timecode is None:
        yield "SOURCE WITHOUT TIMECODE: COUNTED FROM 00:00:00:00"
    if source.counting.rate != rate:
        yield f"SOURCE FRAME RATE: {float(source.counting.rate):.3f}, LIST: {float(rate):.3f}"
    if clip.note:
        yield f"LOC: {record_in} WHITE   {one_line(clip.note)}"


def reel(source: Source) -> str:
    """Eight characters that are the same for a video in every list, and for no other one: the beginning of its name,
    and a digest of its id (of 1,000 videos, two share one with a probability of one in 2,000 at most)."""
    stem = re.sub(r"[^A-Z0-9]", "", ascii_text(source.name).rpartition(".")[0].upper()) or "REEL"
    digest = base64.b32encode(hashlib.sha256(source.video_id.encode("utf-8", "surrogateescape")).digest()).decode()
    return (stem[: _REEL_LENGTH - _DIGEST_LENGTH] + digest)[:_REEL_LENGTH]
