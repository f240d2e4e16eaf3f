"""One file → its facts and its picture. Runs where a hostile file can do no harm: see `reader.py`."""

import errno
import os
import warnings
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

from PIL import Image, Jpeg2KImagePlugin, TiffImagePlugin, UnidentifiedImageError

from archive_pipeline.errors import MediaError
from archive_pipeline.media.perceptual_hash import perceptual_hash
from archive_pipeline.media.photos import jp2
from archive_pipeline.media.photos.colours import on_white, resizable
from archive_pipeline.media.photos.jxl import is_jxl, jxl_as_png
from archive_pipeline.media.photos.metadata import metadata_of, orientation_of
from archive_pipeline.media.photos.model import (
    LONGEST_RATIO,
    MOST_PIXELS,
    PICTURE_SIDE,
    RAW_EXTENSIONS,
    Photo,
    PhotoFacts,
)
from archive_pipeline.media.photos.optional import is_heic, register_heic
from archive_pipeline.media.photos.raw import DNG_VERSION, RawPicture, open_raw

_FORMATS: Mapping[str, str] = {
    "JPEG": "JPEG",
    "PNG": "PNG",
    "TIFF": "TIFF",
    "WEBP": "WEBP",
    "AVIF": "AVIF",
    "GIF": "GIF",
    "BMP": "BMP",
    "DIB": "BMP",
    "JPEG2000": "JP2",
    "PSD": "PSD",
}
"""Pillow's names of what it may open, and ours."""

_JPEG = b"\xff\xd8\xff"
_QUALITY = 90
_SNIFFED_BYTES = 64
_OF_DAMAGE = (None, errno.EINVAL, errno.EOVERFLOW)
"""Numbers of an OSError that decoders raise by themselves, or whoever seeks where a damaged file points to."""

_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What makes a picture of an orientation upright."""


def decode(path: Path, ffmpeg: Path, side: int = PICTURE_SIDE) -> Photo:
    """Read a photo; of several pages or pictures the first counts. What a file is, its content says, not its name.
    `side`: of its picture the shortest at most, in pixels.

    Raises MediaError `photo_empty`, `photo_format` (nothing that is known), `photo_too_many_pixels` (before anything is
    decoded), `photo_needs_extra`, `photo_damaged`; and OSError where the file cannot be read, MemoryError.
    """
    with path.open("rb") as file:
        head = file.read(_SNIFFED_BYTES)
    if not head:
        raise MediaError("photo_empty", "The file is empty. Replace it by a whole copy, or move it away.")
    Image.MAX_IMAGE_PIXELS = None  # our own bound is asked before anything is decoded
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of broken EXIF and the like
            return _decode(path, head, ffmpeg, side)
    except (MediaError, MemoryError):
        raise
    except UnidentifiedImageError:
        raise MediaError(
            "photo_format", "This is no picture of a known format, whatever its name says. Convert it, or move it away."
        ) from None
    except Exception as error:  # what decoders raise for damaged and hostile files is without end
        if isinstance(error, OSError) and error.errno not in _OF_DAMAGE:
            raise
        raise MediaError(
            "photo_damaged",
            f"The picture cannot be decoded ({type(error).__name__}: {str(error)[:200]}). Replace it by a whole copy.",
        ) from error


def _decode(path: Path, head: bytes, ffmpeg: Path, side: int) -> Photo:
    extension = os.fsencode(path.suffix.lower().removeprefix("."))
    if extension in RAW_EXTENSIONS and not head.startswith(_JPEG):
        raw = open_raw(path)
        if raw:
            return _developed(raw, path, side)
    if is_jxl(head):
        with Image.open(BytesIO(jxl_as_png(path, ffmpeg)), formats=["PNG"]) as picture:
            return _photo(picture, "JXL", side)
    if is_heic(head):
        register_heic()
        with Image.open(path, formats=["HEIF"]) as picture:
            return _photo(picture, "HEIF", side)
    with Image.open(path, formats=[*_FORMATS]) as picture:  # a JPEG of several, of phones, is named MPO then
        raw = open_raw(path) if DNG_VERSION in getattr(picture, "tag_v2", ()) else None
        return _developed(raw, path, side) if raw else _photo(picture, _FORMATS.get(str(picture.format), "JPEG"), side)


def _photo(picture: Image.Image, format: str, side: int) -> Photo:
    _check_pixels(picture.size)
    if isinstance(picture, Jpeg2KImagePlugin.Jpeg2KImageFile):
        jp2.complete(picture)
    turn = orientation_of(picture)
    told = picture.info.get("original_orientation") or turn  # of HEIC, which comes upright
    if isinstance(picture, TiffImagePlugin.TiffImageFile):  # which Pillow turns itself as it decodes it
        turn = 1
    width, height = picture.size[::-1] if turn >= 5 else picture.size
    facts = PhotoFacts(format, width, height, told, **metadata_of(picture))
    return _shown(picture, turn, facts, side)


def _developed(raw: RawPicture, path: Path, side: int) -> Photo:
    """Its metadata are in the file's own TIFF structure, where it has one, or in the embedded picture."""
    _check_pixels(raw.size)
    picture, turn = raw.picture(side)
    told = metadata_of(picture)
    try:
        with Image.open(path, formats=["TIFF"]) as container:
            told |= metadata_of(container)
    except (OSError, ValueError, SyntaxError):
        pass
    return _shown(picture, turn, PhotoFacts("RAW", *raw.size, raw.orientation, **told), side)


def _shown(picture: Image.Image, turn: int, facts: PhotoFacts, side: int) -> Photo:
    """Its picture: upright, in sRGB, small; nothing of the original's metadata."""
    profile = picture.info.get("icc_profile")
    scale = min(1.0, side / min(picture.size), LONGEST_RATIO * side / max(picture.size))
    target = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    picture.draft(picture.mode, target)  # JPEGs only: decodes a smaller one at once
    is_cinema = False
    if isinstance(picture, Jpeg2KImagePlugin.Jpeg2KImageFile):
        is_cinema = jp2.is_cinema(picture)
        jp2.decode_small(picture, target)
    small = resizable(picture)
    if small.size != target:
        small = small.resize(target, Image.Resampling.BICUBIC, reducing_gap=3.0)
    if turn in _TURNS:
        small = small.transpose(_TURNS[turn])
    shown = jp2.of_cinema(small) if is_cinema else on_white(small, profile)
    written = BytesIO()
    shown.save(written, "JPEG", quality=_QUALITY)
    return Photo(facts, written.getvalue(), perceptual_hash(shown))


def _check_pixels(size: tuple[int, int]) -> None:
    if size[0] * size[1] > MOST_PIXELS:
        raise MediaError(
            "photo_too_many_pixels",
            f"The picture has {size[0]}×{size[1]} pixels, over {MOST_PIXELS / 1e6:.0f} million: put a smaller copy in "
            "its place.",
        )
