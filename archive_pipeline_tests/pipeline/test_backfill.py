"""A backfill launched through the UI's own API, while others read, ingest and crash."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from archive_pipeline.automation.dagster_ui import DagsterUi
from archive_pipeline.stages.chain import CHAIN
from archive_pipeline_tests.pipeline.site import NAME, Site
from archive_pipeline_tests.waiting import PATIENCE_S

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
    backfill = ui.launch_backfill([stage.name for stage in CHAIN], [video.partition_key for video in videos])
    ingest = subprocess.Popen(
        [sys.executable, "-m", "archive_pipeline", "ingest", NAME, "--jobs", "1", "--json"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    start(_WRITE_AND_DIE, site.home / "archive.duckdb").wait()
    report, noise = ingest.communicate(timeout=2 * PATIENCE_S)
    assert ingest.returncode == 0, noise
    assert json.loads(report)["ready"] == 6
    assert ui.finished(backfill, 2 * PATIENCE_S) == "COMPLETED_SUCCESS"
    site.ingest()
    stop.touch()
    for reader in (database, index):
        reads, trouble = reader.communicate(timeout=PATIENCE_S)
        assert reader.returncode == 0, trouble
        assert int(reads) > 20
    for stage in CHAIN:
        assert site.computed(stage.name) == 6, f"{stage.name}: one result for each video, not two"
    runs = ui.ask("{runsOrError {... on Runs {results {status pipelineName}}}}")["runsOrError"]["results"]
    assert {run["status"] for run in runs} == {"SUCCESS"}, runs
    assert site.rows("SELECT count(*), count(*) FILTER (status = 'ready') FROM videos") == [(6, 6)]
