"""`ingest` is stopped, or killed, or its workers are: what was done is kept, the same command does the rest."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import IO

import dagster as dg
import pytest

from archive_pipeline_tests.decoding import decoding_held, parent_of
from archive_pipeline_tests.disasters.machine import Machine
from archive_pipeline_tests.pipeline.site import NAME, Site
from archive_pipeline_tests.thorough import thorough
from archive_pipeline_tests.waiting import PATIENCE_S, until

_ELSEWHERE = ("unshare", "--uts", "--pid", "--fork", "--kill-child", "--mount-proc", "sh", "-c")
_AS_ANOTHER_HOST = 'hostname elsewhere; exec "$@"'


def ingest(*before: str, stderr: IO[str] | int = subprocess.PIPE) -> subprocess.Popen[str]:
    command = [*before, sys.executable, "-m", "archive_pipeline", "ingest", NAME, "--jobs", "2", "--json"]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=stderr, text=True, start_new_session=True)


@thorough
@pytest.mark.parametrize(
    "number",
    [pytest.param(signal.SIGINT, id="Ctrl+C"), pytest.param(signal.SIGTERM, id="SIGTERM", marks=pytest.mark.verify)],
)
def test_a_stopped_ingest_ends_with_its_workers_in_seconds(
    site: Site, machine: Machine, programmes: list[Path], instance: dg.DagsterInstance, number: signal.Signals
) -> None:
    for file in programmes:
        site.add(file)
    stopped = ingest()
    with decoding_held(site.source):
        os.killpg(stopped.pid, number)  # as a terminal does it
        _, said = stopped.communicate(timeout=PATIENCE_S)
    assert stopped.returncode == 130, said
    assert f"archive-pipeline ingest {NAME}" in said
    until(lambda: machine.processes("ffmpeg") == [], "the end of the decoders")
    assert all(entry.status == "new" for entry in site.archive.catalogue.entries(NAME) if entry.status != "ready")
    assert instance.get_runs_count(dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTED])) == 0
    finish(site, programmes)


@thorough
def test_after_a_killed_ingest_its_workers_are_gone_and_the_next_one_goes_on(
    site: Site, machine: Machine, programmes: list[Path]
) -> None:
    for file in programmes:
        site.add(file)
    killed = ingest()
    with decoding_held(site.source):
        killed.kill()
        killed.communicate()
    until(lambda: machine.processes("ffmpeg") == [] and machine.processes("forkserver") == [], "the end of all of it")
    finish(site, programmes)


@thorough
@pytest.mark.usefixtures("machine")
def test_the_run_of_a_killed_worker_is_started_again(site: Site, programmes: list[Path]) -> None:
    site.add(programmes[0])
    running = ingest()
    with decoding_held(site.source) as (decoder, *_):
        os.kill(parent_of(decoder), signal.SIGKILL)
    report, said = running.communicate(timeout=PATIENCE_S)
    assert running.returncode == 0, said
    assert "it is started again" in said
    assert json.loads(report)["ready"] == 1
    assert site.archive.catalogue.entries(NAME)[0].attempts == 0


@thorough
@pytest.mark.usefixtures("machine")
@pytest.mark.skipif(os.getuid() != 0, reason="another host name and process space need root: run as root")
def test_another_host_and_process_space_go_on_where_a_killed_one_was(site: Site, programmes: list[Path]) -> None:
    for file in programmes[:2]:
        site.add(file)
    killed = ingest(*_ELSEWHERE, _AS_ANOTHER_HOST, "sh")
    with decoding_held(site.source):
        os.killpg(killed.pid, signal.SIGKILL)
        killed.communicate()
    finish(site, programmes[:2])


@thorough
@pytest.mark.usefixtures("machine")
def test_a_second_ingest_says_whom_it_waits_for(site: Site, programmes: list[Path], tmp_path: Path) -> None:
    site.add(programmes[0])
    first = ingest()
    with decoding_held(site.source) as (decoder, *_), (tmp_path / "second.log").open("w") as written:
        second = ingest(stderr=written)
        said = f"waits for another run of this video (process {parent_of(decoder)} on"
        until(lambda: said in " ".join((tmp_path / "second.log").read_text().split()), "the name of whom it waits for")
    for one in (first, second):
        one.communicate(timeout=PATIENCE_S)
        assert one.returncode == 0
    assert site.computed("frames") == 1


def finish(site: Site, files: list[Path]) -> None:
    last = ingest()
    report, said = last.communicate(timeout=2 * PATIENCE_S)
    assert last.returncode == 0, said
    assert json.loads(report)["ready"] == len(files)
    assert all(entry.attempts == 0 for entry in site.archive.catalogue.entries(NAME))
    assert site.rows("SELECT count(*) FROM videos WHERE status = 'ready'") == [(len(files),)]
    assert site.rows("SELECT count(*) FROM failures") == [(0,)]
