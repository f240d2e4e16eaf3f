"""CMX3600 edit decision lists: what every editing system reads."""

import re
import unicodedata
from collections.abc import Sequence

from archive_pipeline.semantics.identify import source_timecode_at
from archive_pipeline.web.cutlist.spans import Span, most_common_rate

MOST_EVENTS = 999
"""The format numbers events with three digits."""

_RECORD_START = "01:00:00:00"
_REEL_LENGTH = 8
_TITLE_LENGTH = 70


def edl(spans: Sequence[Span], title: str) -> str:
    """One event a span, one after the other from 01:00:00:00; lines end in CRLF, characters are ASCII.

    A list has one frame rate, that of most of its sources; a source of another rate keeps its own timecode, its length
    on the record side is converted, and a comment names its rate. Raises ValueError for none or more than 999 spans.
    """
    if not 1 <= len(spans) <= MOST_EVENTS:
        raise ValueError(f"an EDL holds 1 to {MOST_EVENTS} events, got {len(spans)}")
    rate, drops = most_common_rate(spans)
    lines = [f"TITLE: {_ascii(title)[:_TITLE_LENGTH]}", _counting(drops), ""]
    position, counting = 0, drops
    reels = _reels(spans)
    for number, span in enumerate(spans, start=1):
        if span.drop_frame != counting:
            counting = span.drop_frame
            lines.append(_counting(counting))
        same_rate = abs(span.frame_rate - rate) < 0.001
        length = span.n_frames if same_rate else max(1, round(span.n_frames / span.frame_rate * rate))
        record = [_record(frame, rate, drops) for frame in (position, position + length)]
        position += length
        lines.append(
            f"{number:03d}  {reels[span.video_id]:<8} V     C        "
            f"{span.source_in} {span.source_out} {record[0]} {record[1]}"
        )
        lines.append(f"* FROM CLIP NAME: {_ascii(span.file_name)}")
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


def _reels(spans: Sequence[Span]) -> dict[str, str]:
    """A reel of at most eight characters for each video: its name, cut, made different where two would be the same."""
    reels: dict[str, str] = {}
    taken: set[str] = set()
    for span in spans:
        if span.video_id in reels:
            continue
        stem = re.sub(r"[^A-Z0-9]", "", _ascii(span.file_name).rpartition(".")[0].upper()) or "REEL"
        reel, count = stem[:_REEL_LENGTH], 1
        while reel in taken:
            count += 1
            reel = f"{stem[: _REEL_LENGTH - len(str(count))]}{count}"
        taken.add(reel)
        reels[span.video_id] = reel
    return reels


def _ascii(text: str) -> str:
    """Accents dropped, everything else that is not printable ASCII as `_`."""
    plain = unicodedata.normalize("NFKD", text)
    kept = (character for character in plain if not unicodedata.combining(character))
    return "".join(character if " " <= character <= "~" else "_" for character in kept)
