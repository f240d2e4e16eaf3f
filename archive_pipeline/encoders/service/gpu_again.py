"""Whether a GPU has come back that `auto` could not take.

After an error the driver may need a minute, in which the next process begins, on the processors; in a busy archive it
would stay there for weeks.
"""

import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from archive_pipeline.settings import child_environment

_EVERY_S = 600.0
_LIMIT_S = 120.0  # a driver that nothing keeps awake takes up to half a minute to begin
_LOOK = "from archive_pipeline.encoders.devices import why_no_cuda; raise SystemExit(why_no_cuda() is not None)"


class GpuAgain:
    """Looks now and then, in a process of its own: torch looks for GPUs once. Nobody waits for that process, because a
    driver that hangs hangs it, too."""

    def __init__(self, asked: str, devices: Path = Path("/dev")) -> None:
        """`asked` is the device as it was asked for."""
        self._asked = asked
        self._devices = devices
        self._last = time.monotonic()
        self._looking: subprocess.Popen[bytes] | None = None

    def has_come(self, taken: str) -> bool:
        """Whether torch can use one by now; `taken` is the device that the model is on. To be asked often: one call
        begins a look, a later one has its answer."""
        if self._looking:
            return self._answer(self._looking)
        if (self._asked, taken) != ("auto", "cpu") or time.monotonic() - self._last < _EVERY_S:
            return False
        self._last = time.monotonic()
        if any(self._devices.glob("nvidia[0-9]*")):
            nowhere = subprocess.DEVNULL
            with suppress(OSError):  # no memory for one more process: later
                self._looking = subprocess.Popen(
                    [sys.executable, "-c", _LOOK],
                    env=child_environment({}),
                    stdin=nowhere,
                    stdout=nowhere,
                    stderr=nowhere,
                )
        return False

    def _answer(self, looking: "subprocess.Popen[bytes]") -> bool:
        status = looking.poll()
        if status is not None:
            self._looking = None
        elif time.monotonic() - self._last > _LIMIT_S:
            looking.kill()
        return status == 0
