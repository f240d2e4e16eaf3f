"""What people put right of a video: one line a correction, in a file a video, which only grows.

A correction is of a time and of a content, not of a row: whatever computes the shots, the transcript or the classes
again, it is looked up by its time where it belongs now (`store/corrected.py`).
"""

import math
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any, Literal, get_args

import polars as pl

from archive_pipeline.errors import RequestError
from archive_pipeline.store.journal import Said
from archive_pipeline.store.lake import Lake
from archive_pipeline.store.naming import VideoName
from archive_pipeline.store.objects import Stored

TABLE = "corrections"

Field = Literal["title", "description", "text", "speaker", "class_name", "boundary"]
FIELDS: tuple[Field, ...] = get_args(Field)

MOST: Mapping[Field, int] = {
    "title": 300, "description": 5000, "text": 5000, "speaker": 120, "class_name": 120, "boundary": 4,
}  # fmt: skip
"""Characters of a value."""

MOST_BY = 100
MOST_BYTES = 8 * 2**20
"""Of all corrections of a video: some 30,000 of them."""

BOUNDARIES = ("here", "none")
_OF_LINES = ("description", "text")
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""They turn the direction of what follows, of other people's words as well. The marks that Arabic, Hebrew and Persian
are written with are not among them."""


@dataclass(frozen=True)
class Correction:
    """What is right, in the eyes of a person. An empty value takes the correction of the same thing back."""

    video_id: str
    sha256: str
    """Of the content that the person saw."""
    field: Field
    start_s: float
    """Of the shot or segment; of a class, its most typical frame; of a boundary, the moment."""
    end_s: float
    value: str
    """Of a boundary, `here` or `none`."""
    corrected_by: str = ""

    def __post_init__(self) -> None:
        if self.field not in FIELDS:
            raise _bad(f"What can be corrected is {', '.join(FIELDS)}, not {str(self.field)[:40]!r}.")
        object.__setattr__(self, "value", _clean(self.value, self.field, MOST[self.field], self.field in _OF_LINES))
        object.__setattr__(self, "corrected_by", _clean(self.corrected_by, "corrected_by", MOST_BY, False))
        if not (math.isfinite(self.start_s) and math.isfinite(self.end_s) and self.start_s <= self.end_s):
            raise _bad("A correction is of a time that begins before it ends.")
        if self.field == "boundary" and self.value not in ("", *BOUNDARIES):
            raise _bad(f"A boundary is {' or '.join(BOUNDARIES)}.")


class Corrections(Said):
    """The corrections of an archive, by video."""

    def __init__(self, lake: Lake) -> None:
        self._objects = lake.objects
        super().__init__(lake, TABLE, _check)

    def add(self, correction: Correction) -> datetime:
        """Keep it; it is on disk on return. Returns its time. Raises RequestError `unknown_video`, `too_many`."""
        try:
            video = VideoName.from_video_id(correction.video_id)
        except ValueError:
            raise RequestError("unknown_video", f"There is no video {correction.video_id[:200]!r}.") from None
        stored = self._objects.stat(self._key(video))
        if stored is not None and stored.n_bytes > MOST_BYTES:
            raise RequestError("too_many", "This video was corrected too often: nothing more is taken.")
        return self._journal.add(str(video.relative_file), asdict(correction))

    def of(self, video: VideoName) -> pl.DataFrame:
        """The table `corrections` of a video, in the order in which they were made."""
        return self._journal.of(str(video.relative_file))

    def content(self, video: VideoName) -> bytes:
        """Of the file; nothing where there is none."""
        try:
            return self._objects.read(self._key(video))
        except FileNotFoundError:
            return b""

    def version(self, video: VideoName) -> str | None:
        """Differs whenever something was added; None where nothing ever was."""
        stored = self._objects.stat(self._key(video))
        return stored.version if stored else None

    def videos(self) -> Iterator[tuple[VideoName, Stored]]:
        """Those that have any, with their files, in no particular order. The cost is that of these, not of all."""
        for one in self._objects.listed(TABLE):
            relative = PurePosixPath(one.key).relative_to(TABLE)
            with suppress(ValueError):  # a file that somebody put there
                if relative.suffix == ".jsonl":
                    yield VideoName.from_relative_file(relative.with_suffix("")), one

    def _key(self, video: VideoName) -> str:
        return self._journal.key(str(video.relative_file))


def _clean(text: str, what: str, most: int, of_lines: bool) -> str:
    """Without blanks around it. Raises RequestError `bad_correction` for what no person can mean."""
    lines = [" ".join(line.split()) for line in text.splitlines()]
    kept = ("\n" if of_lines else " ").join(lines).strip()
    if len(kept) > most:
        raise _bad(f"{what} has at most {most:,} characters; this has {len(kept):,}.")
    for character in kept.replace("\n", " "):
        if character in _TURNING or unicodedata.category(character) in ("Cc", "Co", "Cs"):
            raise _bad(f"{what} has a character that cannot be shown, U+{ord(character):04X}. Take it out.")
    return kept


def _bad(message: str) -> RequestError:
    return RequestError("bad_correction", message)


def _check(row: Mapping[str, Any]) -> None:
    Correction(**{one.name: row[one.name] for one in fields(Correction)})
