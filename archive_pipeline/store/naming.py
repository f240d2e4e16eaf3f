"""One reversible escape from file names (any bytes) to partition keys, lake paths and readable video ids.

A file name on Linux is bytes: it may hold newlines, quotes or bytes that are not UTF-8. A Dagster partition key may
hold neither control characters nor `...`, and its UI splits typed selections at `,` and reads `[`, `]`, `"` and `*`
as syntax.
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import PurePosixPath
from urllib.parse import quote_from_bytes, unquote_to_bytes

COLLECTION_NAME = re.compile(r"[a-z][a-z0-9_]*")
_CHUNK_BYTES = 200  # a directory entry holds 255 bytes; room is left for suffixes and temporary names
_BACKSLASHED = re.compile(r"\\(?:x[0-9a-f]{2}|u[0-9a-f]{4}|U[0-9a-f]{8}|.)")
_KEY_SYNTAX = frozenset('%",[]*\\')


@dataclass(frozen=True, order=True)
class VideoName:
    """A video's identity: its collection and its path relative to the source (bytes) when it was first seen.

    A file that is moved keeps its name, so that its results, points and links stay what they were.
    """

    collection: str
    path: bytes

    def __post_init__(self) -> None:
        if not _is_collection_name(self.collection):
            raise ValueError(f"collection {self.collection!r} does not match [a-z][a-z0-9_]*")
        if not self.path:
            raise ValueError("a video's path is empty")

    @property
    def video_id(self) -> str:
        """Readable and unique: printable text as it is; `\\n`, `\\xe9` and `\\\\` for what cannot be shown."""
        return f"{self.collection}/{readable(self.path)}"

    @property
    def is_album(self) -> bool:
        """Whether it is a folder of photos, whose path ends in `/`, as that of no file does."""
        return self.path.endswith(b"/")

    @property
    def partition_key(self) -> str:
        return f"{self.collection}/{escape(self.path)}"

    @property
    def relative_file(self) -> PurePosixPath:
        """Where the video's tables lie in a folder: `<collection>/<escaped path>`, long names cut into folders.

        Folders made by cutting end in a bare `%`, which no escape produces, so that two videos never meet.
        """
        name = escape(self.path).replace("/", "%2F")
        chunks = _cut(name)
        return PurePosixPath(self.collection, *(chunk + "%" for chunk in chunks[:-1]), chunks[-1])

    @classmethod
    def from_video_id(cls, video_id: str) -> "VideoName":
        """ValueError for what is no video id."""
        collection, _, shown = video_id.partition("/")
        return cls(collection, from_readable(shown))

    @classmethod
    def from_partition_key(cls, key: str) -> "VideoName":
        collection, _, escaped = key.partition("/")
        return cls(collection, unescape(escaped))

    @classmethod
    def from_relative_file(cls, path: PurePosixPath) -> "VideoName":
        collection, *chunks = path.parts
        return cls(collection, unescape("".join([c[:-1] for c in chunks[:-1]] + chunks[-1:])))


@cache
def _is_collection_name(text: str) -> bool:  # asked for every row of the catalogue
    return COLLECTION_NAME.fullmatch(text) is not None


def escape(path: bytes) -> str:
    """Percent-escape what a partition key cannot hold; everything else, accents and emoji too, stays readable."""
    text = path.decode("utf-8", "surrogateescape")
    escaped = "".join(_escape_character(character) for character in text)
    escaped = re.sub(r"\.{3,}", lambda dots: "%2E" * len(dots[0]), escaped)
    if escaped.endswith(" "):  # keys typed or pasted by people lose a blank at the end
        escaped = escaped[:-1] + "%20"
    return "%20" + escaped[1:] if escaped.startswith(" ") else escaped


def unescape(text: str) -> bytes:
    return unquote_to_bytes(text)


def readable(path: bytes) -> str:
    """The path as people read it: injective, valid UTF-8, printable (backslash escapes for the rest)."""
    text = path.decode("utf-8", "surrogateescape").replace("\\", "\\\\")
    return "".join(c if c.isprintable() else _backslash(c) for c in text)


def from_readable(text: str) -> bytes:
    """The path that `readable` showed as `text`."""
    return _BACKSLASHED.sub(_unbackslash, text).encode("utf-8", "surrogateescape")


def _escape_character(character: str) -> str:
    if character in _KEY_SYNTAX or not character.isprintable():
        return quote_from_bytes(character.encode("utf-8", "surrogateescape"), safe="")
    return character


def _backslash(character: str) -> str:
    if "\udc80" <= character <= "\udcff":  # one byte that is not UTF-8
        return f"\\x{ord(character) - 0xDC00:02x}"
    if "\x80" <= character <= "\xff":  # `\\x85` is the byte; the character U+0085 is another name
        return f"\\u{ord(character):04x}"
    return character.encode("unicode_escape").decode("ascii")


def _unbackslash(escaped: re.Match[str]) -> str:
    text = escaped[0]
    if text.startswith("\\x") and text[2] in "89abcdef":
        return chr(0xDC00 + int(text[2:], 16))
    return text.encode("ascii").decode("unicode_escape")


def _cut(name: str) -> list[str]:
    """Cut into pieces of at most _CHUNK_BYTES bytes of UTF-8, never inside a character."""
    pieces, piece, size = [], "", 0
    for character in name:
        width = len(character.encode("utf-8"))
        if size + width > _CHUNK_BYTES:
            pieces.append(piece)
            piece, size = "", 0
        piece += character
        size += width
    return [*pieces, piece]
