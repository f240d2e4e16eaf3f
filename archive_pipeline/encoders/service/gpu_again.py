"""Whether a GPU has come back that `auto` could not take.

After an error the driver may need a minute, in which the next process begins, on the processors; in a busy archive it
would stay there for weeks.
"""

import subprocess
import sys
import time
from pathlib import Path

from archive_pipeline.settings import child_environment

_EVERY_S = 600.0
_LIMIT_S = 120.0  # a driver that nothing keeps awake takes up to half a minute to begin
_LOOK = "from archive_pipeline.encoders.devices import why_no_cuda; raise SystemExit(why_no_cuda() is not None)"


class GpuAgain:
    """Looks now and then, in a process of its own: torch looks for GPUs once."""

    def __init__(self, asked: str, devices: Path = Path("/dev")) -> None:
        """`asked` is the device as it was asked for."""
        self._asked = asked
        self._devices = devices
        self._last = time.monotonic()

    def has_come(self, taken: str) -> bool:
        """Whether torch can use one by now; `taken` is the device that the model is on."""
        if (self._asked, taken) != ("auto", "cpu") or time.monotonic() - self._last < _EVERY_S:
            return False
        self._last = time.monotonic()
        if not any(self._devices.glob("nvidia[0-9]*")):
            return False
        command = [sys.executable, "-c", _LOOK]
        try:
            looked = subprocess.run(
                command, env=child_environment({}), timeout=_LIMIT_S, capture_output=True, check=False
            )
        except (OSError, subprocess.TimeoutExpired):
            return False
        return looked.returncode == 0
