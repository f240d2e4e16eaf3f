"""Rankings that page well: equal scores are in a fixed order, so that no page repeats or misses a shot.

Two copies of a film have equal vectors, and Qdrant breaks ties differently for every limit.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace

from archive_pipeline.search.index import ShotReader
from archive_pipeline.search.model import Hit, Query

_SPARE = 8
_K_OF_WORDS = 10
"""Of words and pictures, where one of them alone often knows: with the paper's 60, shots far down in both lists come
before the first of either (MRR 0.58; with 10 0.77, with 2 0.73, simulated archive of seed 1001, words first)."""


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


def fuse_in_blocks(
    words: Sequence[str], picture: Sequence[str], size: int, passing: Collection[str], words_first: bool
) -> list[str]:
    """One order of two rankings, block by block; of the words' only what is in `passing`.

    `words_first`: which of two keys comes first that stand in one ranking each, at the same place.
    """
    order: dict[str, None] = {}
    for start in range(0, max(len(words), len(picture)), size):
        block = slice(start, start + size)
        both = [[key for key in words[block] if key in passing], picture[block]]
        order |= dict.fromkeys(fuse(both if words_first else both[::-1], _K_OF_WORDS))
    return list(order)
