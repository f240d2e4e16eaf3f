"""Which pictures belong to a group of an organised collection, from the lake: for searches within a group."""

import threading
from collections.abc import Sequence

import polars as pl

from archive_pipeline.store.lake import Lake
from archive_pipeline.store.organisations import Organisations

_TABLE = "picture_memberships"
_LEVELS = ("theme_id", "group_id", "part_id")


class LakeGroups:
    """A `search.sources.GroupStore` over the lake. Safe for many threads; of each collection it keeps the version that
    it read last."""

    def __init__(self, lake: Lake) -> None:
        self._organisations = Organisations(lake)
        self._lock = threading.Lock()
        self._kept: dict[str, tuple[int, pl.DataFrame]] = {}

    def pictures_of(self, group_ids: Sequence[str]) -> frozenset[str]:
        is_in = pl.any_horizontal(pl.col(level).is_in(list(group_ids)) for level in _LEVELS)
        with self._lock:
            members = [self._members(name, version) for name, version in self._organisations.versions().items()]
        return frozenset(key for one in members for key in one.filter(is_in)["picture_id"])

    def _members(self, collection: str, version: int) -> pl.DataFrame:
        kept = self._kept.get(collection)
        if kept is None or kept[0] != version:
            [table] = self._organisations.read(collection, _TABLE)
            kept = self._kept[collection] = version, table.select("picture_id", *_LEVELS)
        return kept[1]
