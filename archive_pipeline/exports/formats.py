"""The formats by name, and what is handed on as files of one."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from archive_pipeline.exports.captions import chapters, subtitles
from archive_pipeline.exports.eaf import eaf
from archive_pipeline.exports.ebucore import ebucore
from archive_pipeline.exports.edl import MOST_EVENTS, edl
from archive_pipeline.exports.fcpxml import fcpxml
from archive_pipeline.exports.iiif import manifest
from archive_pipeline.exports.model import Selection
from archive_pipeline.exports.table import csv_table, parquet_table
from archive_pipeline.exports.timeline import timeline


@dataclass(frozen=True)
class Format:
    """What writes a selection as one file."""

    suffix: str
    """How the names of its files end."""
    media_type: str
    write: Callable[[Selection], bytes]
    needs_record: bool = False
    """Whether it is of one video with all that is known of it."""
    most: int | None = None
    """Clips in one file."""


_XML = "application/xml"
_VTT = "text/vtt; charset=utf-8"

FormatName = Literal["edl", "otio", "fcpxml", "csv", "parquet", "chapters", "subtitles", "eaf", "ebucore", "iiif"]

FORMATS: Mapping[str, Format] = {
    "edl": Format(".edl", "text/plain; charset=utf-8", edl, most=MOST_EVENTS),
    "otio": Format(".otio", "application/json", timeline),
    "fcpxml": Format(".fcpxml", _XML, fcpxml),
    "csv": Format(".csv", "text/csv; charset=utf-8", csv_table),
    "parquet": Format(".parquet", "application/vnd.apache.parquet", parquet_table),
    "chapters": Format(".chapters.vtt", _VTT, chapters, needs_record=True),
    "subtitles": Format(".vtt", _VTT, subtitles, needs_record=True),
    "eaf": Format(".eaf", _XML, eaf, needs_record=True),
    "ebucore": Format(".ebucore.xml", _XML, ebucore, needs_record=True),
    "iiif": Format(".iiif.json", "application/ld+json", manifest, needs_record=True),
}


def written(form: Format, selection: Selection) -> Sequence[bytes]:
    """The files: one, or as many as it takes where a file holds no more clips; titles are numbered then."""
    n_clips = len(selection.clips)
    step = form.most or n_clips
    starts = range(0, n_clips, step)
    if len(starts) == 1:
        return [form.write(selection)]
    return [
        form.write(
            replace(
                selection,
                title=f"{selection.title} {number}/{len(starts)}",
                clips=selection.clips[start : start + step],
            )
        )
        for number, start in enumerate(starts, start=1)
    ]
