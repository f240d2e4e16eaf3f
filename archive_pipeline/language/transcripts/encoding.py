"""The text of a file that people wrote (subtitles, a list), whatever it was written with."""

import codecs
import math
import unicodedata

import cchardet

from archive_pipeline.language.transcripts.alphabets import Reading, readings, table_of

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # begins with the mark of UTF-16
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_WRITTEN_WITH = {
    "windows-1250": ("bs",),
    "windows-1251": ("be",),
    "windows-1256": ("fa", "ur"),
    "windows-1258": ("vi",),
    "cp874": ("th",),
    "cp932": ("ja",),
    "gb18030": ("zh",),
    "cp949": ("ko",),
}
"""Of languages whose letters are not weighed (`alphabets`)."""
_BY_LANGUAGE = {language: encoding for encoding, languages in _WRITTEN_WITH.items() for language in languages}
_WESTERN = "windows-1252"
ANY = "und"
"""ISO 639-2's code of no certain language: that of Western Europe is then the likeliest, as it is of any language that
has no table of its own."""
_TOLD = 4.0
"""How much likelier a language is that somebody named, as a logarithm."""
_FEWEST_LETTERS = 0.8
_DOUBTFUL = 0.95
_SAMPLE_BYTES = 10_000
_WIDER = {"iso-8859-1": _WESTERN, "iso-8859-9": "windows-1254", "ascii": _WESTERN}
"""What a browser reads as the larger one, too: the bytes in which they differ are control characters in the smaller."""


def decoded(
    content: bytes, language: str | None = None, encoding: str | None = None, setting: str = "subtitle_encoding"
) -> tuple[str, str | None]:
    """The text of a file, and a note where it was guessed, which names the `setting` that somebody can say it by.

    A mark at its beginning decides, then zero bytes (UTF-16), then UTF-8, then the `encoding` that somebody said. Else
    it is weighed whose letters they are (`alphabets`), and uchardet's guess with it. `language` (ISO 639-1) makes its
    own table likelier and does not decide, as a film may be another country's. Where there are no letters (Chinese) or
    nobody's, uchardet tells alone.
    Lines that are UTF-8 among others that are not (two files were put together) stay what they are.
    """
    for mark, marked in _BOMS:
        if content.startswith(mark):
            return content.decode(marked, "replace"), None
    head = content[:2000]
    if head.count(0) > len(head) // 4:
        wide = "utf-16-le" if head[1::2].count(0) > head[::2].count(0) else "utf-16-be"
        return content.decode(wide, "replace"), None
    try:
        return content.decode("utf-8"), None
    except UnicodeDecodeError:
        return (content.decode(encoding, "replace"), None) if encoding else _guessed(content, language, setting)


def _guessed(content: bytes, language: str | None, setting: str) -> tuple[str, str]:
    lines = content.splitlines(keepends=True)
    foreign = [line for line in lines if not _is_utf8(line)]
    name, sureness = _table(b"".join(foreign)[:_SAMPLE_BYTES], language)
    in_letters = _is_latin(b"".join(foreign).decode(name, "replace"))
    # two bytes of Chinese or Japanese may be UTF-8 by chance, several lines of them are not
    n_other = sum(not line.isascii() for line in lines) - len(foreign)
    if in_letters or n_other > len(foreign):
        text = "".join(line.decode("utf-8" if _is_utf8(line) else name, "replace") for line in lines)
    else:
        text = content.decode(name, "replace")
    return text, f"encoding_guessed: read as {name} ({sureness}); the collection's `{setting}` says it for sure"


def _table(foreign: bytes, language: str | None) -> tuple[str, str]:
    """(the likeliest encoding of lines that are not UTF-8, how sure that is)."""
    found = cchardet.detect(foreign)
    name = known_encoding((found["encoding"] or "").lower()) or _WESTERN
    name = _WESTERN if name == "utf-8" else name
    told = (table_of(language) or _BY_LANGUAGE.get(language, _WESTERN)) if language else None

    def likely(one: Reading) -> float:
        is_told = one.language == language if language and table_of(language) else one.encoding == told
        return one.likelihood + _TOLD * is_told + (one.encoding == name) + _prior(one.encoding)

    ways = sorted(readings(foreign), key=likely, reverse=True)
    if not ways or ways[0].share < _FEWEST_LETTERS or (language in _BY_LANGUAGE and told == name):
        in_letters = _is_latin(foreign.decode(name, "replace"))
        if told and told != name and in_letters:
            return told, f"its language is {language}"
        return name, _sure(found["confidence"] or 0.0)
    text = foreign.decode(ways[0].encoding, "replace")
    rival = next((one for one in ways if foreign.decode(one.encoding, "replace") != text), ways[0])
    share = 1 / (1 + math.exp(likely(rival) - likely(ways[0])))
    doubt = f", or {rival.encoding}" if share < _DOUBTFUL else ""
    return ways[0].encoding, _sure(share) + doubt


def _sure(share: float) -> str:
    return f"{min(share, 0.99):.0%} sure"  # of the languages that are known here; the text may be of another


def _prior(encoding: str) -> float:
    """How likely a table is before anything is read, as a logarithm: most is Windows', little DOS's or a Mac's."""
    if encoding == _WESTERN:
        return 3.0
    return 1.5 if encoding.startswith("windows-") else 0.0 if encoding.startswith(("iso-", "koi8-")) else -3.0


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def known_encoding(name: str) -> str | None:
    """An encoding of text by its name, the larger one where browsers take it for that; None of an unknown name, and of
    one in which no subtitles are: Python knows some that hold no ASCII, or that fail at a byte."""
    try:
        is_text = b"a\xe9".decode(name, "replace").startswith("a")
    except (LookupError, ValueError):  # `base64` is a codec, but none of text; `idna` and `punycode` replace nothing
        return None
    return _WIDER.get(name, name) if is_text else None


def _is_latin(text: str) -> bool:
    letters = (letter for letter in text if letter.isalpha() and not letter.isascii())
    return all(unicodedata.name(letter, "").startswith("LATIN") for letter in letters)
