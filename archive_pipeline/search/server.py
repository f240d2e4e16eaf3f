"""The index on a Qdrant server, or in qdrant-client's memory, which stands in for the server in tests."""

import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from json import JSONDecodeError
from typing import Any

from qdrant_client import QdrantClient, models
from qdrant_client.common.client_exceptions import QdrantException
from qdrant_client.http.exceptions import ApiException, ResponseHandlingException, UnexpectedResponse

from archive_pipeline.errors import ArchiveError, ConfigurationError, PassingError
from archive_pipeline.search.index import (
    MOST_VALUES,
    POSITION,
    Counted,
    ShotIndex,
    check_points,
    check_queries,
    counted_exactly,
    position_of,
)
from archive_pipeline.search.model import EVERYTHING, Filter, Hit, Point, Position, Query, ShotPayload, SparseVector
from archive_pipeline.search.server_filter import to_filter
from archive_pipeline.search.server_points import WORDS, hits_of, point_of, to_request, to_server
from archive_pipeline.search.server_requests import bytes_of_filter, bytes_of_query, in_requests
from archive_pipeline.search.spaces import is_space, size_mismatch, unknown_space

_OF_THE_CLIENT = (ApiException, QdrantException, JSONDecodeError)
"""Its second family is for a 429 that says when to come again; JSON that is none comes as it is."""
_GONE = "qdrant_not_found"
_TIMEOUT_S = 60
_BATCH = 256  # about 2 MB of JSON at 768-d; the server refuses requests over 32 MB
_PAYLOAD_INDEXES: dict[str, models.PayloadSchemaType | models.IntegerIndexParams] = {
    "video_id": models.PayloadSchemaType.KEYWORD,
    "collection": models.PayloadSchemaType.KEYWORD,
    "class": models.IntegerIndexParams(type=models.IntegerIndexType.INTEGER, lookup=True, range=False),
    "concepts": models.PayloadSchemaType.KEYWORD,
    "start_s": models.PayloadSchemaType.FLOAT,
    "end_s": models.PayloadSchemaType.FLOAT,
    "duration_s": models.PayloadSchemaType.FLOAT,
    "keywords": models.PayloadSchemaType.KEYWORD,
    "taken_s": models.PayloadSchemaType.FLOAT,
    "taken_before_s": models.PayloadSchemaType.FLOAT,
    "languages": models.PayloadSchemaType.KEYWORD,
    "columns": models.PayloadSchemaType.KEYWORD,
    "place": models.PayloadSchemaType.GEO,
}


# Spaces are made for the archive that they may become (docs/performance.md: ten million shots): full vectors and
# payloads on disk, where the page cache serves a small archive from memory all the same; a copy of one byte a number in
# memory picks the candidates whose full vectors then decide, once the server has built its graph.
_QUANTIZATION = models.ScalarQuantization(
    scalar=models.ScalarQuantizationConfig(type=models.ScalarType.INT8, quantile=0.99, always_ram=True)
)


