"""A backfill launched through the UI's own API, while others read, ingest and crash."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from archive_pipeline.stages.chain import CHAIN
from archive_pipeline_tests.pipeline.site import NAME, Site

_PATIENCE_S = 240.0

_STATUS = "query($b: String!) {partitionBackfillOrError(backfillId: $b) {... on PartitionBackfill {status}}}"

_READ_DATABASE = """
import sys, time, duckdb
link, stop = sys.argv[1:]
reads = 0
def opened():
    for _ in range(20):
        try:
            return duckdb.connect(link, read_only=True)
        except duckdb.IOException as error:
            # the test's own writer is root, whom mode 0444 does not stop: it holds a lock until it finds the way barred
            if "lock" not in str(error):
                raise
            time.sleep(0.05)
    raise TimeoutError("locked for over a second")
while not __import__("os").path.exists(stop):
    with opened() as connection:
        ready, counted = connection.execute(
            "SELECT (SELECT count(*) FROM videos WHERE status = 'ready'), (SELECT count(*) FROM video_statistics)"
        ).fetchone()
    assert ready == counted, (ready, counted)
    reads += 1
    time.sleep(0.2)
print(reads)
"""

_READ_INDEX = """
import os, sys, time
from pathlib import Path
import numpy as np
from archive_pipeline.search.configured import open_index
folder, stop = sys.argv[1:]
reads = 0
with open_index(Path(folder), read_only=True) as index:
    while not os.path.exists(stop):
        for space in index.spaces():
            hits = index.search(space, np.ones(index.dimension(space), np.float32), limit=5)
            assert hits
        reads += 1
        time.sleep(0.2)
print(reads)
"""

_WRITE_AND_DIE = """
import os, signal, sys, duckdb
try:
    connection = duckdb.connect(sys.argv[1])
    connection.execute("CREATE TABLE scribble AS SELECT 1 AS x")
except duckdb.Error:
    pass
os.kill(os.getpid(), signal.SIGKILL)
"""


class DagsterUi:
    """`archive-pipeline dev`, asked as the browser asks it."""

    def __init__(self, log: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        command = [sys.executable, "-m", "archive_pipeline", "dev", "--port", str(self.port)]
        self._process = subprocess.Popen(
            command, stdout=log.open("wb"), stderr=subprocess.STDOUT, start_new_session=True
        )

    def ask(self, query: str, **variables: Any) -> Any:
        body = json.dumps({"query": query, "variables": variables}).encode()
        address = f"http://127.0.0.1:{self.port}/graphql"
        request = urllib.request.Request(address, body, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=60) as answer:
            found = json.load(answer)
        assert "errors" not in found, found
        return found["data"]

    def wait(self) -> None:
        deadline = time.monotonic() + _PATIENCE_S
        while time.monotonic() < deadline:
            try:
                found = self.ask("{repositoriesOrError {... on RepositoryConnection {nodes {name}}}}")
                if found["repositoriesOrError"]["nodes"]:
                    return
            except (urllib.error.URLError, ConnectionError, KeyError):
                pass
            time.sleep(0.5)
        pytest.fail("the Dagster UI did not come up")

    def stop(self) -> None:
        os.killpg(self._process.pid, 15)
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, 9)


@pytest.fixture
def ui(site: Site) -> Iterator[DagsterUi]:
    ui = DagsterUi(site.source.parent / "dev.log")
    try:
        yield ui
    finally:
        ui.stop()


def start(code: str, *arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_a_backfill_of_a_collection_while_others_read_and_ingest(
    site: Site, clips: dict[str, Path], ui: DagsterUi, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    site.describe(analyses=[])  # test_analyses.py has those
    site.add(clips["plain"], "there before.mp4")
    site.ingest()
    for name in ("first", "second", "third", "plain", "other"):
        site.add(clips[name])
    _, videos = site.prepare()
    ui.wait()
    stop = tmp_path / "stop"
    database = start(_READ_DATABASE, site.home / "archive.duckdb", stop)
    index = start(_READ_INDEX, site.home / "qdrant", stop)
    request.addfinalizer(stop.touch)
    launched = ui.ask(
        "mutation($p: LaunchBackfillParams!) {launchPartitionBackfill(backfillParams: $p)"
        " {__typename ... on LaunchBackfillSuccess {backfillId} ... on PythonError {message}}}",
        p={
            "assetSelection": [{"path": [stage.name]} for stage in CHAIN],
            "partitionNames": [video.partition_key for video in videos],
            "title": f"all of {NAME}",
        },
    )["launchPartitionBackfill"]
    assert launched["__typename"] == "LaunchBackfillSuccess", launched
    ingest = subprocess.Popen(
        [sys.executable, "-m", "archive_pipeline", "ingest", NAME, "--jobs", "1", "--json"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    start(_WRITE_AND_DIE, site.home / "archive.duckdb").wait()
    report, noise = ingest.communicate(timeout=_PATIENCE_S)
    assert ingest.returncode == 0, noise
    assert json.loads(report)["ready"] == 6
    assert wait_for_backfill(ui, launched["backfillId"]) == "COMPLETED_SUCCESS"
    site.ingest()
    stop.touch()
    for reader in (database, index):
        reads, trouble = reader.communicate(timeout=60)
        assert reader.returncode == 0, trouble
        assert int(reads) > 20
    for stage in CHAIN:
        assert site.computed(stage.name) == 6, f"{stage.name}: one result for each video, not two"
    runs = ui.ask("{runsOrError {... on Runs {results {status pipelineName}}}}")["runsOrError"]["results"]
    assert {run["status"] for run in runs} == {"SUCCESS"}, runs
    assert site.rows("SELECT count(*), count(*) FILTER (status = 'ready') FROM videos") == [(6, 6)]


def wait_for_backfill(ui: DagsterUi, backfill: str) -> str:
    deadline = time.monotonic() + _PATIENCE_S
    status = ""
    while time.monotonic() < deadline:
        status = ui.ask(_STATUS, b=backfill)["partitionBackfillOrError"]["status"]
        if status.startswith("COMPLETED") or status in ("FAILED", "CANCELED"):
            break
        time.sleep(2)
    return status
