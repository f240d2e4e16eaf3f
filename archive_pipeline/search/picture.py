"""A picture that somebody asks with: decoded from untrusted bytes, once, into a clean JPEG as the archive's own are."""

import warnings
from dataclasses import dataclass
from io import BytesIO

from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

from archive_pipeline.errors import RequestError

MOST_PICTURE_BYTES = 25_000_000
MOST_PICTURE_PIXELS = 50_000_000
"""A camera's largest, and 150 MB as RGB; a decompression bomb says in its header that it is larger."""

_FORMATS = ("JPEG", "PNG", "WEBP", "AVIF")
_SHORTEST_SIDE = 672  # twice the archive's own pictures; larger ones only cost time
_LONGEST_SIDE = 4 * _SHORTEST_SIDE
_QUALITY = 95
_FEWEST_PIXELS = 16  # of a part's sides: less shows nothing
_LYING = (5, 6, 7, 8)  # orientations of EXIF that exchange width and height


Part = tuple[float, float, float, float]
"""A part of an upright picture: its left, top, right and bottom in fractions, from the picture's top left corner."""


@dataclass(frozen=True)
class QueryPicture:
    """A picture that is safe to encode, show and keep: upright RGB, nothing of the original's metadata."""

    jpeg: bytes
    width: int
    """Pixels."""
    height: int


def read_picture(data: bytes, part: Part | None = None) -> QueryPicture:
    """Decode the bytes of a JPEG, PNG, WebP or AVIF file; of an animation, its first picture. Transparency turns white.
    Where a `part` is named, only that.

    Raises RequestError `picture_too_large`, `picture_format` (anything else, SVG and PDF included),
    `picture_too_many_pixels` (before anything is decoded), `picture_damaged`; `bad_box`, `box_too_small` for a part.
    """
    if part:
        _check(part)
    if len(data) > MOST_PICTURE_BYTES:
        raise RequestError(
            "picture_too_large",
            f"The picture has more than {MOST_PICTURE_BYTES / 1e6:.0f} MB: ask with a smaller copy of it.",
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # our own bound is lower than Pillow's
            with Image.open(BytesIO(data), formats=_FORMATS) as picture:
                return _clean(picture, part)
    except UnidentifiedImageError:
        raise RequestError(
            "picture_format", "This is not a JPEG, PNG, WebP or AVIF picture: save it as one of these."
        ) from None
    except Image.DecompressionBombError:
        raise _too_many_pixels() from None
    except RequestError:
        raise
    except Exception as error:  # what decoders raise for damaged and hostile files is without end
        raise RequestError(
            "picture_damaged",
            f"The picture cannot be decoded ({type(error).__name__}): open it in a picture editor and save it again.",
        ) from error


def upright_size(data: bytes) -> tuple[int, int]:
    """(width, height) in pixels of a file that `read_picture` takes, as a person sees it. Nothing is decoded."""
    with Image.open(BytesIO(data), formats=_FORMATS) as picture:
        turned = picture.getexif().get(ExifTags.Base.Orientation) in _LYING
        return (picture.height, picture.width) if turned else picture.size


def _clean(picture: Image.Image, part: Part | None) -> QueryPicture:
    width, height = picture.size
    if width * height > MOST_PICTURE_PIXELS:
        raise _too_many_pixels()
    if not part:
        scale = _scale(picture.size)
        picture.draft("RGB", (round(width * scale), round(height * scale)))  # JPEGs only: decodes a smaller one at once
    upright = _on_white(ImageOps.exif_transpose(picture))
    if part:
        upright = _cut_out(upright, part)
    scale = _scale(upright.size)
    if scale < 1:
        target = (max(1, round(upright.width * scale)), max(1, round(upright.height * scale)))
        upright = upright.resize(target, Image.Resampling.BICUBIC)
    written = BytesIO()
    upright.save(written, "JPEG", quality=_QUALITY, subsampling=0)
    return QueryPicture(written.getvalue(), *upright.size)


def _check(part: Part) -> None:
    left, top, right, bottom = part
    if not (0 <= left < right <= 1 and 0 <= top < bottom <= 1):  # nor numbers that are none
        raise RequestError("bad_box", "A box has its left, top, right and bottom in fractions of the picture, 0 to 1.")


def _cut_out(picture: Image.Image, part: Part) -> Image.Image:
    left, top, right, bottom = (
        round(share * side) for share, side in zip(part, (picture.width, picture.height) * 2, strict=True)
    )
    if min(right - left, bottom - top) < _FEWEST_PIXELS:
        raise RequestError(
            "box_too_small",
            f"The box holds {right - left} × {bottom - top} pixels, too few to show anything ({_FEWEST_PIXELS} a side "
            "do): draw a larger one.",
        )
    return picture.crop((left, top, right, bottom))


def _scale(size: tuple[int, int]) -> float:
    return min(1.0, _SHORTEST_SIDE / min(size), _LONGEST_SIDE / max(size))


def _on_white(picture: Image.Image) -> Image.Image:
    """RGB; what is transparent in the picture is white, 16-bit greys are brought to 8."""
    if picture.mode.startswith("I"):
        return picture.convert("I").point(lambda grey: grey / 256).convert("L").convert("RGB")
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    layered = picture.convert("RGBA")
    white = Image.new("RGBA", layered.size, "white")
    return Image.alpha_composite(white, layered).convert("RGB")


def _too_many_pixels() -> RequestError:
    return RequestError(
        "picture_too_many_pixels",
        f"The picture has more than {MOST_PICTURE_PIXELS / 1e6:.0f} million pixels: ask with a smaller copy of it.",
    )
