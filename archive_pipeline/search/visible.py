"""An index in which some videos are not: whatever is asked of it, they are neither found nor counted."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Protocol

from archive_pipeline.search.index import MOST_VALUES, Counted, ShotReader
from archive_pipeline.search.model import EVERYTHING, Filter, Hit, Point, Position, Query, ShotPayload


class Hidden(Protocol):
    """Which videos are left out at one moment."""

    @property
    def collections(self) -> Collection[str]:
        """Those of which any video may be left out."""

    @property
    def video_ids(self) -> Sequence[str]:
        """Of those that are known."""

    def allows(self, video_id: str) -> bool:
        """False as well for one that came a moment ago."""


class VisibleReader(ShotReader):
    """`hidden` tells for each question what is left out: the index is asked without it, and what a newcomer brings to
    an answer all the same is dropped."""

    def __init__(self, reader: ShotReader, hidden: Callable[[], Hidden]) -> None:
        self._reader = reader
        self._hidden = hidden

    def spaces(self) -> list[str]:
        return self._reader.spaces()

    def dimension(self, space: str) -> int | None:
        return self._reader.dimension(space)

    def search_batch(self, space: str, queries: Sequence[Query]) -> list[list[Hit]]:
        hidden = self._hidden()
        asked = [replace(query, filter=_without(query.filter, hidden)) for query in queries]
        if not hidden.collections:
            return self._reader.search_batch(space, asked)
        known = [replace(query, told="video") if query.told == "nothing" else query for query in asked]
        found = self._reader.search_batch(space, known)  # of what came a moment ago only its video tells
        return [[hit for hit in hits if hidden.allows(hit.video_id)] for hits in found]

    def fetch(self, space: str, ids: Sequence[str]) -> dict[str, Point]:
        found = self._reader.fetch(space, ids)
        return {point.id: point for point in _seen(found.values(), self._hidden())}

    def batches(self, space: str, filter: Filter = EVERYTHING) -> Iterator[list[Point]]:
        hidden = self._hidden()
        for points in self._reader.batches(space, _without(filter, hidden)):
            yield _seen(points, hidden)

    def payloads(self, space: str, filter: Filter = EVERYTHING) -> dict[str, ShotPayload]:
        hidden = self._hidden()
        found = self._reader.payloads(space, _without(filter, hidden))
        return {key: payload for key, payload in found.items() if hidden.allows(payload.video_id)}

    def positions(self, space: str, filter: Filter = EVERYTHING) -> dict[str, Position]:
        hidden = self._hidden()
        found = self._reader.positions(space, _without(filter, hidden))
        return {key: position for key, position in found.items() if hidden.allows(position.video_id)}

    def examples(self, space: str, filters: Sequence[Filter]) -> list[ShotPayload | None]:
        """Asked for without what is hidden only where anything hidden came: facets ask hundreds of times, and it may
        be thousands of ids."""
        hidden = self._hidden()
        found = self._reader.examples(space, filters)
        hit = [place for place, one in enumerate(found) if one and not hidden.allows(one.video_id)]
        others = self._reader.examples(space, [_without(filters[place], hidden) for place in hit])
        for place, one in zip(hit, others, strict=True):
            found[place] = one if one and hidden.allows(one.video_id) else None
        return found

    def counts(
        self, space: str, field: Counted, filter: Filter = EVERYTHING, most: int = MOST_VALUES
    ) -> dict[str, int]:
        hidden = self._hidden()
        found = self._reader.counts(space, field, _without(filter, hidden), most)
        return found if field != "video_id" else {video: n for video, n in found.items() if hidden.allows(video)}

    def count(self, space: str, filter: Filter = EVERYTHING, exact: bool = True) -> int:
        return self._reader.count(space, _without(filter, self._hidden()), exact)

    def close(self) -> None:
        self._reader.close()


def _without(wanted: Filter, hidden: Hidden) -> Filter:
    ids = hidden.video_ids
    return replace(wanted, without_video_ids=(*wanted.without_video_ids, *ids)) if ids else wanted


def _seen(points: Iterable[Point], hidden: Hidden) -> list[Point]:
    return [point for point in points if hidden.allows(point.payload.video_id)]
