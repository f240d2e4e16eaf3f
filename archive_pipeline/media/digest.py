"""The identity of a file's content."""

import hashlib
from pathlib import Path

from archive_pipeline.errors import PassingError


def sha256_of(path: Path) -> str:
    """SHA-256 of the whole file, hexadecimal. Raises PassingError `read_failed`."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise PassingError(
            "read_failed", f"The file cannot be read ({error.strerror}). Check the disk and the permissions."
        ) from error
