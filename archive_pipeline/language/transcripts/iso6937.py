"""ISO 6937, the Latin letters of teletext and EBU STL: an accent stands before its letter."""

import unicodedata

_ACCENTS = dict(
    zip(
        b"\xc1\xc2\xc3\xc4\xc5\xc6\xc7\xc8\xc9\xca\xcb\xcc\xcd\xce\xcf",
        "\u0300\u0301\u0302\u0303\u0304\u0306\u0307\u0308\u0308\u030a\u0327\u0332\u030b\u0328\u030c",
        strict=True,
    )
)
"""C9 was the German umlaut before it was one with the diaeresis, CC underlines."""

_ALONE = dict(zip(dict.fromkeys(_ACCENTS.values()), "`´^~¯˘˙¨˚¸_˝˛ˇ", strict=True))
_SIGNS = {
    0xA0: "\u00a0¡¢£$¥\ufffd§¤‘“«←↑→↓°±²³×µ¶·÷’”»¼½¾¿",  # A4: as in T.61; ISO 6937 has no sign there
    0xD0: "—¹®©™♪¬¦",
    0xDC: "⅛⅜⅝⅞ΩÆĐªĦ\ufffdĲĿŁØŒºÞŦŊŉĸæđðħıĳŀłøœßþŧŋ\u00ad",
}
_PLAIN = {first + n: sign for first, signs in _SIGNS.items() for n, sign in enumerate(signs)}


def decode(content: bytes) -> str:
    """The text; U+FFFD where no sign is meant. An accent before a blank or at the end stands alone.

    Source: ITU-T T.51 | ISO/IEC 6937, EBU Tech 3264 appendix 2.
    """
    text, accent = [], ""
    for byte in content:
        if byte in _ACCENTS:
            text.append(_ALONE.get(accent, ""))
            accent = _ACCENTS[byte]
            continue
        sign = chr(byte) if byte < 0x80 else _PLAIN.get(byte, "\ufffd")
        if accent and sign.isalpha():
            sign = unicodedata.normalize("NFC", sign + accent)
        elif accent:
            sign = _ALONE[accent] + ("" if sign == " " else sign)
        accent = ""
        text.append(sign)
    return "".join(text) + _ALONE.get(accent, "")
