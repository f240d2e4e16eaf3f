"""A space holds the vectors of one encoder: vectors of two encoders cannot be compared, so they never meet.

It is a collection in Qdrant's words, which here would be mistaken for a collection of videos. Its name tells its layout
too, since that cannot be changed once a space is there: what an archive holds in an older layout is asked until its
videos are indexed anew.
"""

import hashlib
import re

from archive_pipeline.errors import ArchiveError, ConfigurationError

LAYOUT = 2
"""What points consist of, counted: 1 had vectors alone, 2 has terms beside them. Raise it as well when the same text
gives other terms or weights (`search/words`, another version of the stemmer)."""
_PREFIX = "shots-"  # on a shared server, other collections are nobody's business here
_SPACE = re.compile(rf"{_PREFIX}[a-z0-9][a-z0-9-]*")
_OF_LAYOUT = re.compile(r"(.*-[0-9a-f]{8})(?:-(\d+))?")


def space_name(encoder_name: str, identity: str) -> str:
    """`shots-<encoder>-<hash>-<layout>`: readable, safe as a folder and as a Qdrant name, different for different
    identities."""
    slug = re.sub(r"[^a-z0-9]+", "-", encoder_name.lower()).strip("-")[:80].strip("-") or "encoder"
    digest = hashlib.sha256(f"{encoder_name}\0{identity}".encode()).hexdigest()[:8]
    return f"{_PREFIX}{slug}-{digest}-{LAYOUT}"


def in_present_layout(space: str) -> str:
    """The name that a space of any layout has in the present one."""
    found = _OF_LAYOUT.fullmatch(space)
    return f"{found.group(1)}-{LAYOUT}" if found else space


def is_space(name: str) -> bool:
    return _SPACE.fullmatch(name) is not None


def index_damaged(error: BaseException) -> ArchiveError:
    return ArchiveError(
        "index_damaged",
        f"The search index cannot be read ({error}). Nothing is lost: `archive-pipeline repair` makes it again from "
        "the lake, without decoding or encoding.",
    )


def unknown_space(space: str) -> ConfigurationError:
    return ConfigurationError("unknown_space", f"The index has no space {space!r}: create it with ensure_space first.")


def size_mismatch(space: str, expected: int, got: int) -> ConfigurationError:
    return ConfigurationError(
        "vector_size_mismatch",
        f"Space {space} holds vectors of {expected} numbers, these have {got}: they come from another encoder. "
        "Use the encoder that the space is named after, or the space of this encoder.",
    )
