"""How far words that belong together in a question stand together in a shot.

Several form a chain, each so near to the one before, as the expansive spans of Song, Taylor, Wen, Hon and Yu do
(“Viewing Term Proximity from a Different Perspective”, ECIR 2008). What is in one chain adds up; chains are joined by a
p-norm (Salton, Fox and Wu, “Extended Boolean Information Retrieval”, CACM 1983), so that two words apart are more than
one of them and less than both.
"""

from collections.abc import Iterable, Sequence

from archive_pipeline.search.words.bm25 import Question
from archive_pipeline.search.words.places import FARTHEST, placed_terms

_P = 4
"""Two words apart, each as rare as the other, are 0.59 of both. With 2 they are 0.71, and with an encoder whose words
nobody knows they come before what shows or says both together for 12 % of the questions about the simulated archive of
seed 2002, with 4 for none; as the greater of them alone, what says both apart would be no better than what says one."""


def nearness(order: str, question: Question, rarities: Sequence[float]) -> float:
    """The share that is left of what a shot says of a question, above 0 to 1, where words count as far as they stand
    together; `order` is its `places.order_of`, `rarities` the idf of the question's words."""
    number = {term: word for word, terms in enumerate(question.words) for term in terms}
    said = [(place, number[term]) for place, term in placed_terms(order) if term in number]
    words = {word for _, word in said}
    whole = left = sum(rarities[word] for word in words)
    for phrase in question.phrases:
        if len(words.intersection(phrase)) > 1:
            weights = [sum(rarities[word] for word in part) for part in _parts(said, phrase, rarities)]
            left -= sum(weights) - sum(weight**_P for weight in weights) ** (1 / _P)
    return left / whole if whole else 1.0


def least_nearness(n_words: int) -> float:
    """Of a phrase of so many words: all apart, each as rare as the others."""
    return float(n_words ** (1 / _P - 1))


def _parts(said: Iterable[tuple[int, int]], phrase: Sequence[int], rarities: Sequence[float]) -> list[set[int]]:
    """The phrase's words that are said, each once, in the weightiest chains."""
    chains: list[set[int]] = []
    last = -FARTHEST
    for place, word in said:
        if word in phrase:
            if place > last + FARTHEST or not chains:
                chains.append(set())
            chains[-1].add(word)
            last = place
    parts: list[set[int]] = []
    while chains:
        parts.append(max(chains, key=lambda chain: sum(rarities[word] for word in chain)))
        chains = [rest for chain in chains if (rest := chain - parts[-1])]
    return parts
