"""One transcript of overlapping pieces: what was said in an overlap is there once."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from archive_pipeline.language.transcripts.model import Segment

_WORDS_A_SECOND = 5  # fast speech; the words of an overlap are looked for among this many
_SLACK_S = 1.0  # recognisers are not exact about when something was said


def stitched(before: Sequence[Segment], after: Sequence[Segment], overlap: tuple[float, float]) -> list[Segment]:
    """The segments of two pieces that share the time `overlap` (start, end in seconds), without repeated words.

    Where the last words of the one and the first of the other agree, the text changes over at the end of the longest
    agreement (words cut in half at the edges fall away with it). Where nothing agrees, it changes over in the middle of
    the overlap.
    """
    start_s, end_s = overlap
    if end_s <= start_s or not before or not after:
        return [*before, *after]
    most = int(_WORDS_A_SECOND * (end_s - start_s + _SLACK_S))
    left = [word for word in _words(before) if word.at_s >= start_s - _SLACK_S][-most:]
    right = [word for word in _words(after) if word.at_s <= end_s + _SLACK_S][:most]
    matcher = SequenceMatcher(None, [word.key for word in left], [word.key for word in right], autojunk=False)
    same = matcher.find_longest_match()
    if same.size:
        last, first = left[same.a + same.size - 1], right[same.b + same.size - 1]
        return [*_until(before, last.segment, last.place + 1), *_from(after, first.segment, first.place + 1)]
    middle_s = (start_s + end_s) / 2
    kept = [segment for segment in before if segment.start_s < middle_s]
    return kept + [segment for segment in after if segment.end_s > middle_s]


@dataclass(frozen=True)
class _Word:
    key: str
    segment: int
    place: int
    at_s: float


def _words(segments: Sequence[Segment]) -> list[_Word]:
    found = []
    for number, segment in enumerate(segments):
        words = segment.text.split()
        step_s = (segment.end_s - segment.start_s) / max(len(words), 1)
        found += [_Word(_key(word), number, i, segment.start_s + i * step_s) for i, word in enumerate(words)]
    return found


def _key(word: str) -> str:
    """What a word is compared by: letters and digits, without accents; signs alone stay as they are."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", word.casefold()) if not unicodedata.combining(c))
    return re.sub(r"\W", "", bare) or word


def _until(segments: Sequence[Segment], number: int, n_words: int) -> list[Segment]:
    """The segments up to and with the first `n_words` words of segment `number`."""
    return [*segments[:number], *_part(segments[number], 0, n_words)]


def _from(segments: Sequence[Segment], number: int, n_words: int) -> list[Segment]:
    """The segments after the first `n_words` words of segment `number`."""
    return [*_part(segments[number], n_words, None), *segments[number + 1 :]]


def _part(segment: Segment, first: int, last: int | None) -> list[Segment]:
    """The words `first` to `last` (exclusive) of a segment; its times shrink with its words."""
    words = segment.text.split()
    end = len(words) if last is None else last
    if first >= end:
        return []
    step_s = (segment.end_s - segment.start_s) / len(words)
    start_s, end_s = segment.start_s + first * step_s, segment.start_s + end * step_s
    return [replace(segment, start_s=round(start_s, 3), end_s=round(end_s, 3), text=" ".join(words[first:end]))]
