"""A real archive and the real page on it, each in a process of its own."""

import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx

from archive_pipeline.settings import child_environment
from archive_pipeline_tests.waiting import PATIENCE_S


class Site:
    """An archive in `root` whose collection is `films`."""

    def __init__(self, root: Path) -> None:
        self.home = root / "home"
        self.films = root / "films"
        self.films.mkdir(parents=True, exist_ok=True)
        changes = {
            "ARCHIVE_HOME": str(self.home),
            "ARCHIVE_COLLECTIONS": str(root / "none"),
            "DAGSTER_HOME": str(self.home / "dagster"),
        }
        # NiceGUI leaves things out where it believes itself in a test
        self.environment = {k: v for k, v in child_environment(changes).items() if not k.startswith("PYTEST_")}

    def command(self, *words: str, timeout_s: float = 2 * PATIENCE_S) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "archive_pipeline", *words],
            env=self.environment, capture_output=True, text=True, timeout=timeout_s, check=False,
        )  # fmt: skip

    def ingest(self) -> subprocess.CompletedProcess[str]:
        return self.command("ingest", str(self.films), "--model", "archive-tiny", "--jobs", "1", "--json")

    def describe(self, *analyses: str) -> subprocess.CompletedProcess[str]:
        return self.command("describe", "films", *(word for name in analyses for word in ("--only", name)), "--json")


class Page:
    """`archive-pipeline web`, running."""

    def __init__(self, site: Site, *options: str) -> None:
        self.site = site
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        self.log = site.home.parent / f"web-{self.port}.log"
        with self.log.open("w") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "archive_pipeline", "web", "--port", str(self.port), *options],
                env=site.environment, stdout=log, stderr=log,
            )  # fmt: skip
        self.client = httpx.Client(base_url=self.address, timeout=PATIENCE_S)
        self._wait()

    def _wait(self) -> None:
        deadline = time.monotonic() + 2 * PATIENCE_S  # it imports and warms models, among others that do
        while time.monotonic() < deadline and self._process.poll() is None:
            if f":{self.port}/" not in self.log.read_text():  # until it says so, the port may be another test's
                time.sleep(0.1)
                continue
            try:
                if self.client.get("/api/search", params={"text": "a warm start"}).status_code == 200:
                    return
            except httpx.TransportError:
                time.sleep(0.2)
        raise AssertionError(f"the page did not start: {self.log.read_text()}")

    def resident_mb(self) -> float:
        """Memory of the process, in megabytes."""
        for line in Path(f"/proc/{self._process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1000
        raise AssertionError("the process has ended")

    def end(self, how: signal.Signals) -> None:
        """Send the signal and wait for the end; what the page has started is left alone."""
        self._process.send_signal(how)
        self._process.wait(timeout=PATIENCE_S)

    def close(self) -> None:
        self.client.close()
        self._process.terminate()
        try:
            self._process.wait(timeout=PATIENCE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
