"""The encoder's process of this machine, seen from outside: found, started, and ended by force when it hangs."""

import os
import signal
import socket
import struct
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from archive_pipeline.encoders.service.faults import BrokenError
from archive_pipeline.encoders.service.runtime_folder import Place
from archive_pipeline.errors import PassingError
from archive_pipeline.locking import file_lock
from archive_pipeline.settings import child_environment

_MODULE = "archive_pipeline.encoders.service"
_PACKAGES = Path(__file__).parents[3]  # the child runs the code that lies beside this process's, installed or not
_START_S = 60.0  # until it listens; the model is loaded later. A second on an idle machine, and a predecessor's grace
_POLL_S = 0.02
_LARGEST_LOG = 2**20  # bytes
_KEPT_MEMORY = {"MALLOC_MMAP_THRESHOLD_": f"{2**28}", "MALLOC_TRIM_THRESHOLD_": f"{2**28}"}
"""For glibc, in bytes: layers' outputs stay the process's from one batch to the next instead of being asked of the
kernel, page by page, each time: 2.3 to 2.6 → 2.0 to 2.2 ms a picture of archive-tiny, processor time."""


@dataclass(frozen=True)
class LocalProcess:
    """Which process is meant: a model on a device, at a place."""

    place: Place
    name: str
    device: str

    @property
    def pid(self) -> int | None:
        """Who listens, see `pid_at`."""
        return pid_at(self.place.socket)

    def ensure(self) -> None:
        """Return once somebody listens; of many that call this at once one starts it.

        Raises BrokenError where it ends before it listens.
        """
        if self.pid is not None:
            return
        with file_lock(self.place.starting):
            if self.pid is None:
                self._start()

    def kill(self, pid: int | None) -> None:
        """End the process that does not answer, at once, unless another one listens by now."""
        if pid is not None and pid == self.pid:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def crashed(self, what: str) -> PassingError:
        return PassingError(
            "encoder_crashed", f"The encoder of {self.name} {what}; the reason is at the end of {self.place.log}."
        )

    def _start(self) -> None:
        log = self.place.log
        is_long = log.exists() and log.stat().st_size > _LARGEST_LOG
        with log.open("wb" if is_long else "ab") as written:
            process = subprocess.Popen(
                [sys.executable, "-m", _MODULE, self.name, "--device", self.device],
                stdin=subprocess.DEVNULL,
                stdout=written,
                stderr=written,
                cwd=self.place.folder,
                env=child_environment(
                    {"PYTHONPATH": str(_PACKAGES), "ARCHIVE_RUNTIME": str(self.place.folder), **_KEPT_MEMORY}
                ),
                start_new_session=True,  # whoever starts it may end, also by Ctrl-C
            )
        _children[:] = [*(child for child in _children if child.poll() is None), process]
        deadline = time.monotonic() + _START_S
        while self.pid is None:
            if process.poll() is not None:
                raise BrokenError(f"it ended with code {process.returncode} before it could be asked")
            if time.monotonic() > deadline:
                process.kill()
                raise BrokenError(f"it did not listen within {_START_S:.0f} s")
            time.sleep(_POLL_S)


def pid_at(path: Path) -> int | None:
    """Who listens at a socket, as the kernel says (SO_PEERCRED); None where nobody of this user and container does.

    A process that is stopped listens; one that was killed does not, whatever files it left.
    """
    with socket.socket(socket.AF_UNIX) as asked:
        try:
            asked.settimeout(1.0)
            asked.connect(str(path))
            peer = asked.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
        except OSError:
            return None
    pid, user, _ = struct.unpack("3i", peer)
    return int(pid) if user == os.getuid() else None


_children: list[subprocess.Popen[bytes]] = []
"""Kept, so that a child that ended is reaped at the next start and Python does not warn about those that live on."""
