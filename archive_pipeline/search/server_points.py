"""Points and queries in the Qdrant server's own types."""

from functools import partial

import numpy as np
from qdrant_client import models

from archive_pipeline.search.index import stored_of
from archive_pipeline.search.model import Hit, Point, Query, ShotPayload, SparseVector
from archive_pipeline.search.server_filter import to_filter

WORDS = "words"
"""Name of the sparse vector; the dense one has none."""
_SEARCH = models.SearchParams(hnsw_ef=128, quantization=models.QuantizationSearchParams(rescore=True, oversampling=3.0))


def to_server(point: Point, with_words: bool) -> models.PointStruct:
    vector: list[float] | dict[str, list[float] | models.SparseVector] = point.vector.tolist()
    if point.words is not None and with_words:
        vector = {"": point.vector.tolist(), WORDS: _to_sparse(point.words)}
    return models.PointStruct(id=point.id, vector=vector, payload=point.payload.to_mapping())


def point_of(record: models.Record) -> Point:
    """Vectors come as a list, or by name where a point has words as well."""
    named = record.vector if isinstance(record.vector, dict) else {"": record.vector}
    words = named.get(WORDS)
    assert words is None or isinstance(words, models.SparseVector)
    return Point(
        str(record.id),
        np.array(named[""], dtype=np.float32),
        ShotPayload.from_mapping(record.payload or {}),
        SparseVector(np.array(words.indices, np.uint32), np.array(words.values, np.float32)) if words else None,
    )


def to_request(query: Query) -> models.QueryRequest:
    vector = query.unit_vector
    return models.QueryRequest(
        query=_to_sparse(vector) if isinstance(vector, SparseVector) else vector.tolist(),
        using=WORDS if isinstance(vector, SparseVector) else None,
        limit=query.limit,
        offset=query.offset,
        filter=to_filter(query.filter),
        score_threshold=query.score_threshold,
        params=None if isinstance(vector, SparseVector) else _SEARCH,
        with_payload=stored_of(query.told),
    )


def hits_of(response: models.QueryResponse) -> list[Hit]:
    return [Hit(str(p.id), p.score, partial(getattr, p, "payload")) for p in response.points]


def _to_sparse(words: SparseVector) -> models.SparseVector:
    return models.SparseVector(indices=words.ids.tolist(), values=words.weights.tolist())
