"""What people say of findings: a store of its own, which only grows and which no computation touches.

One line a review (`store/journal.py`). A review belongs to a shot, a policy and a question, whatever
version of the policy was asked, so that it stays when the question is put again. The latest of them counts.
"""

import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any, Literal, get_args

import polars as pl

from archive_pipeline.errors import RequestError
from archive_pipeline.store.journal import Said
from archive_pipeline.store.lake import Lake
from archive_pipeline.store.naming import COLLECTION_NAME

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


class Reviews(Said):
    """The reviews of an archive."""

    def __init__(self, lake: Lake) -> None:
        super().__init__(lake, TABLE, _check)

    def add(self, review: Review) -> datetime:
        """Keep a review; it is on disk on return. Returns its time. Raises RequestError for an impossible video."""
        collection = review.video_id.partition("/")[0]
        if not COLLECTION_NAME.fullmatch(collection):
            raise RequestError("unknown_video", f"There is no video {review.video_id[:200]!r}.")
        return self._journal.add(collection, asdict(review))

    def latest(self) -> pl.DataFrame:
        """The review that counts of every finding that has any."""
        return self.all().unique(_OF_FINDING, keep="last", maintain_order=True)


def _check(row: Mapping[str, Any]) -> None:
    Review(**{one.name: row[one.name] for one in fields(Review)})
