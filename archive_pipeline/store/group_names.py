"""Names that people give to groups of pictures: one line a naming, the latest of a group counts.

A name belongs to the group's id, which a group keeps when the collection is organised anew and it is found again.
"""

import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import polars as pl

from archive_pipeline.errors import RequestError
from archive_pipeline.store.journal import Said
from archive_pipeline.store.lake import Lake
from archive_pipeline.store.naming import COLLECTION_NAME

TABLE = "group_names"
MOST_NAME, MOST_NAMED_BY = 120, 100
"""Characters."""


@dataclass(frozen=True)
class GroupName:
    """What a person calls a group. An empty name gives the group its own one back."""

    collection: str
    group_id: str
    name: str
    named_by: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", " ".join(self.name.split()))
        for what, most in (("name", MOST_NAME), ("named_by", MOST_NAMED_BY)):
            said = getattr(self, what)
            if len(said) > most or not said.isprintable():
                raise RequestError("bad_group_name", f"{what} is one line of at most {most} characters.")
        if not COLLECTION_NAME.fullmatch(self.collection):
            raise RequestError("unknown_collection", f"There is no collection {self.collection[:100]!r}.")
        try:
            object.__setattr__(self, "group_id", str(uuid.UUID(self.group_id)))
        except ValueError:
            raise RequestError("unknown_group", "That is not the id of a group.") from None


class GroupNames(Said):
    """The names that people gave in an archive."""

    def __init__(self, lake: Lake) -> None:
        super().__init__(lake, TABLE, _check)

    def add(self, named: GroupName) -> datetime:
        """Keep a name; it is on disk on return. Returns its time."""
        return self._journal.add(named.collection, asdict(named))

    def latest(self, collection: str) -> dict[str, str]:
        """The name that counts, by group_id, of the groups of a collection that a person named."""
        own = self.all().filter(pl.col("collection") == collection).select("group_id", "name")
        return {group: name for group, name in dict(own.rows()).items() if name}


def _check(row: Mapping[str, Any]) -> None:
    GroupName(row["collection"], row["group_id"], row["name"], row["named_by"])