class ServerIndex(ShotIndex):
    """For many processes and machines. Rankings are exact until the server builds its HNSW graph (10,000 points)."""

    def __init__(self, client: QdrantClient) -> None:
        self._client = client
        self._dimensions: dict[str, int] = {}
        self._with_words: set[str] = set()
        self._complete: set[str] = set()

    @classmethod
    def connect(cls, url: str, api_key: str | None = None) -> "ServerIndex":
        """Connects when first used. Raises ConfigurationError `qdrant_url` where that is none."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # each run would warn of a key over http: docs/scaling.md does, once
                return cls(QdrantClient(url=url, api_key=api_key, timeout=_TIMEOUT_S, check_compatibility=False))
        except ValueError as error:
            raise ConfigurationError(
                "qdrant_url", f"QDRANT_URL is {url!r} ({error}): write it as http://HOST:6333 or https://HOST:6333."
            ) from error

    def close(self) -> None:
        self._client.close()

    def spaces(self) -> list[str]:
        with _translated():
            found = [collection.name for collection in self._client.get_collections().collections]
        return sorted(name for name in found if is_space(name))

    def dimension(self, space: str) -> int | None:
        if not is_space(space):
            raise unknown_space(space)
        if space not in self._dimensions:
            with _translated():
                if not self._client.collection_exists(space):
                    return None
                parameters = self._client.get_collection(space).config.params
            vectors = parameters.vectors
            if not isinstance(vectors, models.VectorParams):
                raise ConfigurationError(
                    "foreign_collection",
                    f"The Qdrant collection {space} was not made by archive-pipeline: rename or delete it.",
                )
            if WORDS in (parameters.sparse_vectors or {}):
                self._with_words.add(space)
            self._dimensions[space] = vectors.size
        return self._dimensions[space]

    def ensure_space(self, space: str, dimension: int) -> None:
        if space not in self._complete:  # that somebody has read it says nothing of its indexes
            if self.dimension(space) is None:
                self._create(space, dimension)
            self._add_missing_indexes(space)
            self._complete.add(space)
        found = self.dimension(space)
        if found is not None and found != dimension:
            raise size_mismatch(space, found, dimension)

    def drop_space(self, space: str) -> None:
        with _translated():
            if self.dimension(space) is not None:
                self._client.delete_collection(space)
        self._forget(space)

    def replace_videos(self, space: str, videos: Mapping[str, Sequence[Point]]) -> None:
        dimension = self.dimension(space)
        if dimension is None:
            raise unknown_space(space)
        check_points(videos, space, dimension)
        points = [to_server(point, space in self._with_words) for own in videos.values() for point in own]
        with self._asking(space):
            for start in range(0, len(points), _BATCH):
                self._client.upsert(space, points[start : start + _BATCH], wait=True)
            for video_id, own in videos.items():
                stale = Filter(video_ids=(video_id,), without_ids=frozenset(point.id for point in own))
                self._client.delete(space, models.FilterSelector(filter=to_filter(stale)), wait=True)

    def search_batch(self, space: str, queries: Sequence[Query]) -> list[list[Hit]]:
        dimension = self.dimension(space)
        if dimension is None:
            return [[] for _ in queries]
        check_queries(queries, space, dimension)
        asked = [query for query in queries if space in self._with_words or not isinstance(query.vector, SparseVector)]
        responses: list[models.QueryResponse] = []
        for some in in_requests(asked, bytes_of_query):
            with self._asking(space):
                responses += self._client.query_batch_points(space, [to_request(query) for query in some])
        answered = iter(responses)
        return [hits_of(next(answered)) if query in asked else [] for query in queries]

    def fetch(self, space: str, ids: Sequence[str]) -> dict[str, Point]:
        if not ids or self.dimension(space) is None:
            return {}
        with self._asking(space):
            records = self._client.retrieve(space, list(ids), with_payload=True, with_vectors=True)
        return {str(record.id): point_of(record) for record in records}

    def batches(self, space: str, filter: Filter = EVERYTHING) -> Iterator[list[Point]]:
        if self.dimension(space) is None:
            return
        wanted, offset = to_filter(filter), None
        while True:
            with self._asking(space):
                records, offset = self._client.scroll(
                    space, wanted, limit=1000, offset=offset, with_payload=True, with_vectors=True
                )
            yield [point_of(record) for record in records]
            if offset is None:
                return

    def payloads(self, space: str, filter: Filter = EVERYTHING) -> dict[str, ShotPayload]:
        return {key: ShotPayload.from_mapping(stored) for key, stored in self._stored(space, filter, True)}

    def positions(self, space: str, filter: Filter = EVERYTHING) -> dict[str, Position]:
        return {key: position_of(stored) for key, stored in self._stored(space, filter, POSITION)}

    def count(self, space: str, filter: Filter = EVERYTHING, exact: bool = True) -> int:
        if self.dimension(space) is None:
            return 0
        with self._asking(space):
            return self._client.count(space, to_filter(filter), exact=exact).count

    def examples(self, space: str, filters: Sequence[Filter]) -> list[ShotPayload | None]:
        if not filters or self.dimension(space) is None:
            return [None] * len(filters)
        responses: list[models.QueryResponse] = []
        for some in in_requests(filters, bytes_of_filter):
            asked = [models.QueryRequest(limit=1, filter=to_filter(filter), with_payload=True) for filter in some]
            with self._asking(space):
                responses += self._client.query_batch_points(space, asked)
        return [ShotPayload.from_mapping(one.points[0].payload or {}) if one.points else None for one in responses]

    def counts(
        self, space: str, field: Counted, filter: Filter = EVERYTHING, most: int = MOST_VALUES
    ) -> dict[str, int]:
        if self.dimension(space) is None:
            return {}
        with self._asking(space):
            facets = self._client.facet(
                space, field, facet_filter=to_filter(filter), limit=most, exact=counted_exactly(filter)
            )
        return {str(hit.value): hit.count for hit in facets.hits if hit.count}  # of what was deleted it finds 0

    def _stored(self, space: str, filter: Filter, keys: bool | list[str]) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """What is stored beside the points that pass, or these keys of it, by id."""
        if self.dimension(space) is None:
            return
        wanted, offset = to_filter(filter), None
        while True:
            with self._asking(space):
                records, offset = self._client.scroll(space, wanted, limit=1000, offset=offset, with_payload=keys)
            yield from ((str(record.id), record.payload or {}) for record in records)
            if offset is None:
                return

    def _create(self, space: str, dimension: int) -> None:
        vectors = models.VectorParams(size=dimension, distance=models.Distance.COSINE, on_disk=True)
        try:
            self._client.create_collection(
                space,
                vectors,
                sparse_vectors_config={WORDS: models.SparseVectorParams(modifier=models.Modifier.IDF)},
                quantization_config=_QUANTIZATION,
                on_disk_payload=True,
            )
        except UnexpectedResponse as error:
            if error.status_code != 409:  # another process was faster
                raise _meaning_of(error) from error
        except _OF_THE_CLIENT as error:
            raise _meaning_of(error) from error

    def _add_missing_indexes(self, space: str) -> None:
        """Whoever made the space may have died before it had all its indexes, and without them there are no facets."""
        with self._asking(space):
            there = self._client.get_collection(space).payload_schema
            for field in _PAYLOAD_INDEXES.keys() - there.keys():
                self._client.create_payload_index(space, field, _PAYLOAD_INDEXES[field])

    def _forget(self, space: str) -> None:
        self._dimensions.pop(space, None)
        self._with_words.discard(space)
        self._complete.discard(space)

    @contextmanager
    def _asking(self, space: str) -> Iterator[None]:
        """The client's exceptions as this project's; a space that somebody else dropped is forgotten here, too."""
        try:
            with _translated():
                yield
        except ConfigurationError as error:
            if error.code == _GONE:
                self._forget(space)
                raise unknown_space(space) from error
            raise


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except _OF_THE_CLIENT as error:
        raise _meaning_of(error) from error


def _meaning_of(error: Exception) -> ArchiveError:
    if isinstance(error, UnexpectedResponse) and error.status_code in (401, 403):
        return ConfigurationError("qdrant_refused", "The Qdrant server refused the key: check QDRANT_API_KEY.")
    if isinstance(error, UnexpectedResponse) and error.status_code == 404:
        return ConfigurationError(_GONE, "The server at QDRANT_URL knows no such collection, or is no Qdrant.")
    if isinstance(error, UnexpectedResponse) and (error.status_code or 0) < 500 and error.status_code not in (408, 429):
        return ArchiveError("qdrant_rejected", f"The Qdrant server rejected a request ({error}). This is a bug.")
    cause = error.source if isinstance(error, ResponseHandlingException) else error
    return PassingError(
        "qdrant_unreachable", f"The Qdrant server does not answer ({cause}). Is it running, and is QDRANT_URL right?"
    )
