"""A space holds the vectors of one encoder: vectors of two encoders cannot be compared, so they never meet.

It is a collection in Qdrant's words, which here would be mistaken for a collection of videos.
"""

import hashlib
import re

from archive_pipeline.errors import ConfigurationError

_PREFIX = "shots-"  # on a shared server, other collections are nobody's business here
_SPACE = re.compile(rf"{_PREFIX}[a-z0-9][a-z0-9-]*")


def space_name(encoder_name: str, identity: str) -> str:
    """`shots-<encoder>-<hash>`: readable, safe as a folder and as a Qdrant name, different for different identities."""
    slug = re.sub(r"[^a-z0-9]+", "-", encoder_name.lower()).strip("-")[:80].strip("-") or "encoder"
    digest = hashlib.sha256(f"{encoder_name}\0{identity}".encode()).hexdigest()[:8]
    return f"{_PREFIX}{slug}-{digest}"


def is_space(name: str) -> bool:
    return _SPACE.fullmatch(name) is not None


def unknown_space(space: str) -> ConfigurationError:
    return ConfigurationError("unknown_space", f"The index has no space {space!r}: create it with ensure_space first.")


def size_mismatch(space: str, expected: int, got: int) -> ConfigurationError:
    return ConfigurationError(
        "vector_size_mismatch",
        f"Space {space} holds vectors of {expected} numbers, these have {got}: they come from another encoder. "
        "Use the encoder that the space is named after, or the space of this encoder.",
    )
