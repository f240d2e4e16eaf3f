"""What a writing is for, told by its form, by its place, by whether it rolls, and by what stands beside it."""

import re
from collections.abc import Sequence

import numpy as np

from archive_pipeline.language.visible_text.model import Kind, Writing

_TIMECODE = re.compile(r"(?:TCR?|TIME)?[\dOo]{2}([:;.,][\dOo]{2}){2}(?:[:;.,][\dOo]{2,3})?")
_SLATE = re.compile(
    r"(?:(?P<scene>scene|escena|sc)|(?P<take>take|toma|tk)|(?P<roll>roll|rollo)|(?P<slate>slate|claqueta)|(?P<shot>plano))"
    r"(?![^\W\d_])",
    re.IGNORECASE,
)
_CREDIT = re.compile(
    r"\b(?:by|por)\s*$|^(?:(?:(?:directed|produced|written|edited|photographed|filmed|narrated) by)"
    r"|(?:dirigid|producid|escrit|editad|narrad)[oa] por"
    r"|(?:a|una) (?:film|película) (?:by|de)\b|executive producer|productor ejecutivo)",
    re.IGNORECASE,
)
_NO_FIGURE = re.compile(r"[^\d:;.,]")
_CLOCK = re.compile(r"(\d\d)[:;.,](\d\d)[:;.,](\d\d)")
_ZEROS = str.maketrans("Oo", "00")
_MARGIN = 0.12
_CENTRED = 0.05
_LARGE = 0.06
_MIDDLE = (0.3, 0.6)
_BRIEF_S = 1.0
_LOWER = 0.64
_TALLEST_NAME = 0.13


def is_timecode(text: str) -> bool:
    """Such as 00:01:12:05, as it may be misread."""
    return _TIMECODE.fullmatch(text.replace(" ", "")) is not None


def plain_timecode(text: str) -> str:
    """A timecode with digits for letters and colons between hours, minutes and seconds; what is before its last figures
    says how they count."""
    figures = _NO_FIGURE.sub("", text.translate(_ZEROS))
    return _CLOCK.sub(r"\1:\2:\3", figures, count=1)


def kinds_of(writings: Sequence[Writing]) -> list[Kind]:
    """The kind of each writing of one shot, which may have tens of thousands (an hour of a screen)."""
    starts_s, ends_s = np.array([(one.start_s, one.end_s) for one in writings]).reshape(-1, 2).T
    beside = (np.flatnonzero((starts_s < one.end_s) & (ends_s > one.start_s)).tolist() for one in writings)
    return [_kind(one, [writings[n] for n in together]) for one, together in zip(writings, beside, strict=True)]


def _kind(one: Writing, beside: Sequence[Writing]) -> Kind:
    if is_timecode(one.text):
        return "timecode"
    if _is_slate(beside):
        return "slate"
    is_brief = one.end_s - one.start_s < _BRIEF_S  # of what rolls, a line may have been read once only
    rolls = one.rolls or (is_brief and sum(other.rolls for other in beside) > 1)
    if rolls or any(_CREDIT.search(other.text) for other in beside if not is_timecode(other.text)):
        return "credit"
    x, y = one.box.middle
    centred = abs(x - 0.5) <= _CENTRED
    if centred and (one.box.height >= _LARGE or _MIDDLE[0] <= y <= _MIDDLE[1]):
        return "title"
    if y >= _LOWER and one.box.height <= _TALLEST_NAME and not (centred and one.box.x0 > _MARGIN):
        return "lower_third"
    return "other"


def _is_slate(beside: Sequence[Writing]) -> bool:
    """Two of the things that only a slate says."""
    said = {found.lastgroup for one in beside if (found := _SLATE.match(one.text))}
    return len(said) >= 2
