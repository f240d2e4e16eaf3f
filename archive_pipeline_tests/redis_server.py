"""A real Redis (Debian's) for the tests of what machines share."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


class RedisServer:
    """A server on a free port, which keeps what it was told on the disk, as a broker must."""

    def __init__(self, program: str, folder: Path) -> None:
        self._command = [program, "--bind", "127.0.0.1", "--dir", str(folder), "--appendonly", "yes", "--save", ""]
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.start()

    def start(self) -> None:
        self._process = subprocess.Popen([*self._command, "--port", str(self.port)], stdout=subprocess.DEVNULL)
        for _ in range(600):
            with socket.socket() as asked:
                if asked.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        pytest.fail("Redis did not start within half a minute")

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait()

    def restart(self) -> None:
        self.stop()
        self.start()


@contextmanager
def redis(folder: Path) -> Iterator[RedisServer]:
    """A server while the block runs. Skips the test where Redis is not installed; fails it in CI."""
    program = shutil.which("redis-server")
    if program is None:
        if os.environ.get("CI"):
            pytest.fail("CI needs Redis: apt-get install redis-server")
        pytest.skip("no Redis: apt-get install redis-server")
    server = RedisServer(program, folder)
    try:
        yield server
    finally:
        server.stop()
