"""Rankings that page well: equal scores are in a fixed order, so that no page repeats or misses a shot.

Two copies of a film have equal vectors, and Qdrant breaks ties differently for every limit.
"""

from collections.abc import Sequence
from dataclasses import replace

from archive_pipeline.search.index import ShotReader
from archive_pipeline.search.model import Hit, Query

_SPARE = 8


def ranked(reader: ShotReader, space: str, queries: Sequence[Query]) -> list[list[Hit]]:
    """For each query (offset 0) exactly the first `limit` hits by descending score, then by id."""
    found: list[list[Hit]] = []
    asked = [replace(query, limit=query.limit + _SPARE) for query in queries]
    for query, wide, hits in zip(queries, asked, reader.search_batch(space, asked), strict=True):
        complete = _with_all_ties(reader, space, query.limit, wide, hits)
        found.append(sorted(complete, key=lambda hit: (-hit.score, hit.id))[: query.limit])
    return found


def _with_all_ties(reader: ShotReader, space: str, limit: int, wide: Query, hits: list[Hit]) -> list[Hit]:
    while len(hits) == wide.limit and hits[-1].score == hits[limit - 1].score:
        wide = replace(wide, limit=2 * wide.limit)
        hits = reader.search_batch(space, [wide])[0]
    return hits


def fuse(rankings: Sequence[Sequence[str]], k: int = 60) -> list[str]:
    """One order from several by reciprocal rank fusion, Σ 1 / (k + rank): scores of different encoders do not compare.

    Cormack, Clarke and Büttcher, SIGIR 2009. Equal sums stay in the order of the rankings.
    """
    sums: dict[str, float] = {}
    for ranking in rankings:
        for rank, key in enumerate(ranking, start=1):
            sums[key] = sums.get(key, 0.0) + 1 / (k + rank)
    return sorted(sums, key=lambda key: -sums[key])
