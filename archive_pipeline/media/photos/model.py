"""What is read of a photo."""

from dataclasses import dataclass

MOST_PIXELS = 250_000_000
"""The largest cameras have 150 million; a decompression bomb says in its header that it has more."""

PHOTO_EXTENSIONS = frozenset(
    b"jpg jpeg jpe jfif png tif tiff webp avif gif bmp dib heic heif hif jxl jp2 j2k j2c jpc jpf jpx jph psd".split()
)
RAW_EXTENSIONS = frozenset(b"dng cr2 cr3 nef nrw arw srf sr2 orf rw2 raf pef srw 3fr iiq erf kdc dcr mrw x3f".split())
"""Of what cameras write before they make a picture."""

PICTURE_SIDE = 336
"""Shortest side of a picture at most, as of sampled frames (DESIGN §4.3)."""

LONGEST_RATIO = 8
"""Of a picture's sides: of a panorama the longer one counts; an encoder sees a square."""


@dataclass(frozen=True)
class PhotoFacts:
    """What a file says. None: it does not, or what it says makes no sense."""

    format: str
    """JPEG, PNG, TIFF, WEBP, AVIF, GIF, BMP, HEIF, JXL, JP2, PSD or RAW."""
    width: int
    """Pixels, upright, as `height`."""
    height: int
    orientation: int = 1
    """EXIF's, 1 to 8; already applied to the picture, to `width` and to `height`."""
    taken_at: str | None = None
    """ISO 8601 without a time zone: the camera's clock."""
    latitude: float | None = None
    """Degrees north."""
    longitude: float | None = None
    """Degrees east."""
    camera: str | None = None
    title: str | None = None
    caption: str | None = None
    keywords: tuple[str, ...] = ()
    creator: str | None = None
    rights: str | None = None


@dataclass(frozen=True)
class Photo:
    """A photo that was read; `jpeg` has nothing of the original's metadata."""

    facts: PhotoFacts
    jpeg: bytes
    perceptual_hash: bytes
    """See media/perceptual_hash.py."""
