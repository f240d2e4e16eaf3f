"""A child process that is bounded in time, drained, and never outlives its work."""

import fcntl
import re
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from archive_pipeline.media import guard

_PIPE_BYTES = 2**20  # 250 thumbnails: the decoder goes on while this process works or waits for a core
_LINES_KEPT = 10
_LINE_LENGTH = 300
_NUMBER = re.compile(r"\d+")
LOST, CORRUPT = "Error submitting packet to decoder", "corrupt decoded frame"
"""What ffmpeg says once for each packet that no picture came of, and for each picture that is not whole."""
_ADDRESS = re.compile(r" @ 0x[0-9a-f]+")


class Child:
    """A running program whose stdout is to be read; its stderr is kept in small part."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self._process = process
        self.lines: list[str] = []
        """The first lines of stderr that differ in more than numbers."""
        self.counted = Counter({LOST: 0, CORRUPT: 0})
        """How often ffmpeg said these; complete once `wait` has returned."""
        self.timed_out = False
        self._drain = threading.Thread(target=self._read_stderr, daemon=True)
        self._drain.start()

    @property
    def stdout(self) -> IO[bytes]:
        assert self._process.stdout is not None
        return self._process.stdout

    def wait(self) -> int:
        """Exit status, once stdout has been read to its end; negative for a signal."""
        status = self._process.wait()
        self._drain.join()
        return status

    def kill(self) -> None:
        if self._process.poll() is None:
            self._process.kill()

    def close(self) -> None:
        for pipe in (self._process.stdout, self._process.stderr):
            if pipe is not None:
                pipe.close()

    def _time_out(self) -> None:
        self.timed_out = True
        self.kill()

    def _read_stderr(self) -> None:
        assert self._process.stderr is not None
        kinds: set[str] = set()
        for raw in iter(lambda: self._process.stderr.readline(4096), b""):  # type: ignore[union-attr]
            line = _ADDRESS.sub("", raw.decode(errors="replace")).strip()[:_LINE_LENGTH]
            self.counted.update(said for said in (LOST, CORRUPT) if said in line)
            kind = _NUMBER.sub("0", line)
            if line and len(kinds) < _LINES_KEPT and kind not in kinds:
                kinds.add(kind)
                self.lines.append(line)


@contextmanager
def running(command: Sequence[str], limit_s: float) -> Iterator[Child]:
    """Run `command`; when the block ends, however it ends, the program has ended too.

    It is killed after `limit_s` seconds (`Child.timed_out`), when the block raises, and by the kernel when this
    process dies.
    """
    process = subprocess.Popen(
        [sys.executable, "-I", "-S", str(Path(guard.__file__)), *command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        bufsize=0,
        process_group=0,  # an interrupt at the terminal is ours to handle
    )
    child = Child(process)
    if sys.platform == "linux":
        with suppress(OSError):  # beyond what the system allows a user
            fcntl.fcntl(child.stdout, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
    timer = threading.Timer(limit_s, child._time_out)
    timer.daemon = True
    timer.start()
    try:
        yield child
    finally:
        timer.cancel()
        child.kill()
        child.wait()
        child.close()
