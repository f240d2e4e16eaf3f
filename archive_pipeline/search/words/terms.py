"""Words into terms: what is counted in documents and asked for in questions.

A term is a stem (Snowball's Spanish and English rules, on words without accents, so that `estacion` and `estación` are
one term). Terms of both languages share one space: names and words that both write alike are found across languages.
"""

from functools import cache, lru_cache
from hashlib import blake2b
from typing import Protocol

from snowballstemmer import stemmer

from archive_pipeline.search.languages import guess_language
from archive_pipeline.search.words.stop_words import STOP_WORDS
from archive_pipeline.search.words.tokens import Token, composed, tokens

_SNOWBALL = {"en": "english", "es": "spanish"}
LANGUAGES = tuple(_SNOWBALL)
_TELLS = 1_000  # characters of a text that are looked at to guess its language


class _Stemmer(Protocol):
    def stemWord(self, word: str) -> str: ...  # noqa: N802 – Snowball's own name


def languages_of(text: str, language: str | None = None) -> tuple[str, ...]:
    """The languages to stem a text in: its own where that is known or can be guessed, else both.

    `language` is ISO 639-1; one that there are no rules for here counts as not known.
    """
    known = (language or "").lower()[:2]
    if known not in LANGUAGES:
        known = guess_language(text[:_TELLS]) or ""
    return (known,) if known in LANGUAGES else LANGUAGES


def terms_of(token: Token, languages: tuple[str, ...], *, names: bool = True) -> tuple[str, ...]:
    """The word's different stems; none for a stop word.

    With `names` a word with a capital is stemmed in both languages: a name is asked for in any, and Spanish rules make
    `obam` of what English ones leave as `obama`.
    """
    if any(token.word in STOP_WORDS[language] for language in languages):
        return ()
    spoken = LANGUAGES if names and token.capital else languages
    return tuple(dict.fromkeys(_stem(token.word, language) for language in spoken))


def query_terms(text: str) -> tuple[str, ...]:
    """The different terms that a question asks for, in order."""
    return tuple(dict.fromkeys(term for word in query_words(text) for term in word))


def query_words(text: str) -> list[tuple[str, ...]]:
    """The question's words without stop words, each as its terms: in the language that it seems to be in, else in
    both."""
    written = composed(text)
    spoken = languages_of(written)
    words = (terms_of(token, spoken, names=False) for token in tokens(written))
    return [terms for terms in dict.fromkeys(words) if terms]


@lru_cache(1 << 17)
def term_id(term: str) -> int:
    """The term's number in sparse vectors, the same for ever: 32 bits of BLAKE2b.

    Among 200,000 terms five pairs share a number by chance.
    """
    return int.from_bytes(blake2b(term.encode(), digest_size=4).digest(), "big")


@lru_cache(1 << 16)  # 25 µs a word without it
def _stem(word: str, language: str) -> str:
    return word if word.isdigit() else _rules(language).stemWord(word)


@cache
def _rules(language: str) -> _Stemmer:
    rules: _Stemmer = stemmer(_SNOWBALL[language])
    return rules
