"""The encoder's process killed, stopped or without memory in four ingests: all ready, nothing doubled, one of it."""

import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from archive_pipeline.encoders.service.census import running
from archive_pipeline.settings import Settings
from archive_pipeline_tests.pipeline.site import NAME, Site
from archive_pipeline_tests.runtimes import own_runtime
from archive_pipeline_tests.thorough import thorough
from archive_pipeline_tests.waiting import PATIENCE_S, until


@pytest.fixture
def runtime(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An encoder of this test's own."""
    monkeypatch.setenv("ARCHIVE_ENCODER_HANG_S", "8")
    with own_runtime(monkeypatch) as folder:
        yield folder


def ingest(*before: str) -> subprocess.Popen[str]:
    command = [*before, sys.executable, "-m", "archive_pipeline", "ingest", NAME, "--jobs", "4", "--json"]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def at_work() -> int:
    """The process of the encoder once it has pictures to encode."""

    def asked() -> list[int]:
        return [int(one.status.pid) for one in running(Settings()) if one.status and one.status.queue]

    return until(asked, "a question to the encoder")[0]


def killed(process: int) -> None:
    os.kill(process, signal.SIGKILL)


def stopped(process: int) -> None:
    os.kill(process, signal.SIGSTOP)


def out_of_memory(process: int) -> None:
    """Nothing more is to be had for some seconds: batches become smaller, or the process dies of it."""
    in_use = int(Path(f"/proc/{process}/statm").read_text().split()[0]) * resource.getpagesize()
    _, hard = resource.prlimit(process, resource.RLIMIT_AS)
    resource.prlimit(process, resource.RLIMIT_AS, (in_use, hard))
    time.sleep(6)
    with suppress(ProcessLookupError):
        resource.prlimit(process, resource.RLIMIT_AS, (hard, hard))


@thorough
@pytest.mark.parametrize(
    "disturbed",
    [killed, *(pytest.param(one, marks=pytest.mark.verify) for one in (stopped, out_of_memory))],
)
@pytest.mark.usefixtures("runtime")
def test_four_ingests_go_on(site: Site, programmes: list[Path], disturbed: Callable[[int], None]) -> None:
    for file in programmes:
        site.add(file)
    running_ingest = ingest()
    disturbed(at_work())
    report, noise = running_ingest.communicate(timeout=2 * PATIENCE_S)
    assert running_ingest.returncode == 0, noise
    assert json.loads(report)["ready"] == 4
    assert site.rows("SELECT count(*) FROM failures") == [(0,)]
    assert site.computed("embeddings") == 4
    rows = site.rows("SELECT video_id, shot_id FROM shots ORDER BY ALL")
    again = ingest_undisturbed(site)
    assert again == rows
    assert sum(map(len, site.points().values())) == len(rows)


def ingest_undisturbed(site: Site) -> list[tuple[object, ...]]:
    """The same rows once more, computed from the start with an encoder that nobody disturbs."""
    assert all(site.ingest(force=True).values())
    return site.rows("SELECT video_id, shot_id FROM shots ORDER BY ALL")


@thorough
@pytest.mark.usefixtures("runtime")
@pytest.mark.skipif(os.getuid() != 0, reason="another host name needs root: run as root")
def test_two_host_names_share_one_encoder(site: Site, programmes: list[Path]) -> None:
    for file in programmes[:2]:
        site.add(file)
    first = ingest("unshare", "--uts", "sh", "-c", 'hostname elsewhere; exec "$@"', "sh")
    second = ingest()
    pids = set()
    while first.poll() is None or second.poll() is None:
        pids |= {found.status.pid for found in running(Settings()) if found.status}
        time.sleep(0.2)
    for ended in (first, second):
        assert ended.wait() == 0, ended.communicate()
    assert len(pids) == 1
    assert site.rows("SELECT count(*), count(*) FILTER (status = 'ready') FROM videos") == [(2, 2)]
