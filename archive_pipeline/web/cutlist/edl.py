"""CMX3600 edit decision lists: what every editing system reads."""

import base64
import hashlib
import re
import unicodedata
from collections.abc import Sequence

from archive_pipeline.semantics.identify import source_timecode_at
from archive_pipeline.web.cutlist.spans import Span, most_common_rate

MOST_EVENTS = 999
"""The format numbers events with three digits."""

_RECORD_START = "01:00:00:00"
_REEL_LENGTH = 8
_DIGEST_LENGTH = 6
_TITLE_LENGTH = 70


def edl(spans: Sequence[Span], title: str) -> str:
    """One event a span, one after the other from 01:00:00:00; lines end in CRLF. Characters are ASCII but for the names
    of clips, which are comments, in UTF-8.

    A list has one frame rate, that of most of its sources; a source of another rate keeps its own timecode, its length
    on the record side is converted, and a comment names its rate. Raises ValueError for none or more than 999 spans.
    """
    if not 1 <= len(spans) <= MOST_EVENTS:
        raise ValueError(f"an EDL holds 1 to {MOST_EVENTS} events, got {len(spans)}")
    rate, drops = most_common_rate(spans)
    lines = [f"TITLE: {_ascii(title)[:_TITLE_LENGTH]}", _counting(drops), ""]
    position, counting = 0, drops
    for number, span in enumerate(spans, start=1):
        if span.drop_frame != counting:
            counting = span.drop_frame
            lines.append(_counting(counting))
        same_rate = abs(span.frame_rate - rate) < 0.001
        length = span.n_frames if same_rate else max(1, round(span.n_frames / span.frame_rate * rate))
        record = [_record(frame, rate, drops) for frame in (position, position + length)]
        position += length
        lines.append(
            f"{number:03d}  {reel(span)} V     C        {span.source_in} {span.source_out} {record[0]} {record[1]}"
        )
        lines.append(f"* FROM CLIP NAME: {_printable(span.file_name)}")
        if not span.has_timecode:
            lines.append("* SOURCE WITHOUT TIMECODE: COUNTED FROM 00:00:00:00")
        if not same_rate:
            lines.append(f"* SOURCE FRAME RATE: {span.frame_rate:.3f}, LIST: {rate:.3f}")
        lines.append("")
    return "\r\n".join(lines)


def _record(frame: int, rate: float, drops: bool) -> str:
    return source_timecode_at(_RECORD_START, drops, rate, frame / rate)


def _counting(drops: bool) -> str:
    return "FCM: DROP FRAME" if drops else "FCM: NON-DROP FRAME"


def reel(span: Span) -> str:
    """Eight characters that are the same for a video in every list, and for no other one: the beginning of its name,
    and a digest of its id (of 1,000 videos, two share one with a probability of one in 2,000 at most)."""
    stem = re.sub(r"[^A-Z0-9]", "", _ascii(span.file_name).rpartition(".")[0].upper()) or "REEL"
    digest = base64.b32encode(hashlib.sha256(span.video_id.encode("utf-8", "surrogateescape")).digest()).decode()
    return (stem[: _REEL_LENGTH - _DIGEST_LENGTH] + digest)[:_REEL_LENGTH]


def _printable(text: str) -> str:
    return "".join(character if character.isprintable() else "_" for character in text)


def _ascii(text: str) -> str:
    """Accents dropped, everything else that is not printable ASCII as `_`."""
    plain = unicodedata.normalize("NFKD", text)
    kept = (character for character in plain if not unicodedata.combining(character))
    return "".join(character if " " <= character <= "~" else "_" for character in kept)
