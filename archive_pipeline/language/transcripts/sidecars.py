"""Subtitle files that lie beside a video and carry its name."""

import hashlib
import os
import re
import stat
import time
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from archive_pipeline.language.transcripts.languages import language_code
from archive_pipeline.language.transcripts.subtitles import MOST_BYTES, format_of
from archive_pipeline.language.transcripts.ttml import HEAD_BYTES, is_ttml

_SAID_OF_THE_WHOLE = frozenset({"sdh", "cc", "hi", "full", "default"})
_MOST_TAGS = 2
_SAME_TICK_S = 3.0  # FAT counts in two seconds
_SAME_LOOK_S = 1.0
_TAGS = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,4})?|sdh|full|default", re.IGNORECASE)


@dataclass(frozen=True)
class Sidecar:
    """`film.srt`, `film.es.vtt` or `film.mp4.es.sdh.srt` beside `film.mp4`."""

    path: Path
    format: str
    language: str | None
    """ISO 639-1, where the name says it."""


def sidecars(video: Path, language: str | None) -> list[Sidecar]:
    """The sidecars of `video`, best first: in `language`, of no stated language, then others; WebVTT before SubRip.

    Forced subtitles (only what is foreign in a film) are none. Costs one listing of the folder, and a look into a
    `.xml` that has the video's name.
    """
    try:
        found = _Names(video.parent).sidecars(video)
    except OSError:
        return []
    order = {language: 0, None: 1}
    return sorted(found, key=lambda one: (order.get(one.language, 2), one.format != "vtt", one.path.name))


def read(sidecar: Sidecar) -> bytes:
    """The file's content, or one byte more than MOST_BYTES of it. Raises OSError; also where it is no regular file."""
    return _beginning(sidecar.path, MOST_BYTES + 1)


def _beginning(path: Path, most_bytes: int) -> bytes:
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)  # a pipe of that name must not hold us
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(f"{path.name} is no regular file")
        return file.read(most_bytes)


def _is_subtitles(sidecar: Sidecar) -> bool:
    """Whether it is meant as such. `.xml` may be anything that cameras and catalogues write: its beginning tells."""
    if sidecar.format != "xml":
        return True
    try:
        status = sidecar.path.stat()
        return _holds_ttml(sidecar.path, status.st_size, status.st_mtime_ns)
    except OSError:
        return False


@lru_cache(maxsize=100_000)  # a sensor looks every ten minutes
def _holds_ttml(path: Path, _size: int, _changed_ns: int) -> bool:
    """Raises OSError."""
    return is_ttml(_beginning(path, HEAD_BYTES))


def digest(video: Path) -> str | None:
    """Changes when a sidecar comes, goes or changes; None where there is none."""
    found = sidecars(video, None)
    if not found:
        return None
    sum_of_all = hashlib.sha256()
    for sidecar in sorted(found, key=lambda one: one.path.name):
        sum_of_all.update(os.fsencode(sidecar.path.name) + b"\0")
        try:
            sum_of_all.update(hashlib.sha256(read(sidecar)).digest())
        except OSError:
            sum_of_all.update(b"unreadable")
    return sum_of_all.hexdigest()[:32]


class Surroundings:
    """The sidecars of a source's videos as the file system shows them; no file is opened but `.xml`, once.

    May be kept: a folder is listed again only when names came or went, which its own modification time tells.
    """

    def __init__(self, source: Path) -> None:
        self._source = os.fsencode(source)
        self._listed: dict[Path, _Listing] = {}

    def state(self, relative: bytes) -> str | None:
        """Of the video at `relative` (bytes, below the source): another one when a sidecar comes, goes or changes.

        "" where it has none; None where the video itself is out of sight: nobody knows then.
        """
        video = Path(os.fsdecode(self._source + b"/" + relative))
        try:
            names = self._names(video.parent)
        except OSError:
            return None
        if video.name not in names.all:
            return None
        return "|".join(sorted(_seen(sidecar.path) for sidecar in names.sidecars(video)))

    def _names(self, folder: Path) -> "_Names":
        """Raises OSError."""
        changed_s = folder.stat().st_mtime
        known, now_s = self._listed.get(folder), time.time()
        if known and known.holds(changed_s, now_s):
            return known.names
        self._listed[folder] = _Listing(_Names(folder), changed_s, now_s)
        return self._listed[folder].names


@dataclass(frozen=True)
class _Listing:
    names: "_Names"
    changed_s: float
    """Modification time of the folder just before it was listed, Unix."""
    at_s: float

    def holds(self, changed_s: float, now_s: float) -> bool:
        """A change within the same tick of the file system's clock shows no other time, so one just changed is listed
        again; but not for each of its thousand videos."""
        was_quiet = self.at_s - self.changed_s > _SAME_TICK_S
        return (was_quiet and changed_s == self.changed_s) or 0 <= now_s - self.at_s < _SAME_LOOK_S


def _seen(path: Path) -> str:
    try:
        status = path.stat()
    except OSError:
        return f"{os.fsencode(path.name)!r} unreadable"
    return f"{os.fsencode(path.name)!r} {status.st_size} {status.st_mtime_ns}"


class _Names:
    """A folder's names, arranged so that thousands of videos and subtitles need not be compared with one another."""

    def __init__(self, folder: Path) -> None:
        """Raises OSError."""
        self.all = frozenset(path.name for path in folder.iterdir())
        self._subtitles: dict[str, list[str]] = defaultdict(list)
        """By what they begin with, without up to two tags."""
        self._beginnings: set[str] = set()
        """Of other files, each up to one of its dots."""
        for name in self.all:
            parts = name.split(".")
            if format_of(name):
                for n_tags in range(min(_MOST_TAGS, len(parts) - 2) + 1):
                    self._subtitles[".".join(parts[: len(parts) - 1 - n_tags])].append(name)
            else:
                self._beginnings.update(".".join(parts[:n]) for n in range(1, len(parts)))

    def sidecars(self, video: Path) -> list[Sidecar]:
        """In no order."""
        names = {*self._subtitles.get(video.name, ()), *self._subtitles.get(video.stem, ())}
        return [known for name in names if (known := self._sidecar(video, name)) and _is_subtitles(known)]

    def _sidecar(self, video: Path, name: str) -> Sidecar | None:
        base = video.name if name.startswith(video.name + ".") else video.stem
        path, stem, kind = video.parent / name, *name.rsplit(".", 1)
        tags = [tag for tag in stem[len(base) :].split(".") if tag]
        if not tags:
            return Sidecar(path, kind.lower(), None)
        another = stem in self._beginnings  # film.es.srt is that of film.es.mp4
        if another or len(tags) > _MOST_TAGS or not all(_TAGS.fullmatch(tag) for tag in tags):
            return None
        spoken = [tag for tag in tags if tag.lower() not in _SAID_OF_THE_WHOLE]
        languages = [language_code(tag) for tag in spoken]
        return Sidecar(path, kind.lower(), languages[0] if languages else None) if None not in languages else None
