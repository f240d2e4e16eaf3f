"""Whether words that a model quotes were said."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from archive_pipeline.language.transcripts.script import Line, Said

_WORD = re.compile(r"\w+")
_LEFT_OUT = re.compile(r"\.{3}|…|\[[^\]]*\]")


@dataclass(frozen=True)
class Quote:
    """Words that a finding rests on."""

    words: str
    said: bool
    """Whether they are in the transcript of the shot or of the moments around it, letter for letter but for case,
    accents and signs."""

    start_s: float | None
    """When the segment begins in which they are said."""


def checked(quoted: Sequence[str], said: Said) -> list[Quote]:
    """Each quote with whether it was said; first the shot itself is looked at, then what is around it."""
    within, around = _Heard(said.within), _Heard((*said.before, *said.within, *said.after))
    quotes = []
    for words in quoted:
        if not words.strip():
            continue
        start_s = within.find(words)
        start_s = around.find(words) if start_s is None else start_s
        quotes.append(Quote(words, start_s is not None, start_s))
    return quotes


class _Heard:
    def __init__(self, lines: Sequence[Line]) -> None:
        spoken = [(word, line.start_s) for line in lines for word in _words(line.text)]
        self._text = " " + "".join(f"{word} " for word, _ in spoken)
        self._starts_s = [start_s for _, start_s in spoken]

    def find(self, quote: str) -> float | None:
        """When the quote begins; every part of one with an ellipsis must be there, in order."""
        at, first = 0, None
        for part in _LEFT_OUT.split(quote):
            looked_for = _words(part)
            if not looked_for:
                continue
            found = self._text.find(" " + " ".join(looked_for) + " ", at)
            if found < 0:
                return None
            at = found + 1
            first = found if first is None else first
        return None if first is None else self._starts_s[self._text.count(" ", 0, first)]


def _words(text: str) -> list[str]:
    folded = unicodedata.normalize("NFKD", text.casefold())
    return _WORD.findall("".join(c for c in folded if not unicodedata.combining(c)))
