"""What people say of findings: a store of its own, which only grows and which no computation touches.

`<lake>/reviews/<collection>.jsonl`, one line a review. A review belongs to a shot, a policy and a question, whatever
version of the policy was asked, so that it stays when the question is put again. The latest of them counts.
"""

import fcntl
import json
import os
import uuid
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, get_args

import polars as pl

from archive_pipeline.errors import RequestError
from archive_pipeline.store.lake import Lake
from archive_pipeline.store.naming import COLLECTION_NAME
from archive_pipeline.store.schema import table

TABLE = "reviews"

State = Literal["confirmed", "dismissed", "unsure"]
STATES: tuple[State, ...] = get_args(State)

MOST_NOTE, MOST_REVIEWER = 2000, 100
"""Characters."""

_OF_FINDING = ["video_id", "shot_id", "policy", "question"]


@dataclass(frozen=True)
class Review:
    """What a person decided about one finding."""

    video_id: str
    shot_id: str
    policy: str
    question: str
    state: State
    note: str = ""
    reviewer: str = ""

    def __post_init__(self) -> None:
        if self.state not in STATES:
            raise RequestError("bad_review", f"A review is {', '.join(STATES)}, not {str(self.state)[:40]!r}.")
        for name, most in (("note", MOST_NOTE), ("reviewer", MOST_REVIEWER)):
            if len(getattr(self, name)) > most:
                raise RequestError("bad_review", f"The {name} is longer than {most} characters.")
        try:
            object.__setattr__(self, "shot_id", str(uuid.UUID(self.shot_id)))
        except ValueError:
            raise RequestError("bad_review", "That is not the id of a shot.") from None


class Reviews:
    """The reviews of an archive. Several processes may add at once."""

    def __init__(self, lake: Lake) -> None:
        self._folder = lake.root / TABLE
        self._read: tuple[object, pl.DataFrame] | None = None

    def add(self, review: Review) -> datetime:
        """Keep a review; it is on disk on return. Returns its time. Raises RequestError for an impossible video."""
        collection = review.video_id.partition("/")[0]
        if not COLLECTION_NAME.fullmatch(collection):
            raise RequestError("unknown_video", f"There is no video {review.video_id[:200]!r}.")
        now = datetime.now(UTC)
        line = json.dumps({"review": uuid.uuid4().hex, **asdict(review), "reviewed_at": now.isoformat()}) + "\n"
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder / f"{collection}.jsonl").open("ab+") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            torn = file.tell() and (file.seek(-1, os.SEEK_END), file.read(1))[1] != b"\n"
            file.write((b"\n" if torn else b"") + line.encode())
            file.flush()
            os.fsync(file.fileno())
        return now

    def all(self) -> pl.DataFrame:
        """The table `reviews`, in the order in which they were made. Read again when a file has changed."""
        files = sorted(self._folder.glob("*.jsonl"))
        version = [(file.name, status.st_ino, status.st_size) for file in files if (status := file.stat())]
        if self._read is None or self._read[0] != version:
            rows = [row for file in files for row in _rows(file)]
            schema = table(TABLE).polars_schema
            self._read = version, pl.DataFrame(rows, schema=schema).sort("reviewed_at", maintain_order=True)
        return self._read[1]

    def latest(self) -> pl.DataFrame:
        """The review that counts of every finding that has any."""
        return self.all().unique(_OF_FINDING, keep="last", maintain_order=True)


def _rows(file: Path) -> list[dict[str, Any]]:
    """The reviews of a file; a line that is torn or no review is passed over."""
    names = [column.name for column in table(TABLE).columns]
    found: list[dict[str, Any]] = []
    with file.open("rb") as lines:
        for line in lines:
            try:
                kept = json.loads(line)
                row: dict[str, Any] = {name: str(kept[name]) for name in names}
                Review(**{field.name: row[field.name] for field in fields(Review)})
                row["reviewed_at"] = datetime.fromisoformat(row["reviewed_at"])
            except (ValueError, KeyError, TypeError, RequestError):
                continue
            found.append(row)
    return found
