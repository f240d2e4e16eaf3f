"""EBU STL files as tests need them, byte by byte after EBU Tech 3264."""

import unicodedata
from collections.abc import Iterable

UNUSED = b"\x8f"


def gsi(
    *, dfc: bytes = b"STL25.01", cct: bytes = b"00", lc: bytes = b"0A", n_blocks: int = 1, tcp: bytes = b"10000000"
) -> bytes:
    """The block about the programme: frame rate, code table, language, blocks that follow, where it begins."""
    block = bytearray(b" " * 1024)
    for at, value in ((0, b"850"), (3, dfc), (11, b"1"), (12, cct), (14, lc), (238, b"%05d" % n_blocks), (256, tcp)):
        block[at : at + len(value)] = value
    return bytes(block)


def tti(
    text: bytes,
    begin: str = "10:00:01:00",
    end: str = "10:00:02:00",
    *,
    number: int = 0,
    extension: int = 0xFF,
    cumulative: int = 0,
    comment: int = 0,
    group: int = 0,
) -> bytes:
    """A block of text between two timecodes."""
    times = b"".join(bytes(int(part) for part in time.split(":")) for time in (begin, end))
    head = bytes([group]) + number.to_bytes(2, "little") + bytes([extension, cumulative]) + times
    return head + bytes([20, 2, comment]) + text.ljust(112, UNUSED)[:112]


def stl(blocks: Iterable[bytes], **about: bytes | int) -> bytes:
    """A file of these blocks."""
    written = list(blocks)
    return gsi(**{"n_blocks": len(written), **about}) + b"".join(written)  # type: ignore[arg-type]


_ACCENTS = dict(
    zip("\u0300\u0301\u0303\u0308\u0327\u030b\u0328\u030c", b"\xc1\xc2\xc4\xc8\xcb\xcd\xce\xcf", strict=True)
)
_SIGNS = {"¡": 0xA1, "·": 0xB7, "¿": 0xBF, "ª": 0xE3, "Ł": 0xE8, "ı": 0xF5, "ł": 0xF8, "ß": 0xFB}


def as_iso6937(text: str) -> bytes:
    """As an STL file has it: an accent before its letter."""
    written = bytearray()
    for letter in text:
        base, *accents = unicodedata.normalize("NFD", letter)
        written += bytes([*(_ACCENTS[accent] for accent in accents), _SIGNS.get(base) or ord(base)])
    return bytes(written)
