"""Cut lists as CSV, for spreadsheets."""

import csv
import io
from collections.abc import Sequence

from archive_pipeline.timecode import format_timecode
from archive_pipeline.web.cutlist.spans import Span

_COLUMNS = (
    "video_id", "file", "shot", "shot_id", "start", "end", "start_s", "end_s", "duration_s",
    "source_timecode_in", "source_timecode_out", "frame_rate", "drop_frame", "frames",
)  # fmt: skip
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_table(spans: Sequence[Span]) -> str:
    """A header and a line a span; the source's timecodes are empty where it has none. Begins with a byte order mark,
    without which spreadsheets read accents wrongly."""
    text = io.StringIO()
    text.write("\ufeff")
    writer = csv.writer(text)
    writer.writerow(_COLUMNS)
    for span in spans:
        timecodes = (span.source_in, span.source_out) if span.has_timecode else ("", "")
        writer.writerow(
            (
                _harmless(span.video_id), _harmless(span.path), span.shot, span.shot_id,
                format_timecode(span.start_s), format_timecode(span.end_s),
                f"{span.start_s:.3f}", f"{span.end_s:.3f}", f"{span.end_s - span.start_s:.3f}",
                *timecodes, f"{span.frame_rate:.3f}", "yes" if span.drop_frame else "no", span.n_frames,
            )
        )  # fmt: skip
    return text.getvalue()


def _harmless(text: str) -> str:
    """A file name that a spreadsheet would take for a formula is quoted."""
    return f"'{text}" if text.startswith(_FORMULA) else text
