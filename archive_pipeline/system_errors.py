"""What the operating system refuses, whichever library says so: a full disk, a read-only place, no permission.

A person can mend all of it. It is neither a video's fault nor a bug, and passes once it is mended.
"""

import errno
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from archive_pipeline.errors import PassingError
from archive_pipeline.settings import Settings

DISK_FULL = "disk_full"
_CODES = {
    errno.ENOSPC: DISK_FULL,
    errno.EDQUOT: DISK_FULL,
    errno.EROFS: "read_only",
    errno.EACCES: "not_permitted",
    errno.EPERM: "not_permitted",
    errno.EMFILE: "too_many_open_files",
    errno.ENFILE: "too_many_open_files",
    errno.EISDIR: "not_a_file",
    errno.ENOTDIR: "not_a_folder",
    errno.EEXIST: "not_a_folder",  # of a folder that is to be made
    errno.EIO: "io_error",
}
_LIBRARIES = {"sqlite3", "sqlalchemy", "duckdb", "_duckdb", "polars", "pyarrow"}
"""They raise errors of their own, with the system's words or with theirs; Qdrant Edge raises a bare `Exception`."""

_WORDS = {
    "no space left": errno.ENOSPC,
    "disk is full": errno.ENOSPC,
    "quota exceeded": errno.EDQUOT,
    "read-only file system": errno.EROFS,
    "permission denied": errno.EACCES,
    "too many open files": errno.EMFILE,
    "is a directory": errno.EISDIR,
    "not a directory": errno.ENOTDIR,
    "input/output error": errno.EIO,
}
_UNCLEAR = ("readonly database", "unable to open database file", "disk i/o error")
"""SQLite does not tell why; the place does."""

_NEARLY_NOTHING = 1 << 20


def system_error(error: BaseException, where: Path | None = None) -> PassingError | None:
    """What a person should know of `error`, or of what caused it; None where the operating system refused nothing.

    `where` is what was worked on, for libraries that do not say it.
    """
    for one in _causes(error):
        place = _named(one) or where
        number = _number(one, place)
        if number in (errno.ENOSPC, errno.EDQUOT):
            return disk_full(place) if place else _full_somewhere()
        if number in (errno.EMFILE, errno.ENFILE) or (number in _CODES and place):
            return PassingError(_CODES[number], _sentence(number, place or Path()))
    return None


def disk_full(place: Path, needed: str = "") -> PassingError:
    """`needed` says how much room is needed and what for, where that is known."""
    folder = _existing(place)
    usage = shutil.disk_usage(folder)
    return PassingError(
        DISK_FULL,
        f"{folder} has no room left: {_mb(usage.free)} of {_mb(usage.total)} are free{needed and f', {needed}'}. Make "
        "room there; what was done before is whole, and the same command, or the next look, does the rest.",
    )


def _full_somewhere() -> PassingError:
    """Of the archive's disks the fullest, if it is full; else it may have been where the output goes."""
    fullest = _fullest()
    if not has_room(fullest, _NEARLY_NOTHING):
        return disk_full(fullest)
    free = _mb(shutil.disk_usage(fullest).free)
    return PassingError(
        DISK_FULL,
        f"A disk has no room left. {fullest} has {free} free by now: if that is enough, look where the output goes, "
        "and at TMPDIR. What was done before is whole, and the same command does the rest.",
    )


def has_room(place: Path, n_bytes: int) -> bool:
    return shutil.disk_usage(_existing(place)).free >= n_bytes


def require_room(place: Path, n_bytes: int, what_for: str) -> None:
    """Raises PassingError `disk_full` where fewer than `n_bytes` are free on the disk of `place`."""
    if not has_room(place, n_bytes):
        raise disk_full(place, f"{_mb(n_bytes)} are needed {what_for}")


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and what it was raised from; not what it happened to be raised beside."""
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__


def _named(error: BaseException) -> Path | None:
    """The path that the error speaks of."""
    if isinstance(error, OSError) and isinstance(error.filename, str | bytes):
        return Path(os.fsdecode(error.filename))
    quoted = re.search(r"""["'](/[^"'\n]+)["']""", str(error))
    return Path(quoted[1]) if quoted else None


def _number(error: BaseException, place: Path | None) -> int | None:
    """The system's own number for what happened (errno)."""
    if isinstance(error, OSError) and error.errno is not None:
        is_of_file = error.errno == errno.EEXIST and (place is None or not place.is_file())
        return None if is_of_file else error.errno
    if not _speaks_for_the_system(error):
        return None
    text = str(error).lower()
    if number := next((number for words, number in _WORDS.items() if words in text), None):
        return number
    return _why(place or _fullest()) if any(words in text for words in _UNCLEAR) else None


def _speaks_for_the_system(error: BaseException) -> bool:
    """polars raises OSErrors without a number."""
    return (
        isinstance(error, OSError) or type(error) is Exception or type(error).__module__.partition(".")[0] in _LIBRARIES
    )


def _why(place: Path) -> int:
    """Why SQLite may have failed there."""
    if place.is_dir() and place.suffix:  # its name is a file's
        return errno.EISDIR
    folder = _existing(place)
    if os.statvfs(folder).f_flag & os.ST_RDONLY:
        return errno.EROFS
    if shutil.disk_usage(folder).free < _NEARLY_NOTHING:
        return errno.ENOSPC
    return errno.EIO if os.access(folder, os.W_OK) else errno.EACCES


def _sentence(number: int, place: Path) -> str:
    if number == errno.EROFS:
        return (
            f"{place} cannot be written: its file system is read-only. Mount it for writing (mount -o remount,rw), or "
            "choose another ARCHIVE_HOME."
        )
    if number in (errno.EACCES, errno.EPERM):
        return (
            f"{place} may not be used by user {os.getuid()}: `ls -ld` shows whose it is; give the right to it, or "
            "choose another ARCHIVE_HOME."
        )
    if number in (errno.EMFILE, errno.ENFILE):
        return "More files are open than the system allows: `ulimit -n 8192` allows more; fewer --jobs need fewer."
    if number == errno.EISDIR:
        return f"{place} is a folder where a file should be: move it away."
    if number in (errno.ENOTDIR, errno.EEXIST):
        file = next((part for part in (place, *place.parents) if part.is_file()), place)
        return f"{file} is a file where a folder should be: move it away, or choose another ARCHIVE_HOME."
    return f"The disk of {place} does not read or write as it should; `dmesg` says more. Try again, or use another one."


def _existing(place: Path) -> Path:
    """The folder on whose disk `place` lies or would lie."""
    return next(part for part in (place.absolute(), *place.absolute().parents) if part.is_dir())


def _fullest() -> Path:
    """Of the disks that everything is written to, the one with the least room."""
    settings = Settings()
    places = (_existing(folder) for folder in (settings.home, settings.instance_dir))
    return min(places, key=lambda place: shutil.disk_usage(place).free)


def _mb(n_bytes: float) -> str:
    return f"{n_bytes / 1e6:,.0f} MB" if n_bytes >= 1e7 else f"{n_bytes / 1e6:.1f} MB"
