"""Rows of a list ↔ videos: by path, by name, or by what a pattern finds in the path."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from archive_pipeline.collections.walk import VIDEO_EXTENSIONS
from archive_pipeline.language.lists.reading import ListRow
from archive_pipeline.store.naming import VideoName


@dataclass(frozen=True)
class Joined:
    """Every row is in one of the first four, every video with a row in `rows` or else in `videos_without_row`."""

    rows: Mapping[VideoName, ListRow]
    rows_without_file: tuple[ListRow, ...]
    ambiguous: tuple[ListRow, ...]
    """Their name is that of several files."""
    repeated: tuple[ListRow, ...]
    """An earlier row is about the same file."""
    videos_without_row: tuple[VideoName, ...]
    further: Mapping[VideoName, Sequence[ListRow]] = field(default_factory=dict)
    """Rows about a video after its first."""

    @property
    def n_rows_left(self) -> int:
        """Rows that are joined to no file, for whatever reason."""
        return len(self.rows_without_file) + len(self.ambiguous) + len(self.repeated)


def join_list(rows: Sequence[ListRow], videos: Mapping[VideoName, bytes], pattern: str | None = None) -> Joined:
    """`videos`: where each lies, relative to its source.

    Without a pattern a row names its file by its path or the end of it, with or without the extension, in any case;
    the longest end that is a file's decides, so that paths of another machine are understood. A pattern finds in a path
    what the row names, by its group where it has one; then one row may be about several files.
    """
    found = _by_pattern(videos, re.compile(pattern)) if pattern else None
    ends = {} if pattern else _by_end(videos)
    joined: dict[VideoName, ListRow] = {}
    without: list[ListRow] = []
    ambiguous: list[ListRow] = []
    repeated: list[ListRow] = []
    further: dict[VideoName, list[ListRow]] = defaultdict(list)
    for row in rows:
        own = found.get(_key(row.file), []) if found is not None else _named(row.file, ends)
        free = [video for video in own if video not in joined]
        if not own:
            without.append(row)
        elif len(own) > 1 and found is None:
            ambiguous.append(row)
        else:
            for video in own:
                if video in joined:
                    further[video].append(row)
            if not free:
                repeated.append(row)
            joined |= dict.fromkeys(free, row)
    left = tuple(video for video in videos if video not in joined)
    return Joined(joined, tuple(without), tuple(ambiguous), tuple(repeated), left, dict(further))


def _by_pattern(videos: Mapping[VideoName, bytes], pattern: re.Pattern[str]) -> dict[str, list[VideoName]]:
    found: dict[str, list[VideoName]] = defaultdict(list)
    for video, path in videos.items():
        if match := pattern.search(unicodedata.normalize("NFC", path.decode("utf-8", "replace"))):
            found[_key(match[1] if pattern.groups and match[1] else match[0])].append(video)
    return found


def _by_end(videos: Mapping[VideoName, bytes]) -> dict[str, list[VideoName]]:
    """By each end of each path, and by the same without its extension, which no path is taken for."""
    ends: dict[str, list[VideoName]] = defaultdict(list)
    for video, path in videos.items():
        key = _key(path.decode("utf-8", "replace"))
        for end in _ends(key):
            ends[end].append(video)
            ends[_STEM + _stem(end)].append(video)
    return ends


_STEM = "\0"


def _named(written: str, ends: Mapping[str, list[VideoName]]) -> list[VideoName]:
    key = _key(written)
    for end in _ends(key):
        if end in ends:
            return ends[end]
    for end in _ends(key):
        for stem in dict.fromkeys((end, _stem(end))):  # a list may know the file by the extension that it had once
            if _STEM + stem in ends:
                return ends[_STEM + stem]
    return []


def _ends(key: str) -> Iterator[str]:
    """The longest first: a/b/c, b/c, c."""
    while key:
        yield key
        key = key.partition("/")[2]


def _stem(key: str) -> str:
    stem, dot, extension = key.rpartition(".")
    return stem if dot and stem and extension.encode() in VIDEO_EXTENSIONS else key


def _key(written: str) -> str:
    return unicodedata.normalize("NFC", written).casefold().replace("\\", "/").strip().strip("/").removeprefix("./")
