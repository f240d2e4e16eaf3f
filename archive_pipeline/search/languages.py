"""A small honest guess at the language of a query: English, Spanish, another script, or not known.

Queries are short and mostly without function words, so the guess counts common words of either language, those that
pictures are asked for with among them, and letters that only Spanish has. Where both fit alike, or neither, it does
not guess: a wrong hint is worse than none.
"""

import re
import unicodedata
from collections.abc import Collection

from archive_pipeline.search import common_words

OTHER_SCRIPT = "other"
NAMES = {"en": "English", "es": "Spanish", OTHER_SCRIPT: "a language of another script"}

_WORD = re.compile(r"[^\W\d_]+")
_ONLY_SPANISH = re.compile(r"[ñ¿¡íóú]")  # café and Málaga are written in English, too
_FUNCTION = common_words.ENGLISH_FUNCTION | common_words.SPANISH_FUNCTION | common_words.NAME_PARTS
_COMMON = {
    "en": common_words.ENGLISH_FUNCTION | common_words.ENGLISH_CONTENT,
    "es": common_words.SPANISH_FUNCTION | common_words.SPANISH_CONTENT,
}

_USUALLY_UNDERSTOOD = 0.73
"""Where archive-tiny's words are taken for not known, the first shot is right for 90 % of what is said and 90 % of what
is seen (simulated archives of seeds 2002 and 5101); with 1 for 72 and 96 %."""


def guess_language(text: str) -> str | None:
    """`en`, `es`, `other` (most letters are not Latin), or None where nothing tells."""
    words = words_of(text)
    if not words:
        return None
    letters = "".join(words)
    if sum("LATIN" in unicodedata.name(letter, "") for letter in letters) * 2 < len(letters):
        return OTHER_SCRIPT
    counts = {language: sum(word in common for word in words) for language, common in _COMMON.items()}
    counts["es"] += bool(_ONLY_SPANISH.search(text.lower()))
    if counts["en"] == counts["es"]:
        return None
    return max(counts, key=lambda language: counts[language])


def content_words(text: str) -> list[str]:
    """The words that say what is meant, in lower case and in order: articles, prepositions and the like left out."""
    return [word for word in words_of(text) if word not in _FUNCTION]


def understood(text: str, taught: Collection[str] | None) -> float:
    """Share of the words that say what is meant which a model was taught, 0 to 1; of a model whose words nobody knows,
    a usual one."""
    words = content_words(text)
    if taught is None:
        return _USUALLY_UNDERSTOOD
    return sum(word in taught for word in words) / len(words) if words else 1.0


def words_of(text: str) -> list[str]:
    """The words of a text in lower case, in order."""
    return _WORD.findall(text.lower())
