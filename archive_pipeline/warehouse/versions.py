"""The files of the published database: numbered versions in `warehouse/`, and the symlink to the newest one.

A version is written aside, named when it is whole, made the target of the link in one rename, and never written again.
"""

import fcntl
import os
import re
import struct
import time
from collections.abc import Iterable
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

from archive_pipeline.durability import sync
from archive_pipeline.errors import ConfigurationError

_VERSION = re.compile(r"archive-(\d{6,})\.duckdb")
_NOWHERE = "published-databases-are/read-only"

_KEPT = 2  # the newest version and the one before it
_GRACE_S = 120.0  # between reading the link and opening the file lie milliseconds; this is for a machine that swaps


_WHOLE = "embargoed"


def whole_link(link: Path) -> Path:
    """Where the database lies that holds what is withheld, too, while anything is; else nothing is there."""
    return link.parent / _WHOLE / link.name


def link_for(link: Path, *, embargoed: bool) -> Path:
    """The link to what somebody may read who has, or has not, the word for what is withheld."""
    whole = whole_link(link)
    return whole if embargoed and whole.is_symlink() else link


class Versions:
    """The version files behind `link`. Everything that changes them is done while holding `lock_file`."""

    def __init__(self, link: Path) -> None:
        if "?" in str(link) or not str(link).isprintable():
            raise ConfigurationError(
                "unusable_home",
                f"DuckDB cannot write in {str(link.parent)!r}: choose an ARCHIVE_HOME without ? in its name",
            )
        self.link = link
        self.folder = link.parent / "warehouse"
        self.lock_file = self.folder / ".lock"
        self.aside = self.folder / ".building.duckdb"

    @property
    def name(self) -> str:
        """Of its folder in a bucket."""
        return "warehouse_embargoed" if self.link.parent.name == _WHOLE else "warehouse"

    def current(self) -> Path | None:
        """The version that the link points to; None where there is none (yet)."""
        if self.link.exists() and not self.link.is_symlink():
            raise ConfigurationError(
                "database_not_a_link",
                f"{self.link} is a file of somebody's own, and the published database belongs there; move it away",
            )
        with suppress(OSError):
            target = self.folder / self.link.readlink().name
            if _VERSION.fullmatch(target.name) and target.is_file():
                return target
        return None

    def all(self) -> list[Path]:
        """Every version on disk, newest first."""
        found = [path for path in self.folder.glob("archive-*.duckdb") if _VERSION.fullmatch(path.name)]
        return sorted(found, key=_number, reverse=True)

    def clear_aside(self) -> None:
        """Remove what a killed publisher left."""
        for path in self.folder.glob(f"{self.aside.name}*"):
            path.unlink(missing_ok=True)

    def copy_aside(self, version: Path) -> None:
        """Copy the bytes of a version: shared blocks where the file system can (XFS, Btrfs), else inside the kernel."""
        self.clear_aside()
        with version.open("rb") as source, self.aside.open("wb") as target:
            size = os.fstat(source.fileno()).st_size
            done = 0
            while done < size and (step := _copied(source.fileno(), target.fileno(), size - done, done)):
                done += step

    def install(self) -> Path:
        """Give the file aside the next number and make it what the link points to."""
        newest = self.all()[:1]
        version = self.folder / f"archive-{_number(newest[0]) + 1 if newest else 1:06d}.duckdb"
        self.aside.chmod(0o444)
        bar_writers(version)
        bar_writers(self.link)
        sync(self.aside)
        self.aside.replace(version)
        sync(self.folder)
        swapped = self.link.with_name(f".{self.link.name}.new")
        swapped.unlink(missing_ok=True)
        swapped.symlink_to(Path(self.folder.name) / version.name)
        swapped.replace(self.link)
        sync(self.link.parent)
        return version

    def remove(self, versions: Iterable[Path]) -> None:
        """Remove these at once; who has one open keeps it until it is closed."""
        for version in versions:
            version.unlink()
            wal_of(version).unlink(missing_ok=True)

    def remove_old(self) -> None:
        """Remove the versions that nobody has open and nobody can be about to open.

        A reader that was missed (another machine, this very process) keeps its data: an unlinked file lives until its
        last descriptor closes.
        """
        current, versions = self.current(), self.all()
        replaced = list(pairwise(versions))[_KEPT - 1 :]
        for newer, version in reversed(replaced):  # oldest first, so that `newer` is still there to be asked
            age_s = time.time() - newer.stat().st_mtime
            if version != current and age_s > _GRACE_S and not _is_locked(version):
                self.remove([version])


def wal_of(database: Path) -> Path:
    return database.with_name(database.name + ".wal")


def bar_writers(database: Path) -> None:
    """Put a symlink to nowhere where DuckDB would create its write-ahead log.

    The mode 0444 does not stop root. With this every commit fails (`Cannot open file "….duckdb.wal"`), while readers,
    for whom a log that does not exist is no log, are not concerned. DuckDB 2 has the log beside the real file, DuckDB 1
    beside the link, where a log left by a killed process would be replayed into the next version.
    """
    wal, aside = wal_of(database), database.with_name(f".{database.name}.wal.new")
    aside.unlink(missing_ok=True)
    aside.symlink_to(_NOWHERE)
    aside.replace(wal)


def is_barred(database: Path) -> bool:
    """Whether no write-ahead log can be, or has been, written beside the database."""
    wal = wal_of(database)
    return wal.is_symlink() and not wal.exists()


def _number(version: Path) -> int:
    match = _VERSION.fullmatch(version.name)
    assert match, f"{version.name} is no version"
    return int(match[1])


def _copied(source: int, target: int, count: int, offset: int) -> int:
    try:
        return os.copy_file_range(source, target, count, offset, offset)
    except OSError:  # not across file systems, and not on every one
        os.lseek(target, offset, os.SEEK_SET)
        return os.sendfile(target, source, offset, count)


def _is_locked(version: Path) -> bool:
    """Whether another process holds the file open in DuckDB, which locks whole files (fcntl), readers shared."""
    request = struct.pack("hhqqi", fcntl.F_WRLCK, os.SEEK_SET, 0, 0, 0)  # struct flock of 64-bit Linux
    with version.open("rb") as file:
        answer = fcntl.fcntl(file, fcntl.F_GETLK, request)
    return bool(struct.unpack("hhqqi", answer)[0] != fcntl.F_UNLCK)
