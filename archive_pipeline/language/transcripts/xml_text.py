"""The text of an XML file as an XML parser takes it, for what programs get wrong."""

import re
from html import unescape
from html.entities import html5
from xml.sax.saxutils import escape

from archive_pipeline.language.transcripts.encoding import decoded, known_encoding

_DECLARED = re.compile(rb"""<\?xml[^>]{0,100}\sencoding\s*=\s*["']([\w.:-]{1,40})["']""")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_AMPERSAND = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)(?:(#\d{1,7}|#x[0-9A-Fa-f]{1,6}|\w{1,32});)?")


def xml_text(content: bytes, language: str | None, encoding: str | None) -> tuple[str, str | None]:
    """The text, and a note where its encoding was guessed (see `decoded`).

    UTF-8 is UTF-8, whatever the declaration says; else the declaration counts, before `encoding`. Control characters
    are taken out, also those that are written by their numbers, a bare `&` and entities of HTML become what was meant:
    none of them is XML, and they are common.
    """
    declared = _DECLARED.search(content[:400].replace(b"\0", b""))
    name = declared[1].decode("ascii").lower() if declared else ""
    told = None if name.startswith("utf") else known_encoding(name)
    text, note = decoded(content, language, told or encoding)
    return _CONTROLS.sub("", _AMPERSAND.sub(_meant, text.lstrip("\ufeff\0 \t\r\n"))), note


def _meant(found: re.Match[str]) -> str:
    name = found[1] or ""
    meant = unescape(found[0]) if name.startswith("#") else html5.get(f"{name};")
    return f"&amp;{found[0][1:]}" if meant is None else escape(meant)
