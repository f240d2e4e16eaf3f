"""JPEG 2000 beyond what Pillow tells of it: profile and metadata in the boxes of a JP2, how far a picture may be
reduced as it is decoded, and the pictures of a cinema's package, which are X′Y′Z′.

Boxes after ISO/IEC 15444-1, annex I; markers after annex A.
"""

import struct
from collections.abc import Iterator
from io import BytesIO
from typing import IO

import numpy as np
from PIL import Image, Jpeg2KImagePlugin

_CODESTREAM = b"\xff\x4f\xff\x51"
_LONGEST_BOX = 16_000_000  # of what is read: profiles take 3 MB at most, XMP less
_LONGEST_HEADER = 65_536
_CODING_STYLE = b"\xff\x52"
_CINEMA = frozenset((3, 4, 5, 6))  # Rsiz of the 2K and 4K profiles
_EXIF, _XMP = b"JpgTiffExif->JP2", bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
_FROM_XYZ = np.array([[3.2406, -1.5372, -0.4986], [-0.9689, 1.8758, 0.0415], [0.0557, -0.2040, 1.0570]])


def complete(picture: Jpeg2KImagePlugin.Jpeg2KImageFile) -> None:
    """Have `picture.info` hold ICC profile, EXIF and XMP, as of other formats."""
    assert picture.fp is not None
    before = picture.fp.tell()
    picture.fp.seek(0)
    for kind, content in _boxes(picture.fp, -1):
        if kind == b"jp2h":
            colours = [body for name, body in _boxes(BytesIO(content), len(content)) if name == b"colr"]
            profiles = [body[3:] for body in colours if body[:1] in (b"\x02", b"\x03")]
            picture.info.update(icc_profile=profiles[0] if profiles else None)
        elif kind == b"uuid" and content.startswith(_XMP):
            picture.info["xmp"] = content[16:]
        elif kind == b"uuid" and content.startswith(_EXIF):
            picture.info["exif"] = b"Exif\0\0" + content[16:].removeprefix(b"Exif\0\0")
    picture.fp.seek(before)


def decode_small(picture: Jpeg2KImagePlugin.Jpeg2KImageFile, target: tuple[int, int]) -> None:
    """Decode it in the smallest halving that is twice `target` (width, height) or more: 100 million pixels take
    tens of megabytes then, not gigabytes. Not where its numbers are those of a palette."""
    halvings = 0
    while all(side >> (halvings + 1) >= 2 * least for side, least in zip(picture.size, target, strict=True)):
        halvings += 1
    halvings = 0 if picture.mode == "P" else min(halvings, _levels(picture))
    if halvings:
        step = 1 << halvings
        # Pillow 13 rounds sizes where the standard rounds them up, and OpenJPEG refuses what is too small
        picture._size = (-(-picture.width // step) * step, -(-picture.height // step) * step)
        picture.reduce = halvings
    picture.load()


def is_cinema(picture: Jpeg2KImagePlugin.Jpeg2KImageFile) -> bool:
    """Whether its codestream is of a profile for cinemas (SMPTE ST 428-1)."""
    header = _header(picture)
    return len(header) > 8 and int.from_bytes(header[6:8], "big") in _CINEMA


def of_cinema(picture: Image.Image) -> Image.Image:
    """X′Y′Z′ of a projector as sRGB: 48 cd/m² is white."""
    light = (np.asarray(picture.convert("RGB"), np.float32) / 255) ** 2.6 * (52.37 / 48)
    linear = np.clip(light @ _FROM_XYZ.T.astype(np.float32), 0, 1)
    shown = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    return Image.fromarray((shown * 255 + 0.5).astype(np.uint8))


def _levels(picture: Jpeg2KImagePlugin.Jpeg2KImageFile) -> int:
    """How often the codestream halves its pictures; 0 where it does not say."""
    header = _header(picture)
    at = 2
    while at + 4 <= len(header):
        marker, length = header[at : at + 2], int.from_bytes(header[at + 2 : at + 4], "big")
        if marker == _CODING_STYLE:
            return header[at + 9] if at + 9 < len(header) else 0
        at += 2 + max(length, 2)
    return 0


def _header(picture: Jpeg2KImagePlugin.Jpeg2KImageFile) -> bytes:
    """The codestream's first bytes, from SOC on."""
    assert picture.fp is not None
    before = picture.fp.tell()
    picture.fp.seek(0)
    head = picture.fp.read(_LONGEST_HEADER)
    if not head.startswith(_CODESTREAM):
        picture.fp.seek(0)
        found = (content for kind, content in _boxes(picture.fp, -1) if kind == b"jp2c")
        head = next(found, b"")[:_LONGEST_HEADER]
    picture.fp.seek(before)
    return head


def _boxes(file: IO[bytes], end: int) -> Iterator[tuple[bytes, bytes]]:
    """Type and content of each box; of a codestream and of what is too long, the beginning."""
    while end < 0 or file.tell() < end:
        at = file.tell()
        head = file.read(8)
        if len(head) < 8:
            return
        length, kind = struct.unpack(">I4s", head)
        if length == 1:
            length = int.from_bytes(file.read(8), "big")
        begin = file.tell()
        most = _LONGEST_HEADER if kind == b"jp2c" else _LONGEST_BOX
        size = most if length == 0 else max(length - (begin - at), 0)
        yield kind, file.read(min(size, most))
        if length == 0:
            return
        file.seek(begin + size)
