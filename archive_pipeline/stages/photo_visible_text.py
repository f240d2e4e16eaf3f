"""What is written in the photos of one album: each is read once, from its file."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import asdict

from archive_pipeline import progress
from archive_pipeline.errors import MediaError
from archive_pipeline.language.visible_text import Box, Line, TextReader
from archive_pipeline.language.vlm import AnswerJournal
from archive_pipeline.stages.photo_files import PhotoPictures
from archive_pipeline.stages.photo_rows import PhotoRows
from archive_pipeline.stages.shot_pictures import failing_alone, fetched_ahead, require_a_picture
from archive_pipeline.stages.visible_text import READING

_AHEAD = 2  # pictures: decoding one takes a tenth of reading it

_AT_S = 0.0
"""A photo has no duration."""

_KIND = "other"
"""Kinds of writing are those of programmes: what stands at the bottom of a photo is no lower third."""


def read_photos(
    photo_ids: Sequence[str],
    pictures: PhotoPictures,
    reader: TextReader,
    journal: AnswerJournal,
    fingerprint: str,
    former: PhotoRows,
) -> tuple[PhotoRows, int]:
    """What is written in these photos, in their order and from the top down; and how many were read for it.

    Photos of `former` and those that the journal holds are not read again. A photo that cannot be decoded has the code
    of its failure. Raises MediaError `no_picture` where that is all of them, and what `pictures` raises of the source.
    """
    known = former.without_failures()
    seen = set(known.looked_at["photo_id"])
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
    new = (row for key in photo_ids if key not in seen for row in _rows(key, kept.get(key, ())))
    return known.joined_by(photo_ids, failed, new), len(missing) - len(failed)


def _lines(entry: dict[str, list[dict[str, object]]]) -> list[Line]:
    return [Line(**{**line, "box": Box(**line["box"])}) for line in entry["lines"]]  # type: ignore[arg-type]


def _rows(photo_id: str, lines: Sequence[Line]) -> Iterator[tuple[object, ...]]:
    for line in lines:
        box = (line.box.x0, line.box.y0, line.box.x1, line.box.y1)
        yield photo_id, _AT_S, _AT_S, _AT_S, line.text, *box, line.confidence, _KIND
