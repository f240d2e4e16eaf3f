"""Names and notes, whoever wrote them, as the formats can hold them."""

import re
import unicodedata

_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def one_line(text: str) -> str:
    """On one line: what cannot be printed is `_`."""
    return "".join(character if character.isprintable() else "_" for character in text)


def xml_text(text: str) -> str:
    """Without the characters that XML 1.0 has no way to write."""
    return _NO_XML.sub("_", text)


def ascii_text(text: str) -> str:
    """Accents dropped, everything else that is not printable ASCII as `_`."""
    plain = unicodedata.normalize("NFKD", text)
    kept = (character for character in plain if not unicodedata.combining(character))
    return "".join(character if " " <= character <= "~" else "_" for character in kept)


def file_name(text: str) -> str:
    """Letters, digits and `-_. ` only, never hidden, never empty."""
    return re.sub(r"[^\w.\- ]+", "_", text)[:100].strip(" .") or "export"
