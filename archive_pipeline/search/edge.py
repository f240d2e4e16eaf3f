"""The embedded index: Qdrant Edge, the server's own engine inside this process, one shard a space.

Edge admits one process to a shard. Writers open it for a moment, one after the other; readers that must never wait
work from replicas (edge_reader.py). DESIGN §4.7.
"""

from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from archive_pipeline.search.edge_folder import SpaceFolder
from archive_pipeline.search.edge_shard import Shard
from archive_pipeline.search.index import MOST_VALUES, Counted, ShotIndex, ShotReader, check_queries
from archive_pipeline.search.model import EVERYTHING, Filter, Hit, Point, Position, Query, ShotPayload
from archive_pipeline.search.spaces import is_space


class EdgeSearch(ShotReader):
    """Reading from whatever shard `_shard` opens."""

    def __init__(self, folder: Path, timeout_s: float) -> None:
        self._root = folder
        self._timeout_s = timeout_s

    @abstractmethod
    def _shard(self, space: str) -> AbstractContextManager[Shard | None]:
        """The space's shard while the block runs; None where the space does not exist."""

    def spaces(self) -> list[str]:
        found = [file.parent.name for file in self._root.glob("*/space.json")]
        return sorted(name for name in found if is_space(name))

    def dimension(self, space: str) -> int | None:
        facts = self._space(space).facts()
        return facts.dimension if facts else None

    def search_batch(self, space: str, queries: Sequence[Query]) -> list[list[Hit]]:
        with self._shard(space) as shard:
            if shard is None:
                return [[] for _ in queries]
            check_queries(queries, space, shard.dimension)
            return shard.search_batch(queries)

    def fetch(self, space: str, ids: Sequence[str]) -> dict[str, Point]:
        with self._shard(space) as shard:
            return shard.fetch(ids) if shard and ids else {}

    def batches(self, space: str, filter: Filter = EVERYTHING) -> Iterator[list[Point]]:
        after: str | None = None
        while True:
            with self._shard(space) as shard:
                if shard is None:
                    return
                points, after = shard.page(filter, after)
            yield points
            if after is None:
                return

    def payloads(self, space: str, filter: Filter = EVERYTHING) -> dict[str, ShotPayload]:
        with self._shard(space) as shard:
            return shard.payloads(filter) if shard else {}

    def positions(self, space: str, filter: Filter = EVERYTHING) -> dict[str, Position]:
        with self._shard(space) as shard:
            return shard.positions(filter) if shard else {}

    def examples(self, space: str, filters: Sequence[Filter]) -> list[ShotPayload | None]:
        with self._shard(space) as shard:
            return [shard.example(filter) if shard else None for filter in filters]

    def count(self, space: str, filter: Filter = EVERYTHING, exact: bool = True) -> int:
        with self._shard(space) as shard:
            return shard.count(filter, exact) if shard else 0

    def counts(
        self, space: str, field: Counted, filter: Filter = EVERYTHING, most: int = MOST_VALUES
    ) -> dict[str, int]:
        with self._shard(space) as shard:
            return shard.counts(field, filter, most) if shard else {}

    def _space(self, space: str) -> SpaceFolder:
        return SpaceFolder(self._root, space, self._timeout_s)


class EdgeIndex(EdgeSearch, ShotIndex):
    """Reads and writes the shards themselves, each operation under the space's lock; sees its own writes at once."""

    def _shard(self, space: str) -> AbstractContextManager[Shard | None]:
        return self._space(space).opened()

    def video_points(self, space: str, video_id: str) -> dict[str, ShotPayload]:
        """Of a video that was just written the journal tells, and the shard need not be opened."""
        latest = self._space(space).latest(video_id)
        return super().video_points(space, video_id) if latest is None else {p.id: p.payload for p in latest}

    def ensure_space(self, space: str, dimension: int) -> None:
        self._space(space).create(dimension)

    def drop_space(self, space: str) -> None:
        self._space(space).drop()

    def replace_videos(self, space: str, videos: Mapping[str, Sequence[Point]]) -> None:
        self._space(space).replace(videos)
