"""A walk through a source folder and what its symlinks lead to."""

import math
import os
import stat
from collections import Counter

from archive_pipeline.media.photos import model
from archive_pipeline.store.catalogue.sightings import SourceFile, Unreadable

VIDEO_EXTENSIONS = frozenset(
    b"mp4 m4v mov qt 3gp 3g2 mkv webm avi divx mxf gxf dv dif nut y4m ivf ogv ogm wmv asf dvr-ms wtv flv f4v rm rmvb "
    b"mpg mpeg mpe m1v m2v m2p vob vro mod tod ts tp trp m2t m2ts mts h264 264 hevc h265 265".split()
)
"""Of containers with pictures: `vro` of DVD recorders, `mod` and `tod` of cameras, `m2t` and `dif` of tapes."""

PHOTO_EXTENSIONS = model.PHOTO_EXTENSIONS | model.RAW_EXTENSIONS

EXTENSIONS = {"videos": VIDEO_EXTENSIONS, "photos": PHOTO_EXTENSIONS}
"""By kind of collection."""

SOUND_EXTENSIONS = frozenset(b"mp3 wav bwf aif aiff flac m4a aac ogg oga opus wma ac3 mka".split())
"""Of recordings without pictures, which people should not miss in silence."""

_CLOCKS_DIFFER_S = 60.0
"""A time up to this far ahead is another machine's clock; further ahead it says nothing about when a file changed."""

_LONGEST_EXTENSION = 10
_APPLE_DOUBLE = b"._"  # what macOS notes beside a file on other machines' disks


class Walk:
    """One walk: folders proper first, then, in order, those that only symlinks lead to, so that paths are stable."""

    def __init__(self, source: bytes, settle_s: float, now_s: float, extensions: frozenset[bytes]) -> None:
        """`extensions`: of the files that are looked for, in lower case."""
        self.source = source
        self.extensions = extensions
        self.settle_s = settle_s
        self.now_s = now_s
        self.files: list[SourceFile] = []
        self.ignored: Counter[str] = Counter()
        self.n_hidden = 0
        self.hidden_files: list[bytes] = []
        self.sounds: list[bytes] = []
        self.unreadable: list[Unreadable] = []
        self._seen: set[tuple[int, int]] = set()
        self._links: list[bytes] = []

    def run(self) -> str | None:
        """Why the source cannot be walked, or None when it was."""
        shown = self.source.decode("utf-8", "backslashreplace")
        try:
            with os.scandir(self.source) as entries:
                if next(entries, None) is None:
                    return f"the source {shown} is an empty folder; is it mounted?"
        except FileNotFoundError:
            return f"the source {shown} does not exist; is it mounted?"
        except NotADirectoryError:
            return f"the source {shown} is not a folder"
        except OSError as error:
            return f"the source {shown} cannot be read: {error.strerror}"
        folders = [b""]
        while folders:
            for folder in folders:
                self._walk(folder)
            for root in (item for item in self.unreadable if item.path == b""):
                return f"the source {shown} cannot be read: {root.reason}"
            folders = sorted(self._links)
            self._links = []
        return None

    def look_into(self, folder: bytes) -> None:
        """The files of one folder alone (`b""`: the source itself). Raises OSError."""
        with os.scandir(self._full(folder)) as entries:
            for entry in entries:
                self._enter(entry, folder, [])

    def _walk(self, top: bytes) -> None:
        folders = [top]
        while folders:
            folder = folders.pop()
            try:
                status = os.stat(self._full(folder))  # noqa: PTH116 (bytes)
                if (status.st_dev, status.st_ino) in self._seen:
                    continue
                self._seen.add((status.st_dev, status.st_ino))
                with os.scandir(self._full(folder)) as entries:
                    for entry in entries:
                        self._enter(entry, folder, folders)
            except OSError as error:
                self.unreadable.append(Unreadable(folder, error.strerror or str(error), is_folder=True))

    def _enter(self, entry: "os.DirEntry[bytes]", folder: bytes, folders: list[bytes]) -> None:
        name = entry.name
        path = folder + b"/" + name if folder else name
        if name.startswith(b"."):
            self.n_hidden += 1
            if _extension(name) in self.extensions and not name.startswith(_APPLE_DOUBLE):
                self.hidden_files.append(path)
        elif entry.is_dir(follow_symlinks=False):
            folders.append(path)
        elif entry.is_symlink() and not self._is_link_to_file(path, is_wanted=_extension(name) in self.extensions):
            pass
        elif _extension(name) not in self.extensions:
            self.ignored[_label(_extension(name))] += 1
            if _extension(name) in SOUND_EXTENSIONS:
                self.sounds.append(path)
        else:
            self._add(entry, path)

    def _is_link_to_file(self, path: bytes, is_wanted: bool) -> bool:
        """Folders are kept for later; a link that leads nowhere may lead to a disk that is not mounted."""
        full = self._full(path)
        try:
            if not stat.S_ISDIR(os.stat(full).st_mode):  # noqa: PTH116 (bytes)
                return True
        except OSError as error:
            reason = f"the link leads nowhere: {error.strerror}"
            self.unreadable.append(Unreadable(path, reason, is_folder=not is_wanted))
            return False
        target = os.path.realpath(full)
        if os.path.commonpath([target, os.path.realpath(os.path.dirname(full))]) != target:  # noqa: PTH120 (bytes)
            self._links.append(path)  # a link to a folder around itself is a loop and holds nothing new
        return False

    def _add(self, entry: "os.DirEntry[bytes]", path: bytes) -> None:
        try:
            status = entry.stat()
            readable = status.st_mode & 0o444 == 0o444 or os.access(self._full(path), os.R_OK, effective_ids=True)
        except FileNotFoundError:
            return  # it went while we looked
        except OSError as error:
            self.unreadable.append(Unreadable(path, error.strerror or str(error), is_folder=False))
            return
        if not stat.S_ISREG(status.st_mode):
            self.ignored["(no file)"] += 1
            return
        if not readable:
            self.unreadable.append(Unreadable(path, "no permission to read it", is_folder=False))
        if readable or self.extensions is PHOTO_EXTENSIONS:  # an album keeps the photo, with a row that says so
            self.files.append(SourceFile.of(path, status, self._is_settled(status)))

    def _is_settled(self, status: os.stat_result) -> bool:
        latest = self.now_s + _CLOCKS_DIFFER_S
        changed_s, moved_s = status.st_mtime, status.st_ctime
        if changed_s > latest:
            changed_s = -math.inf
        if moved_s > latest:
            moved_s = -math.inf
        return self.now_s - max(changed_s, moved_s) >= self.settle_s

    def _full(self, path: bytes) -> bytes:
        return self.source + b"/" + path if path else self.source


def _extension(name: bytes) -> bytes:
    stem, dot, extension = name.rpartition(b".")
    return extension.lower() if stem and dot else b""


def _label(extension: bytes) -> str:
    if not extension:
        return "(none)"
    return f".{extension.decode()}" if extension.isalnum() and len(extension) <= _LONGEST_EXTENSION else "(other)"
