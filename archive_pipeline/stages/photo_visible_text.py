"""What is written in the photos of one album: each is read once, from its file."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass

import polars as pl

from archive_pipeline import progress
from archive_pipeline.errors import MediaError
from archive_pipeline.language.visible_text import Box, Line, TextReader
from archive_pipeline.language.vlm import AnswerJournal
from archive_pipeline.stages.photo_files import PhotoPictures
from archive_pipeline.stages.shot_pictures import failing_alone, fetched_ahead, require_a_picture
from archive_pipeline.stages.visible_text import READING
from archive_pipeline.store.schema import table

_AHEAD = 2  # pictures: decoding one takes a tenth of reading it

_AT_S = 0.0
"""A photo has no duration."""

_KIND = "other"
"""Kinds of writing are those of programmes: what stands at the bottom of a photo is no lower third."""


@dataclass(frozen=True)
class PhotoTexts:
    """What was read of an album, as tables without the column that names it."""

    readings: pl.DataFrame
    """`photo_readings`."""
    texts: pl.DataFrame
    """`visible_texts`."""

    def without_failures(self) -> "PhotoTexts":
        """What need not be read again."""
        readings = self.readings.filter(pl.col("error_code").is_null())
        return PhotoTexts(readings, self.texts.filter(pl.col("shot_id").is_in(readings["photo_id"].implode())))


def read_photos(
    photo_ids: Sequence[str],
    pictures: PhotoPictures,
    reader: TextReader,
    journal: AnswerJournal,
    fingerprint: str,
    former: PhotoTexts,
) -> tuple[PhotoTexts, int]:
    """What is written in these photos, in their order and from the top down; and how many were read for it.

    Photos of `former` and those that the journal holds are not read again. A photo that cannot be decoded has the code
    of its failure. Raises MediaError `no_picture` where that is all of them, and what `pictures` raises of the source.
    """
    known = former.without_failures()
    seen = set(known.readings["photo_id"])
    kept: dict[str, list[Line]] = {key: _lines(entry) for key, entry in journal.entries(fingerprint).items()}
    missing = [key for key in photo_ids if key not in seen and key not in kept]
    failed: dict[str, MediaError] = {}

    def fetch(photo_id: str) -> bytes:
        return pictures.of_photo(photo_id, READING.picture_side)

    with closing(fetched_ahead(missing, failing_alone(fetch), 1, _AHEAD)) as fetched:
        for number, (photo_id, found) in enumerate(fetched):
            progress.report("photo_visible_text", number / len(missing))
            if isinstance(found, MediaError):
                failed[photo_id] = found
                continue
            kept[photo_id] = reader.read(found)
            journal.append(photo_id, fingerprint, {"lines": [asdict(line) for line in kept[photo_id]]})
    require_a_picture(failed.values(), len(photo_ids))
    order = pl.DataFrame({"photo_id": photo_ids}, schema={"photo_id": pl.String})
    readings = [(key, *_failure(failed.get(key))) for key in photo_ids]
    new = [row for key in photo_ids if key not in seen for row in _rows(key, kept.get(key, ()))]
    texts = pl.concat([known.texts, pl.DataFrame(new, schema=known.texts.schema, orient="row")])
    in_order = order.join(texts, left_on="photo_id", right_on="shot_id", maintain_order="left_right")
    return PhotoTexts(
        pl.DataFrame(readings, schema=table("photo_readings").unowned_schema, orient="row"),
        in_order.rename({"photo_id": "shot_id"}).select(texts.columns),
    ), len(missing) - len(failed)


def _failure(error: MediaError | None) -> tuple[str | None, str | None]:
    return (error.code, error.message) if error else (None, None)


def _lines(entry: dict[str, list[dict[str, object]]]) -> list[Line]:
    return [Line(**{**line, "box": Box(**line["box"])}) for line in entry["lines"]]  # type: ignore[arg-type]


def _rows(photo_id: str, lines: Sequence[Line]) -> Iterator[tuple[object, ...]]:
    for line in lines:
        box = (line.box.x0, line.box.y0, line.box.x1, line.box.y1)
        yield photo_id, _AT_S, _AT_S, _AT_S, line.text, *box, line.confidence, _KIND
