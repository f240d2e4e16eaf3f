"""Where processes of one user on one machine find each other: a folder that nobody else can enter."""

import hashlib
import os
import stat
import sys
from dataclasses import dataclass
from pathlib import Path

from archive_pipeline.errors import ConfigurationError

_LONGEST_SOCKET = 107  # bytes of a path, the kernel's limit
_INSTALLATION = Path(__file__).parents[3]


@dataclass(frozen=True)
class Place:
    """The files of one encoder's process, told apart by device and model."""

    folder: Path
    digest: str

    @property
    def socket(self) -> Path:
        return self.folder / f"{self.digest}.sock"

    @property
    def lock(self) -> Path:
        """Held by the process for its whole life."""
        return self.folder / f"{self.digest}.lock"

    @property
    def starting(self) -> Path:
        """Held by whoever looks for the process and starts it."""
        return self.folder / f"{self.digest}.start"

    @property
    def log(self) -> Path:
        return self.folder / f"{self.digest}.log"


def place_of(folder: Path, identity: str, device: str, visible_gpus: str | None) -> Place:
    """The same for everybody who means the same device (among those that CUDA_VISIBLE_DEVICES leaves) and model.

    The name of the machine plays no part, nor the archive. Where the package and Python's environment lie does: two
    checkouts of a developer would take each other's process for one of a former version, and end it again and again.

    Raises ConfigurationError, see `safe_folder`.
    """
    named = "cuda:0" if device == "cuda" else device
    told_apart = f"{named}\n{visible_gpus or ''}\n{identity}\n{_INSTALLATION}\n{sys.prefix}"
    return Place(safe_folder(folder), hashlib.sha256(told_apart.encode()).hexdigest()[:20])


def safe_folder(folder: Path) -> Path:
    """The folder, made (mode 0700) if it is missing.

    Raises ConfigurationError `runtime_folder_unsafe` where others could put something into it, and
    `runtime_folder_too_long` where no socket's path fits the kernel.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = folder.lstat()
    except OSError as error:
        raise ConfigurationError(
            "runtime_folder_unsafe", f"{folder} cannot be made ({error.strerror}): set ARCHIVE_RUNTIME to another one."
        ) from error
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077:
        raise ConfigurationError(
            "runtime_folder_unsafe",
            f"{folder} is not a folder that belongs to you alone (owner {found.st_uid}, mode "
            f"{stat.S_IMODE(found.st_mode):o}): others could pose as the encoder. `chmod 700` it if it is yours, or "
            "set ARCHIVE_RUNTIME to another one.",
        )
    if len(os.fsencode(folder)) + len("/.sock") + 20 > _LONGEST_SOCKET:
        raise ConfigurationError(
            "runtime_folder_too_long",
            f"{folder} is too long for a socket in it: set ARCHIVE_RUNTIME to a shorter path.",
        )
    return folder
