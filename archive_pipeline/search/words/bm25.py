"""BM25 as sparse vectors: the document's side here, inverse document frequency by Qdrant's modifier `idf`.

Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009). A shot's score for a question
is Σ idf(t) · tf·(k1 + 1) / (tf + k1·(1 − b + b·length/average)) over the terms t that both have, where Qdrant knows
idf(t) = ln(1 + (N − n + ½)/(n + ½)) of the N shots that have any words, n of them this one.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from math import log

import numpy as np

from archive_pipeline.search.model import SparseVector
from archive_pipeline.search.words.places import phrases_of, words_of_texts
from archive_pipeline.search.words.terms import query_terms, query_words, term_id
from archive_pipeline.search.words.text import Text

K1 = 1.2
"""How soon a repeated term counts no more; the usual value, as in Lucene and Qdrant."""
B = 0.75
"""How much long texts are held back; the usual value."""
AVERAGE_LENGTH = 30
"""Terms of a usual shot. A constant, since a shot's weights must not change when another is added: five seconds of
speech hold some 12 words and a description some 40, half of them stop words."""
LISTED = 0.35
"""How often a word of the archive's list counts as said in each shot of the video: a whole title is then 1.7 of a
question's 4 nats (evidence.py), as much as a picture that one shot of eleven is by chance, and a shot that says its
words of its own comes before those whose video only has them listed, unless it says 100 other terms as well."""
_TIES_APART = 1e-4


def idf(n_with_it: int, n_spoken: int) -> float:
    """Of a term that so many shots have, of those that have any words: as Qdrant knows it, in nats."""
    return log(1 + (n_spoken - n_with_it + 0.5) / (n_with_it + 0.5))


def document_vector(texts: Sequence[Text], shot_id: str) -> SparseVector | None:
    """The BM25 weights of a shot's texts together; None where they hold no word.

    What is listed makes no shot longer, and weighs as in a usual one: a shot without words of its own is not better
    described by the title of its video than others are.

    Shots with the same words would have the same score, and Qdrant orders equal ones differently for every limit: so
    the weights of each are raised by up to a ten-thousandth, as its id has it.
    """
    own, length = _counted([one for one in texts if one.part != "listed"])
    listed = _counted([one for one in texts if one.part == "listed"])[0].keys()
    terms = [*own, *(term for term in listed if term not in own)]
    if not terms:
        return None
    tf = np.array([own[term] + (LISTED if term in listed else 0.0) for term in terms])
    lengths = np.array([length if term in own else max(length, AVERAGE_LENGTH) for term in terms])
    apart = int.from_bytes(blake2b(shot_id.encode(), digest_size=4).digest(), "big") / 2**32
    weights = tf * (K1 + 1) / (tf + K1 * (1 - B + B * lengths / AVERAGE_LENGTH)) * (1 + _TIES_APART * apart)
    return SparseVector.of({term_id(term): weight for term, weight in zip(terms, weights.tolist(), strict=True)})


def _counted(texts: Sequence[Text]) -> tuple[Counter[str], int]:
    """How often each term is in the texts, and how many words they have that are no stop words."""
    words = [word.terms for word in words_of_texts(texts)]
    return Counter(term for terms in words for term in terms), len(words)


@dataclass(frozen=True, eq=False)
class Question:
    """What a question asks for in words."""

    vector: SparseVector
    """Its terms, each once."""
    words: tuple[frozenset[int], ...]
    """Its words, each as the terms that it may be."""
    phrases: tuple[tuple[int, ...], ...] = ()
    """Those that belong together, by their places in `words`."""


def question_of(text: str) -> Question | None:
    """None where there are none but stop words."""
    vector = SparseVector.of({term_id(term): 1.0 for term in query_terms(text)})
    words = tuple(frozenset(map(term_id, terms)) for terms in query_words(text))
    return Question(vector, words, phrases_of(text)) if vector else None
