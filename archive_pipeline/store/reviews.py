"""What people say of findings: a store of its own, which only grows and which no computation touches.

`<lake>/reviews/<collection>.jsonl`, one line a review. A review belongs to a shot, a policy and a question, whatever
version of the policy was asked, so that it stays when the question is put again. The latest of them counts.
"""

import json
import uuid
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
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
        self._objects = lake.objects
        self._read: tuple[object, pl.DataFrame] | None = None

    def add(self, review: Review) -> datetime:
        """Keep a review; it is on disk on return. Returns its time. Raises RequestError for an impossible video."""
        collection = review.video_id.partition("/")[0]
        if not COLLECTION_NAME.fullmatch(collection):
            raise RequestError("unknown_video", f"There is no video {review.video_id[:200]!r}.")
        now = datetime.now(UTC)
        line = json.dumps({"review": uuid.uuid4().hex, **asdict(review), "reviewed_at": now.isoformat()}) + "\n"
        self._objects.append(f"{TABLE}/{collection}.jsonl", line.encode())
        return now

    def all(self) -> pl.DataFrame:
        """The table `reviews`, in the order in which they were made. Read again when a file has changed."""
        files = [one for one in self._objects.listed(TABLE) if one.key.endswith(".jsonl")]
        files.sort(key=lambda one: one.key)
        version = [(one.key, one.version, one.n_bytes) for one in files]
        if self._read is None or self._read[0] != version:
            rows = [row for one in files for row in _rows(self._objects.read(one.key))]
            schema = table(TABLE).polars_schema
            self._read = version, pl.DataFrame(rows, schema=schema).sort("reviewed_at", maintain_order=True)
        return self._read[1]

    def latest(self) -> pl.DataFrame:
        """The review that counts of every finding that has any."""
        return self.all().unique(_OF_FINDING, keep="last", maintain_order=True)


def _rows(content: bytes) -> list[dict[str, Any]]:
    """The reviews of a file; a line that is torn or no review is passed over."""
    names = [column.name for column in table(TABLE).columns]
    found: list[dict[str, Any]] = []
    for line in content.split(b"\n"):
        try:
            kept = json.loads(line)
            row: dict[str, Any] = {name: str(kept[name]) for name in names}
            Review(**{field.name: row[field.name] for field in fields(Review)})
            row["reviewed_at"] = datetime.fromisoformat(row["reviewed_at"])
        except (ValueError, KeyError, TypeError, RequestError):
            continue
        found.append(row)
    return found
