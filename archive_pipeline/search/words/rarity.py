"""How much each word of a question says: the rarer it is in the archive, the more."""

from collections.abc import Mapping

from archive_pipeline.search.index import ShotReader
from archive_pipeline.search.model import Query, SparseVector
from archive_pipeline.search.words.bm25 import Question, idf


def rarities(reader: ShotReader, space: str, question: Question) -> tuple[float, ...]:
    """The idf of each of the question's words in nats, above 0.

    A word that may be one of several terms is as rare as its commonest; one that no shot has is as rare as can be. The
    index tells no idf: it is what a term's best shot scores, by the weight that the term has there.
    """
    terms = sorted({term for word in question.words for term in word})
    asked = [Query(SparseVector.of({term: 1.0}) or question.vector, limit=1) for term in terms]
    best = {term: hits[0] for term, hits in zip(terms, reader.search_batch(space, asked), strict=True) if hits}
    points = reader.fetch(space, list({hit.id for hit in best.values()}))
    known: dict[int, float] = {}
    for term, hit in best.items():
        words = points[hit.id].words if hit.id in points else None
        weight = words.weight_of(term) if words else 0.0
        if weight:  # an ingest may replace points between the two questions
            known[term] = hit.score / weight
    return rarities_of(question, known, reader.count(space, exact=False))


def rarities_of(question: Question, known: Mapping[int, float], n_shots: int) -> tuple[float, ...]:
    """The same from the idf of those of its terms that any of `n_shots` shots has."""
    rarest = idf(0, n_shots)
    return tuple(min((known[term] for term in word if term in known), default=rarest) for word in question.words)
