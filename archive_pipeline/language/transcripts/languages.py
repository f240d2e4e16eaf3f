"""Languages as files and servers write them (`spa`, `es-MX`, `Spanish`) → ISO 639-1."""

import re
from collections.abc import Iterable

from archive_pipeline.errors import RequestError

_KNOWN: dict[str, tuple[str, ...]] = {
    "ar": ("ara", "arabic"),
    "bg": ("bul", "bulgarian"),
    "bn": ("ben", "bengali"),
    "ca": ("cat", "catalan", "valencian"),
    "cs": ("ces", "cze", "czech"),
    "cy": ("cym", "wel", "welsh"),
    "da": ("dan", "danish"),
    "de": ("deu", "ger", "german"),
    "el": ("ell", "gre", "greek"),
    "en": ("eng", "english"),
    "es": ("spa", "spanish", "castilian"),
    "et": ("est", "estonian"),
    "eu": ("eus", "baq", "basque"),
    "fa": ("fas", "per", "persian"),
    "fi": ("fin", "finnish"),
    "fr": ("fra", "fre", "french"),
    "ga": ("gle", "irish"),
    "gl": ("glg", "galician"),
    "he": ("heb", "hebrew"),
    "hi": ("hin", "hindi"),
    "hr": ("hrv", "croatian"),
    "hu": ("hun", "hungarian"),
    "id": ("ind", "indonesian"),
    "is": ("isl", "ice", "icelandic"),
    "it": ("ita", "italian"),
    "ja": ("jpn", "japanese"),
    "ko": ("kor", "korean"),
    "lt": ("lit", "lithuanian"),
    "lv": ("lav", "latvian"),
    "ms": ("msa", "may", "malay"),
    "mt": ("mlt", "maltese"),
    "nl": ("nld", "dut", "dutch", "flemish"),
    "no": ("nor", "nob", "nno", "norwegian"),
    "pl": ("pol", "polish"),
    "pt": ("por", "portuguese"),
    "ro": ("ron", "rum", "romanian", "moldavian"),
    "ru": ("rus", "russian"),
    "sk": ("slk", "slo", "slovak"),
    "sl": ("slv", "slovenian"),
    "sq": ("sqi", "alb", "albanian"),
    "sr": ("srp", "serbian"),
    "sv": ("swe", "swedish"),
    "sw": ("swa", "swahili"),
    "th": ("tha", "thai"),
    "tr": ("tur", "turkish"),
    "uk": ("ukr", "ukrainian"),
    "ur": ("urd", "urdu"),
    "vi": ("vie", "vietnamese"),
    "zh": ("zho", "chi", "chinese", "mandarin"),
}
_CODES = {other: code for code, others in _KNOWN.items() for other in (code, *others)}


def language_code(written: str | None) -> str | None:
    """`es` for `es`, `spa`, `es-MX`, `es_419` and `Spanish`; None for what is no language or not known here."""
    if not written:
        return None
    return _CODES.get(written.strip().lower().replace("_", "-").partition("-")[0])


def asked_languages(written: Iterable[str]) -> tuple[str, ...]:
    """What people write to find what is spoken, as transcripts have it. Raises RequestError `bad_filter`."""
    found = {text: language_code(text) or text.strip().lower() for text in written}
    for text, code in found.items():
        if not re.fullmatch("[a-z]{2}", code):
            raise RequestError("bad_filter", f"{text[:60]!r} is no language that is known here; write es, en, fr …")
    return tuple(dict.fromkeys(found.values()))
