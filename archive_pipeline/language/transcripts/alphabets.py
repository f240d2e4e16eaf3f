"""Which 8-bit table a text was written with: the one by which its letters are those of one language."""

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

_WESTERN = ("windows-1252", "cp850", "mac-roman")
_CENTRAL = ("windows-1250", "iso-8859-2", "cp852", "mac-latin2")
_TURKISH = ("windows-1254", "cp857")
_BALTIC = ("windows-1257", "iso-8859-13")
_CYRILLIC = ("windows-1251", "koi8-u", "cp866", "iso-8859-5", "mac-cyrillic")
_GREEK = ("windows-1253", "iso-8859-7", "cp737")
_HEBREW = ("windows-1255", "iso-8859-8")
_ARABIC = ("windows-1256", "iso-8859-6")
_LANGUAGES: dict[str, tuple[tuple[str, ...], str]] = {
    "es": (_WESTERN, "óáíéúñü"),
    "ca": (_WESTERN, "óàéíèçòúïü"),
    "gl": (_WESTERN, "óáíéúñüï"),
    "eu": (_WESTERN, "ñüç"),
    "pt": (_WESTERN, "ãçáíéúóõêâàôü"),
    "fr": (_WESTERN, "éèàêôîçâùïûœëüæÿ"),
    "it": (_WESTERN, "èàòùéìíóúî"),
    "de": (_WESTERN, "üäöß"),
    "nl": (_WESTERN, "ëéïóöáíüèúê"),
    "sv": (_WESTERN, "äöåé"),
    "da": (_WESTERN, "æøåé"),
    "is": (_WESTERN, "ðíáóúæýöþé"),
    "sq": (_WESTERN, "ëç"),
    "pl": (_CENTRAL, "łżęąśóćńź"),
    "cs": (_CENTRAL, "íářéýčžěšůúňóťď"),
    "sk": (_CENTRAL, "áčíýéťúžšľňóôäĺďŕ"),
    "hu": (_CENTRAL, "áéíóöőüúű"),
    "hr": (_CENTRAL, "čšžćđ"),
    "sl": (_CENTRAL, "čšž"),
    "ro": (_CENTRAL, "ăţşîâ"),
    "tr": (_TURKISH, "ışçüğöİâîû"),
    "et": (_BALTIC, "äõüöšž"),
    "lt": (_BALTIC, "šėųįžąčūę"),
    "lv": (_BALTIC, "āēīšļūņķžģč"),
    "ru": (_CYRILLIC, "оеаинтрсвлкпдмуяызьйбчгжфцхюшщэёъ"),
    "uk": (_CYRILLIC, "аноиевтрікслпдумзяьбйчгжцхєфшюїщґ"),
    "bg": (_CYRILLIC, "аениотрвсдкзплмъябучжгйфцшщхюь"),
    "sr": (_CYRILLIC, "аеионртскупдвмјзлбгшњчцљжћфхђџ"),
    "mk": (_CYRILLIC, "аеоитнрксдвплмузбјгчцњжшфхќѓџѕљ"),
    "el": (_GREEK, "αοετινρσμηκπυςλίγδέήόάχωθύφώβξζψϊϋΐΰ"),
    "he": (_HEBREW, "יוהלאמרתבשנכעםחדקפגצטסזןךףץ"),
    "ar": (_ARABIC, "ايلنمرتوبةعسدفهكقحجشصطخذىءأضإثزظغآئؤ"),
}
"""Tables and letters beyond ASCII, the commonest first (in the gettext catalogues of Debian, 2026-11); in an order of
languages in which the likelier one comes first where two have all that a text has."""

_LATIN = frozenset((*_WESTERN, *_CENTRAL, *_TURKISH, *_BALTIC))

_MARKS = frozenset("¡¿«»“”„‘’‚…–—ºª°€£§©®™½¼•¨´\u00a0‹›№")
_WITHIN_WORDS = frozenset("’·´")
_WORDS = re.compile(rb"[A-Za-z\x80-\xff]+")
_WRONG = math.log(0.0001)
_MARK_IN_LATIN, _MARK_ELSEWHERE = math.log(0.05), math.log(0.002)  # most letters there are beyond ASCII, too


def table_of(language: str) -> str | None:
    """That in which Windows wrote a language (ISO 639-1); None where this module does not know its letters."""
    return _LANGUAGES[language][0][0] if language in _LANGUAGES else None


@dataclass(frozen=True)
class Reading:
    """A way to read a text."""

    encoding: str
    language: str
    """ISO 639-1. Of those that share a table any one may be named."""

    share: float
    """Of the bytes beyond ASCII, how many are letters of that language, or marks, where such may stand; 0 to 1."""

    likelihood: float
    """The logarithm of how likely the bytes beyond ASCII are, had this language been written with this table."""


def readings(content: bytes) -> list[Reading]:
    """The ways to read a text of an alphabet; none where it is ASCII.

    A letter is the likelier the commoner it is (Zipf's law). A mark between two letters, a capital behind a small
    letter, two scripts in a word, and any other sign tell against a way.
    """
    triples = Counter(_triples(content))
    found = [
        _reading(triples, encoding, language)
        for language, (encodings, _) in _LANGUAGES.items()
        for encoding in encodings
    ]
    return found if triples else []


def _triples(content: bytes) -> Iterator[tuple[int, int, int]]:
    """Each byte beyond ASCII with its neighbours in the word; 0 for none."""
    for word in _WORDS.findall(content):
        if not word.isascii():
            padded = b"\0" + word + b"\0"
            for at in range(1, len(padded) - 1):
                if padded[at] >= 0x80:
                    yield padded[at - 1], padded[at], padded[at + 1]


def _reading(triples: Counter[tuple[int, int, int]], encoding: str, language: str) -> Reading:
    signs, letters = _signs(encoding), _letters(language)
    is_latin = encoding in _LATIN
    n_right, likelihood = 0, 0.0
    for (before, byte, after), n in triples.items():
        sign, left, right = signs[byte], signs[before], signs[after]
        told = letters.get(sign)
        if told is not None:
            is_odd = sign.isupper() and left.islower()
            mixes = not is_latin and any(one.isascii() and one.isalpha() for one in (left, right))
            told = None if is_odd or mixes else told
        elif sign in _WITHIN_WORDS or (sign in _MARKS and not (left.isalpha() and right.isalpha())):
            told = _MARK_IN_LATIN if is_latin else _MARK_ELSEWHERE
        n_right += n if told is not None else 0
        likelihood += n * (_WRONG if told is None else told)
    return Reading(encoding, language, n_right / triples.total(), likelihood)


@cache
def _letters(language: str) -> Mapping[str, float]:
    """The logarithm of how likely each is among those of a language, small and capital."""
    letters = _LANGUAGES[language][1]
    whole = sum(1 / rank for rank in range(1, len(letters) + 1))
    likely = {letter: math.log(1 / (rank * whole)) for rank, letter in enumerate(letters, 1)}
    return {letter.upper(): told for letter, told in likely.items() if len(letter.upper()) == 1} | likely


@cache
def _signs(encoding: str) -> str:
    """What each of the 256 bytes means; U+FFFD where nothing is meant."""
    return "".join(bytes([byte]).decode(encoding, "replace") for byte in range(256))
