"""A real Redis (Debian's) for the tests of what machines share."""

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from archive_pipeline_tests.waiting import until


class RedisServer:
    """A server on a free port, which keeps what it was told on the disk, as a broker must."""

    def __init__(self, program: str, folder: Path, host: str) -> None:
        self._host = host
        self._command = [program, "--bind", host, "--protected-mode", "no", "--dir", str(folder)]
        self._command += ["--appendonly", "yes", "--save", ""]
        with socket.socket() as probe:
            probe.bind((host, 0))
            self.port = probe.getsockname()[1]
        self.url = f"redis://{host}:{self.port}/0"
        self.start()

    def start(self) -> None:
        self._process = subprocess.Popen([*self._command, "--port", str(self.port)], stdout=subprocess.DEVNULL)
        until(self._listens, "an answer of Redis")

    def _listens(self) -> bool:
        with socket.socket() as asked:
            return asked.connect_ex((self._host, self.port)) == 0

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait()

    def restart(self) -> None:
        self.stop()
        self.start()


@contextmanager
def redis(folder: Path, host: str = "127.0.0.1") -> Iterator[RedisServer]:
    """A server at this address while the block runs. Skips the test where Redis is not installed; fails it in CI."""
    program = shutil.which("redis-server")
    if program is None:
        if os.environ.get("CI"):
            pytest.fail("CI needs Redis: apt-get install redis-server")
        pytest.skip("no Redis: apt-get install redis-server")
    server = RedisServer(program, folder, host)
    try:
        yield server
    finally:
        server.stop()
