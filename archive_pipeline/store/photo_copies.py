"""Which photos are copies of which, from the lake: for folding them in what was found."""

import threading
import time
from collections import ChainMap
from collections.abc import Mapping, Sequence

import polars as pl

from archive_pipeline.store.lake import Lake
from archive_pipeline.store.organisations import Organisations

_LOOK_AGAIN_S = 30.0
_KINDS = ("copy", "raw_jpeg")


class LakePhotoCopies:
    """Safe for many threads. Of a collection that was not organised nothing is known."""

    def __init__(self, lake: Lake) -> None:
        self._organisations = Organisations(lake)
        self._lock = threading.Lock()
        self._known: dict[str, tuple[float, dict[str, str]]] = {}

    def of_collections(self, collections: Sequence[str]) -> Mapping[str, str]:
        """By id of each photo that is a copy, the id of the one that it is a copy of."""
        with self._lock:
            return ChainMap(*map(self._of, collections))

    def _of(self, collection: str) -> dict[str, str]:
        now = time.monotonic()
        read_at, copies = self._known.get(collection, (-_LOOK_AGAIN_S, {}))
        if now - read_at >= _LOOK_AGAIN_S:
            (rows,) = self._organisations.read(collection, "photo_duplicates")
            pairs = rows.filter(pl.col("kind").is_in(_KINDS)).select("photo_id", "of_id").iter_rows()
            copies = dict(pairs)
            self._known[collection] = now, copies
        return copies
