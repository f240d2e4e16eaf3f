"""Many questions to a Qdrant server in requests that it takes: it refuses JSON of more than 32 MB."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from archive_pipeline.search.model import Filter, Query, SparseVector

_MOST_BYTES = 12_000_000
"""As estimated here; what JSON escapes in names doubles them at worst."""
_OF_A_NUMBER, _OF_AN_ID, _OF_A_QUERY = 21, 39, 500  # a float32 as a double has 20 digits
Asked = TypeVar("Asked")


def in_requests(asked: Sequence[Asked], n_bytes: Callable[[Asked], int]) -> Iterator[Sequence[Asked]]:
    """All in order, as many at a time as fit; one that is too large by itself goes alone."""
    start, size = 0, 0
    for place, own in enumerate(map(n_bytes, asked)):
        if place > start and size + own > _MOST_BYTES:
            yield asked[start:place]
            start, size = place, 0
        size += own
    if asked:
        yield asked[start:]


def bytes_of_query(query: Query) -> int:
    n_numbers = 2 * len(query.vector.ids) if isinstance(query.vector, SparseVector) else len(query.vector)
    return bytes_of_filter(query.filter) + _OF_A_NUMBER * n_numbers


def bytes_of_filter(filter: Filter) -> int:
    names = (*filter.video_ids, *filter.without_video_ids, *(key for group in filter.listed for key in group))
    n_ids = len(filter.ids) + len(filter.without_ids)
    return _OF_A_QUERY + _OF_AN_ID * n_ids + sum(len(name.encode()) + 3 for name in names)
