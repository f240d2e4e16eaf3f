"""What is written in the pictures of one video: the lake's pictures tell where lettering appears, larger ones of the
file are read."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
import polars as pl

from archive_pipeline import progress
from archive_pipeline.collections.model import Collection
from archive_pipeline.language.visible_text import Line, TextReader, Writing, kinds_of, read_writings
from archive_pipeline.language.visible_text.kinds import plain_timecode
from archive_pipeline.language.visible_text.model import Box
from archive_pipeline.language.vlm import AnswerJournal
from archive_pipeline.media.model import SamplingParameters
from archive_pipeline.media.moments import Moment
from archive_pipeline.stages.chain import VISIBLE_TEXT
from archive_pipeline.stages.kept_pictures import not_kept
from archive_pipeline.store.lake import Lake
from archive_pipeline.store.naming import VideoName
from archive_pipeline.store.schema import table

READING = replace(SamplingParameters(), picture_side=720, jpeg_qscale=2)
"""Pictures that are read: a line of 2 % of the height has 14 pixels so; more costs time and finds nothing new."""

_MOST_AT_ONCE = 180
"""Pictures of a shot that are looked at together, a minute: their strokes take 36 MB."""

Entry = Mapping[str, Any]
PictureAt = Callable[[Moment], bytes | None]
"""The picture of the file at a moment; None where it cannot be had."""


@dataclass(frozen=True)
class _Part:
    """Sampled pictures of one shot, or of a minute of it."""

    jpegs: Sequence[bytes]
    times_s: Sequence[float]
    end_s: float
    first: int
    """Place of the picture to read in any case."""


def read_shots(
    lake: Lake,
    video: VideoName,
    collection: Collection,
    reader: TextReader,
    picture_at: PictureAt,
    journal: AnswerJournal,
    fingerprint: str,
) -> tuple[pl.DataFrame, int]:
    """The table `visible_texts` of the video without its column video_id, in order of the shots, then of time, and how
    many pictures were read for it.

    Shots that the journal holds are not read again. `picture_at` may answer None: the lake's picture is read then.
    Raises as `not_kept` does, and what `picture_at` and the reader raise.
    """
    shots = lake.read("shots", video, ["shot_id", "start_s", "end_s", "keyframe_s"])
    times_s = lake.read("pictures", video, ["pts_s"])["pts_s"].to_numpy()
    kept: dict[str, Entry] = journal.entries(fingerprint)
    for number, (shot_id, start_s, end_s, keyframe_s) in enumerate(shots.iter_rows()):
        progress.report("visible_text", number / shots.height)
        if shot_id in kept:
            continue
        found: list[Writing] = []
        n_read = 0
        for part in _parts(lake, video, times_s, start_s, end_s, keyframe_s):
            writings, n = _read_part(part, reader, picture_at)
            found, n_read = found + writings, n_read + n
        kept[shot_id] = {"writings": [asdict(one) for one in found], "n_read": n_read}
        journal.append(shot_id, fingerprint, kept[shot_id])
    if shots.height and not any(entry["n_read"] for entry in kept.values()):
        raise not_kept(VISIBLE_TEXT, video, collection)
    rows = [row for shot_id in shots["shot_id"] for row in _rows(shot_id, kept[shot_id])]
    return pl.DataFrame(rows, schema=table("visible_texts").unowned_schema, orient="row"), sum(
        entry["n_read"] for entry in kept.values()
    )


def _parts(
    lake: Lake, video: VideoName, times_s: np.ndarray, start_s: float, end_s: float, keyframe_s: float
) -> Iterator[_Part]:
    first, last = np.searchsorted(times_s, (start_s, end_s)).tolist()
    for begin in range(first, last, _MOST_AT_ONCE):
        end = min(begin + _MOST_AT_ONCE, last)
        rows = lake.rows("pictures", video, ["pts_s", "jpeg"], begin, end - 1).drop_nulls("jpeg")
        if rows.height:
            own_s = rows["pts_s"].to_list()
            holds = (begin == first and end == last) or own_s[0] <= keyframe_s <= own_s[-1]
            place = int(np.abs(rows["pts_s"].to_numpy() - keyframe_s).argmin()) if holds else rows.height // 2
            until_s = end_s if end == last else float(times_s[end])
            yield _Part(rows["jpeg"].to_list(), own_s, until_s, place)


def _read_part(part: _Part, reader: TextReader, picture_at: PictureAt) -> tuple[list[Writing], int]:
    def read(place: int) -> list[Line]:
        time_s = part.times_s[place]
        return reader.read(picture_at(Moment(time_s, time_s, 0)) or part.jpegs[place])

    return read_writings(part.jpegs, part.times_s, part.end_s, part.first, read)


def _rows(shot_id: str, entry: Entry) -> Iterator[tuple[object, ...]]:
    writings = [Writing(**{**one, "box": Box(**one["box"])}) for one in entry["writings"]]
    told = sorted(zip(writings, kinds_of(writings), strict=True), key=lambda one: (one[0].start_s, one[0].box.y0))
    for one, kind in told:
        text = plain_timecode(one.text) if kind == "timecode" else one.text
        box = (one.box.x0, one.box.y0, one.box.x1, one.box.y1)
        yield shot_id, one.start_s, one.end_s, one.read_s, text, *box, one.confidence, kind
