"""The plain words of a cue."""

import html
import re
import unicodedata

from archive_pipeline.language.transcripts.model import MOST_TEXT
from archive_pipeline.language.transcripts.preparation import BACKSLASH

_TAG = re.compile(
    r"</?(?:(?:v|lang)(?:\.[^\s<>]{1,80})?(?:\s[^<>]{0,120})?"
    r"|(?:b|i|u|s|c|em|strong|rt|rp|ruby|font|span|p|br|big|small|tt|sub|sup)"
    r"(?:\.[^\s<>]{1,80})?(?:\s+[\w-]{1,20}\s*=[^<>]{0,200})?)\s?/?>"
    r"|<\|[^<>|]{1,40}\|>",
    re.IGNORECASE,
)
"""Those of WebVTT, those of HTML that people use, and Whisper's marks: `a<b and c>d` holds none."""
_STYLE = re.compile(rf"\{{{BACKSLASH}[^{{}}]{{0,500}}\}}")
_OVERRIDES = re.compile(r"(\{[^{}]{0,500}\})")
_DRAWS = re.compile(r"\\p(\d+)")
_PATH_OR_BREAK = re.compile(r"(?<![A-Za-z])[A-Za-z]:(?:\\(?!N)[^\s\\{}]*)+|\\[Nnh]")
_JOINERS = "\u200c\u200d"
"""Persian, Hindi and pictures of families are spelt with them."""
_SPACE = re.compile(r"\s+")
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?\s+([^<>]{1,100})>")
_NAMED = re.compile(r"(?:>>+ ?|- ?)?([^\W\d_][\w .'’\-]{0,38}[\w.]): +(?=\S)")
_CHANGE_OF_SPEAKER = re.compile(r"^>>+\s*")


def unstyled(event: str, kind: str) -> str:
    """The text of an event as pysubs2 gives it, without what its format says of looks; tags of HTML stay."""
    if kind in ("ass", "ssa"):
        return _PATH_OR_BREAK.sub(lambda found: found[0] if found[0][1] == ":" else " ", _without_drawings(event))
    text = event[: 4 * MOST_TEXT].replace("\\N", " ")
    return _STYLE.sub("", text).replace(BACKSLASH, "\\")  # `{\an8}` is understood in SubRip, too


def _without_drawings(event: str) -> str:
    """Between `{\\p1}` and `{\\p0}` stands how a pen moves, however long, and no words."""
    kept, draws = [], False
    for piece in _OVERRIDES.split(event):
        if piece.startswith("{") and piece.endswith("}"):
            for scale in _DRAWS.findall(piece):
                draws = int(scale) > 0
        elif not draws:
            kept.append(piece)
    return "".join(kept)[: 4 * MOST_TEXT]


def voice(marked_up: str) -> str | None:
    """The speaker of a WebVTT voice tag, `<v Hildy>How are you?`."""
    found = _VOICE.search(marked_up)
    return plain(found[1]) or None if found else None


def plain(marked_up: str) -> str:
    """One line of plain text: no tags, no control characters, entities resolved."""
    bare = _TAG.sub("", html.unescape(_TAG.sub("", marked_up[: 4 * MOST_TEXT])))
    kept = (
        character
        for character in bare
        if unicodedata.category(character) not in ("Cc", "Cf") or character.isspace() or character in _JOINERS
    )
    return _SPACE.sub(" ", "".join(kept)).strip()[:MOST_TEXT]


def named_speaker(text: str) -> tuple[str | None, str]:
    """(speaker, words) of `HILDY: How are you?`, where the name is in capitals; (None, text) of anything else."""
    found = _NAMED.match(text)
    if found and found[1].upper() == found[1]:
        return found[1].strip(), text[found.end() :]
    return None, _CHANGE_OF_SPEAKER.sub("", text)
