"""The text of a subtitle file, whatever it was written with, and the plain words of a cue."""

import codecs
import html
import re
import unicodedata

from archive_pipeline.language.transcripts.model import MOST_TEXT

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # begins with the mark of UTF-16
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_TAG = re.compile(r"<[^<>]{0,200}>")
_STYLE = re.compile(r"\{[^{}]{0,500}\}")
_SPACE = re.compile(r"\s+")
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?\s+([^<>]{1,100})>")
_NAMED = re.compile(r"(?:>>+ ?|- ?)?([^\W\d_][\w .'’\-]{0,38}[\w.]): +(?=\S)")
_CHANGE_OF_SPEAKER = re.compile(r"^>>+\s*")


def decoded(content: bytes) -> str:
    """The text of a file. A mark at its beginning decides, then zero bytes (UTF-16), then UTF-8, else Windows-1252."""
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            return content.decode(encoding, "replace")
    head = content[:2000]
    if head.count(0) > len(head) // 4:
        return content.decode("utf-16-le" if head[1::2].count(0) > head[::2].count(0) else "utf-16-be", "replace")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def voice(marked_up: str) -> str | None:
    """The speaker of a WebVTT voice tag, `<v Hildy>How are you?`."""
    found = _VOICE.search(marked_up)
    return plain(found[1]) or None if found else None


def plain(marked_up: str) -> str:
    """One line of plain text: no tags, no styles, no control characters, entities resolved."""
    bare = _STYLE.sub("", _TAG.sub("", marked_up[: 4 * MOST_TEXT]))
    bare = _TAG.sub("", html.unescape(bare)).replace("\\N", " ").replace("\\n", " ").replace("\\h", " ")
    kept = (
        character for character in bare if unicodedata.category(character) not in ("Cc", "Cf") or character in "\n\t"
    )
    return _SPACE.sub(" ", "".join(kept)).strip()[:MOST_TEXT]


def named_speaker(text: str) -> tuple[str | None, str]:
    """(speaker, words) of `HILDY: How are you?`, where the name is in capitals; (None, text) of anything else."""
    found = _NAMED.match(text)
    if found and found[1].upper() == found[1]:
        return found[1].strip(), text[found.end() :]
    return None, _CHANGE_OF_SPEAKER.sub("", text)
