"""What people judged in the documentalists' test: a store of its own, which only grows and no computation touches.

One line a question (`store/journal.py`), a file a run. A run is there as soon as somebody has judged something in it.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any

import polars as pl

from archive_pipeline.errors import RequestError
from archive_pipeline.store.journal import Said
from archive_pipeline.store.lake import Lake

TABLE = "judgements"
MOST_NAME, MOST_TEXT = 100, 500
"""Characters of the name of a run or person, and of a question."""


@dataclass(frozen=True)
class Judgement:
    """A question, and where its first right answer stood; see `sql/tables/judgements.sql`."""

    run: str
    person: str
    collection: str
    ranking: str
    against: str
    text: str
    language: str
    model: str
    shot_id: str
    video_id: str
    rank: int
    credited: str = ""

    def __post_init__(self) -> None:
        if not self.run.strip():
            raise RequestError("bad_judgement", "A run needs a name: give one, and ask again.")
        for name, most in (("run", MOST_NAME), ("person", MOST_NAME), ("text", MOST_TEXT)):
            if len(getattr(self, name)) > most:
                raise RequestError("bad_judgement", f"The {name} is longer than {most} characters.")
        if self.rank < 0 or (self.rank == 0) != (self.shot_id == ""):
            raise RequestError("bad_judgement", "A shot that is right has a rank from 1; what is not there has none.")


class Judgements(Said):
    """Those of an archive."""

    def __init__(self, lake: Lake) -> None:
        super().__init__(lake, TABLE, _check)

    def add(self, judgement: Judgement) -> datetime:
        """Keep it; it is on disk on return. Returns its time."""
        file = hashlib.sha256(judgement.run.encode()).hexdigest()[:32]  # people name runs as they like
        return self._journal.add(file, asdict(judgement))

    def of_run(self, run: str, collection: str = "") -> pl.DataFrame:
        """Those of one run, and of one collection where it is given. Raises RequestError `unknown_run`."""
        of_it = (pl.col("run") == run) & (pl.col("collection") == collection if collection else True)
        found = self.all().filter(of_it)
        if found.is_empty():
            where = f" in which anything of {collection} was judged" if collection else ""
            raise RequestError(
                "unknown_run", f"There is no run {run[:MOST_NAME]!r}{where}: archive-pipeline judgements lists them."
            )
        return found


def _check(row: Mapping[str, Any]) -> None:
    Judgement(**{one.name: row[one.name] for one in fields(Judgement)})
