"""Subtitle files that lie beside a video and carry its name."""

import hashlib
import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path

from archive_pipeline.language.transcripts.languages import language_code
from archive_pipeline.language.transcripts.subtitles import MOST_BYTES, format_of

_SAID_OF_THE_WHOLE = frozenset({"sdh", "cc", "hi", "full", "default"})
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

    Forced subtitles (only what is foreign in a film) are none. Costs one listing of the folder.
    """
    try:
        with os.scandir(video.parent) as folder:
            names = {entry.name for entry in folder}
    except OSError:
        return []
    found = [known for name in names if (known := _sidecar(video, name, names))]
    order = {language: 0, None: 1}
    return sorted(found, key=lambda one: (order.get(one.language, 2), one.format != "vtt", one.path.name))


def read(sidecar: Sidecar) -> bytes:
    """The file's content, or one byte more than MOST_BYTES of it. Raises OSError; also where it is no regular file."""
    descriptor = os.open(sidecar.path, os.O_RDONLY | os.O_NONBLOCK)  # a pipe of that name must not hold us
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(f"{sidecar.path.name} is no regular file")
        return file.read(MOST_BYTES + 1)


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


def _sidecar(video: Path, name: str, beside: set[str]) -> Sidecar | None:
    kind = format_of(name)
    base = next((base for base in (video.name, video.stem) if name.startswith(base + ".")), None)
    if kind is None or base is None:
        return None
    stem = name[: -len(kind) - 1]
    tags = [tag for tag in stem[len(base) :].split(".") if tag]
    if not tags:
        return Sidecar(video.parent / name, kind, None)
    another = any(other.startswith(stem + ".") and format_of(other) is None for other in beside)  # film.es.mp4
    if another or len(tags) > 2 or not all(_TAGS.fullmatch(tag) for tag in tags):
        return None
    spoken = [tag for tag in tags if tag.lower() not in _SAID_OF_THE_WHOLE]
    languages = [language_code(tag) for tag in spoken]
    return Sidecar(video.parent / name, kind, languages[0] if languages else None) if None not in languages else None
