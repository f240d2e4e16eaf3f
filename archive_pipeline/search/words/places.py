"""Where the words of a shot stand, which tells "a black boat and a red balloon" from "a red boat".

A clause ends with its punctuation and at *and*, *or* and *but* and their Spanish sisters: what they join are things of
their own. Nothing is asked of the order of words, which is another one in Spanish.
"""

import re
from base64 import b64decode, b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from archive_pipeline.search.words.terms import languages_of, query_words, term_id, terms_of
from archive_pipeline.search.words.text import Text
from archive_pipeline.search.words.tokens import composed, tokens

FARTHEST = 4
"""Places from a word to one that it stands together with, at most: three others are between them. Of none to three and
a whole clause, chosen on the simulated archive of seed 2002, where that "the bakers asked for higher wages" is looked
for as "wage bakers", too."""
MOST_WORDS = 2_000
"""Of a shot, that are counted: a shot of an hour, or a model that did not stop."""
_CLAUSE_ENDS = re.compile(r"[.,;:!?¿¡()\[\]{}—–·…|/\n]")
_JOINING = frozenset({"and", "or", "but", "nor", "y", "e", "o", "u", "ni", "pero", "sino"})
_PLACED = np.dtype([("place", "<u4"), ("term", "<u4")])


@dataclass(frozen=True)
class Placed:
    """A word that is no stop word."""

    place: int
    """Its number among all words, from 1; more than FARTHEST numbers are left out between two clauses."""
    terms: tuple[str, ...]


def placed_words(text: str, language: str | None = None, *, names: bool = True) -> Iterator[Placed]:
    """The words of a text in order; `names` as for `terms.terms_of`."""
    written = composed(text)
    spoken = languages_of(written, language)
    place = end = 0
    for token in tokens(written):
        place += 1
        if token.word in _JOINING or _CLAUSE_ENDS.search(written, end, token.start):
            place += FARTHEST
        end = token.end
        terms = terms_of(token, spoken, names=names)
        if terms:
            yield Placed(place, terms)


def words_of_texts(texts: Sequence[Text], place: int = 0) -> Iterator[Placed]:
    """The first MOST_WORDS of some texts of a shot, behind `place`; no clause goes on in the next text."""
    n_words = 0
    for one in texts:
        before = place
        for word in placed_words(one.text, one.language):
            if n_words == MOST_WORDS:
                return
            n_words += 1
            place = before + word.place
            yield Placed(place, word.terms)
        place += FARTHEST


def order_of(texts: Sequence[Text]) -> str:
    """Where the words of a shot stand, as it is stored beside its vector: 11 characters a word; empty without any."""
    own = list(words_of_texts([one for one in texts if one.part != "listed"]))
    listed = words_of_texts([one for one in texts if one.part == "listed"], own[-1].place + FARTHEST if own else 0)
    rows = [(word.place, term_id(term)) for word in (*own, *listed) for term in word.terms]
    return b64encode(np.array(rows, dtype=_PLACED).tobytes()).decode("ascii")


def placed_terms(order: str) -> list[tuple[int, int]]:
    """The places and term ids of an `order_of`, in order."""
    rows: list[tuple[int, int]] = np.frombuffer(b64decode(order), dtype=_PLACED).tolist()
    return rows


def phrases_of(question: str) -> tuple[tuple[int, ...], ...]:
    """The words of a question that belong together, by their numbers in `terms.query_words`: those of two or more
    between which nothing stands, not even a stop word ("a red boat" and not "a strike of bakers")."""
    number = {terms: at for at, terms in enumerate(query_words(question))}
    placed = [Placed(0, ()), *placed_words(question, names=False)]
    phrases: list[list[int]] = []
    for before, word in pairwise(placed):
        if not phrases or word.place > before.place + 1:
            phrases.append([])
        if word.terms in number:  # a word that is asked for twice counts once
            phrases[-1].append(number.pop(word.terms))
    return tuple(tuple(phrase) for phrase in phrases if len(phrase) > 1)
