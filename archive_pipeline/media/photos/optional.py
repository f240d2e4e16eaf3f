"""Formats whose libraries come with the extra `photos`: HEIC and what cameras write before they make a picture."""

from importlib import import_module
from types import ModuleType

from archive_pipeline.errors import MediaError

_HEIC = frozenset((b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"hevm", b"hevs", b"mif1", b"msf1"))


def is_heic(head: bytes) -> bool:
    """Whether a file that begins so is of the HEIF family and no AVIF, which Pillow reads by itself."""
    return head[4:8] == b"ftyp" and head[8:12] in _HEIC and b"avif" not in head[12:]


def register_heic() -> None:
    """Have Pillow open HEIC. Raises MediaError `photo_needs_extra`.

    pi-heif and not pillow-heif: the same reader, without x265, which is GPL.
    """
    needed("pi_heif", "HEIC").register_heif_opener(thumbnails=False)


def needed(module: str, what: str) -> ModuleType:
    """The module. Raises MediaError `photo_needs_extra`."""
    try:
        return import_module(module)
    except ImportError:
        raise MediaError(
            "photo_needs_extra",
            f"{what} is read with the extra `photos`: pip install 'archive-pipeline[photos]', then "
            "archive-pipeline ingest COLLECTION --retry-failed.",
        ) from None
