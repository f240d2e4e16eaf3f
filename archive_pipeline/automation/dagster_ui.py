"""`archive-pipeline dev` started and asked as a browser asks it: for measurements and tests of what the UI launches."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from archive_pipeline.counting import counted
from archive_pipeline.errors import PassingError
from archive_pipeline.settings import child_environment

_LAUNCH = """mutation($p: LaunchBackfillParams!) {launchPartitionBackfill(backfillParams: $p) {__typename
 ... on LaunchBackfillSuccess {backfillId} ... on PythonError {message}}}"""
_STATUS = "query($b: String!) {partitionBackfillOrError(backfillId: $b) {... on PartitionBackfill {status}}}"
_LOADED = "{repositoriesOrError {... on RepositoryConnection {nodes {name}}}}"


class DagsterUi:
    """The UI and daemon of the archive that the environment names, on a free port; all of it ends with `stop`."""

    def __init__(self, log: Path, environment: Mapping[str, str] | None = None) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        with log.open("wb") as written:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "archive_pipeline", "dev", "--port", str(self.port)],
                stdout=written,
                stderr=subprocess.STDOUT,
                env=child_environment(environment or {}),
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        return self._process.pid

    def ask(self, query: str, **variables: Any) -> Any:
        """The data of the answer. Raises PassingError `dagster_error`, OSError while it is not up."""
        body = json.dumps({"query": query, "variables": variables}).encode()
        address = f"http://127.0.0.1:{self.port}/graphql"
        request = urllib.request.Request(address, body, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=60) as answer:
            found = json.load(answer)
        if "errors" in found:
            raise PassingError("dagster_error", json.dumps(found["errors"])[:500])
        return found["data"]

    def wait(self, patience_s: float = 240.0) -> None:
        """Until the project is loaded. Raises PassingError `dagster_unreachable`."""
        deadline = time.monotonic() + patience_s
        while time.monotonic() < deadline:
            try:
                if self.ask(_LOADED)["repositoriesOrError"].get("nodes"):
                    return
            except (OSError, urllib.error.URLError):
                pass
            time.sleep(0.5)
        raise PassingError("dagster_unreachable", f"the Dagster UI did not come up within {patience_s:.0f} s")

    def launch_backfill(self, assets: Sequence[str], partition_keys: Sequence[str]) -> str:
        """The id of a backfill of these assets, one run a partition. Raises PassingError `backfill_refused`."""
        parameters = {
            "assetSelection": [{"path": [name]} for name in assets],
            "partitionNames": list(partition_keys),
            "title": counted(len(partition_keys), "video"),
        }
        launched = self.ask(_LAUNCH, p=parameters)["launchPartitionBackfill"]
        if launched["__typename"] != "LaunchBackfillSuccess":
            raise PassingError("backfill_refused", json.dumps(launched)[:500])
        return str(launched["backfillId"])

    def finished(self, backfill: str, patience_s: float, every_s: float = 1.0) -> str:
        """The backfill's status once it has ended, or after `patience_s`."""
        deadline = time.monotonic() + patience_s
        while True:
            status = str(self.ask(_STATUS, b=backfill)["partitionBackfillOrError"]["status"])
            if status.startswith("COMPLETED") or status in ("FAILED", "CANCELED") or time.monotonic() > deadline:
                return status
            time.sleep(every_s)

    def stop(self) -> None:
        os.killpg(self._process.pid, signal.SIGTERM)
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
