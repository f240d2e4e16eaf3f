"""The reader of this process. Importing this imports no reader."""

import threading
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from archive_pipeline.errors import ConfigurationError

if TYPE_CHECKING:
    from archive_pipeline.language.visible_text.model import TextReader

_PACKAGE = "rapidocr"
_lock = threading.Lock()


def reader_identity() -> str:
    """What the answers depend on, for fingerprints: the models are part of the package. Cheap: nothing is loaded.

    Raises ConfigurationError `ocr_missing`.
    """
    try:
        return f"{_PACKAGE} {version(_PACKAGE)}"
    except PackageNotFoundError:
        raise _missing("it is not installed") from None


def get_reader() -> "TextReader":
    """Loaded by whoever asks first, and kept. Raises ConfigurationError `ocr_missing`."""
    with _lock:
        return _load()


@cache
def _load() -> "TextReader":
    reader_identity()
    try:
        from archive_pipeline.language.visible_text.rapid import RapidReader
    except ImportError as error:  # an OpenCV of somebody else's may lack libraries
        raise _missing(str(error)) from error
    return RapidReader()


def _missing(why: str) -> ConfigurationError:
    return ConfigurationError(
        "ocr_missing",
        f"Writing in pictures is read by rapidocr, which cannot be used here ({why}): "
        "pip install 'archive-pipeline[ocr]'.",
    )
