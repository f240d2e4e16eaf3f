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
_LYING = (5, 6, 7, 8)  # orientations of EXIF that exchange width and height


@dataclass(frozen=True)
class QueryPicture:
    """A picture that is safe to encode, show and keep: upright RGB, nothing of the original's metadata."""

    jpeg: bytes
    width: int
    """Pixels."""
    height: int


def read_picture(data: bytes) -> QueryPicture:
    """Decode the bytes of a JPEG, PNG, WebP or AVIF file; of an animation, its first picture. Transparency turns white.

    Raises RequestError `picture_too_large`, `picture_format` (anything else, SVG and PDF included),
    `picture_too_many_pixels` (before anything is decoded), `picture_damaged`.
    """
    if len(data) > MOST_PICTURE_BYTES:
        raise RequestError(
            "picture_too_large",
            f"The picture has more than {MOST_PICTURE_BYTES / 1e6:.0f} MB: ask with a smaller copy of it.",
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # our own bound is lower than Pillow's
            with Image.open(BytesIO(data), formats=_FORMATS) as picture:
                return _clean(picture)
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


def _clean(picture: Image.Image) -> QueryPicture:
    width, height = picture.size
    if width * height > MOST_PICTURE_PIXELS:
        raise _too_many_pixels()
    scale = _scale(picture.size)
    picture.draft("RGB", (round(width * scale), round(height * scale)))  # JPEGs only: decodes a smaller one at once
    upright = _on_white(ImageOps.exif_transpose(picture))
    scale = _scale(upright.size)
    if scale < 1:
        target = (max(1, round(upright.width * scale)), max(1, round(upright.height * scale)))
        upright = upright.resize(target, Image.Resampling.BICUBIC)
    written = BytesIO()
    upright.save(written, "JPEG", quality=_QUALITY, subsampling=0)
    return QueryPicture(written.getvalue(), *upright.size)


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
