"""Texts into words: where each stands in the text, and its form without case and accents."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

LONGEST_WORD = 64
"""Characters; what is longer is no word (an address, noise of a model) and is passed over."""

# 1.500 and 1,500 are one number however they are grouped; a word may hold apostrophes: don't, O'Brien, l'Hospitalet.
_WORD = re.compile(r"\d{1,3}(?:[.,]\d{3})+(?![\d])|[^\W_]+(?:['’][^\W_]+)*")
_PIECE = re.compile(r"[^'’]+")
_ENDINGS = frozenset({"s", "ll", "re", "ve", "d", "m", "t"})  # of English contractions and possessives
_NOT = re.compile(r"n['’]t$", re.IGNORECASE)  # isn't, won't: function words all of them
_KEPT = {"ñ": "\ue000"}  # a letter of its own in Spanish: año is not ano


@dataclass(frozen=True)
class Token:
    """A word of a text; `text[start:end]` is how it is written there."""

    word: str
    """In lower case and without accents; ñ is a letter and stays."""
    start: int
    end: int
    capital: bool
    """Whether it begins with a capital: it may be a name."""


def composed(text: str) -> str:
    """The text with composed accents (NFC), which the positions of tokens count in."""
    return unicodedata.normalize("NFC", text)


def tokens(text: str) -> Iterator[Token]:
    """The words of a composed text in order. Punctuation, ¿ and ¡ among it, divides words."""
    for found in _WORD.finditer(text):
        written = found.group()
        if len(written) > LONGEST_WORD or _NOT.search(written):
            continue
        if written[0].isdigit() and not written.isalnum() and "'" not in written and "’" not in written:
            yield Token(re.sub(r"\D", "", written), found.start(), found.end(), False)
            continue
        pieces = list(_PIECE.finditer(written))
        for number, piece in enumerate(pieces):
            word = fold(piece.group())
            ending = number > 0 and word in _ENDINGS
            if word and not ending and (len(pieces) == 1 or len(word) > 1):
                start = found.start() + piece.start()
                yield Token(word, start, start + len(piece.group()), piece.group()[0].isupper())


@lru_cache(1 << 16)
def fold(word: str) -> str:
    """Lower case without accents, so that `pajaro` finds `pájaro`; ligatures and full-width letters as plain ones."""
    for letter, kept in _KEPT.items():
        word = word.replace(letter, kept).replace(letter.upper(), kept)
    apart = unicodedata.normalize("NFKD", word.casefold())
    plain = "".join(character for character in apart if not unicodedata.combining(character))
    for letter, kept in _KEPT.items():
        plain = plain.replace(kept, letter)
    return plain
