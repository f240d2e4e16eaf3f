"""Which words of a text a question matched, and the piece of the text that shows them."""

from bisect import bisect_right
from collections.abc import Collection
from dataclasses import dataclass

from archive_pipeline.search.words.terms import languages_of, terms_of
from archive_pipeline.search.words.tokens import composed, tokens

_SNIPPET = 160  # characters: two lines on a card
_LONGEST_TEXT = 100_000  # characters that are looked through


@dataclass(frozen=True)
class Snippet:
    """A piece of a text in parts, in order; those that are `True` matched. Plain text, never markup."""

    parts: tuple[tuple[str, bool], ...]

    @property
    def text(self) -> str:
        return "".join(part for part, _ in self.parts)

    @property
    def n_matched(self) -> int:
        return sum(matched for _, matched in self.parts)


def matched_spans(text: str, asked: Collection[str], language: str | None = None) -> list[tuple[int, int]]:
    """Positions in the composed text of the words that have one of the terms."""
    spoken = languages_of(text, language)
    return [
        (token.start, token.end) for token in tokens(text) if any(term in asked for term in terms_of(token, spoken))
    ]


def snippet(text: str, asked: Collection[str], language: str | None = None) -> Snippet | None:
    """The piece of the text with most matched words, cut between words; None where nothing matched."""
    written = composed(" ".join(text[:_LONGEST_TEXT].split()))
    spans = matched_spans(written, asked, language)
    if not spans:
        return None
    start, end = _window(written, spans)
    parts: list[tuple[str, bool]] = [("… ", False)] if start else []
    at = start
    for first, last in spans:
        if first < start or last > end:
            continue
        parts += [(written[at:first], False), (written[first:last], True)]
        at = last
    parts += [(written[at:end], False), *([(" …", False)] if end < len(written) else [])]
    return Snippet(tuple((part, matched) for part, matched in parts if part))


def _window(text: str, spans: list[tuple[int, int]]) -> tuple[int, int]:
    if len(text) <= _SNIPPET:
        return 0, len(text)
    ends = [end for _, end in spans]
    held = [bisect_right(ends, start + _SNIPPET) - number for number, (start, _) in enumerate(spans)]
    best = max(range(len(spans)), key=lambda number: (held[number], -number))
    last = ends[max(best, best + held[best] - 1)]
    room = max(0, _SNIPPET - (last - spans[best][0]))
    start = max(0, spans[best][0] - room // 2)
    end = min(len(text), max(last, start + _SNIPPET))
    start = min(start, max(0, end - _SNIPPET)) if last - spans[best][0] < _SNIPPET else spans[best][0]
    if start:
        start = min(text.find(" ", start, spans[best][0] + 1) + 1 or start, spans[best][0])
    if end < len(text):
        end = max(text.rfind(" ", last, end), last)
    return start, end
