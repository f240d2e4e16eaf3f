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

from archive_pipeline_tests.disasters.machine import Machine, begun_steps, until
from archive_pipeline_tests.pipeline.site import NAME, Site
from archive_pipeline_tests.thorough import thorough

_ELSEWHERE = ("unshare", "--uts", "--pid", "--fork", "--kill-child", "--mount-proc", "sh", "-c")
_AS_ANOTHER_HOST = 'hostname elsewhere; exec "$@"'


def ingest(*before: str, stderr: IO[str] | int = subprocess.PIPE) -> subprocess.Popen[str]:
    command = [*before, sys.executable, "-m", "archive_pipeline", "ingest", NAME, "--jobs", "2", "--json"]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=stderr, text=True, start_new_session=True)


def at_stage(instance: dg.DagsterInstance, stage: str) -> None:
    until(lambda: any(step == stage for _, step in begun_steps(instance)), 120, f"{stage} begins")


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
    at_stage(instance, "frames")
    os.killpg(stopped.pid, number)  # as a terminal does it
    _, said = stopped.communicate(timeout=60)
    assert stopped.returncode == 130, said
    assert f"archive-pipeline ingest {NAME}" in said
    until(lambda: machine.processes("ffmpeg") == [], 30, "the decoders end")
    assert all(entry.status == "new" for entry in site.archive.catalogue.entries(NAME) if entry.status != "ready")
    assert instance.get_runs_count(dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTED])) == 0
    finish(site, programmes)


@thorough
def test_after_a_killed_ingest_its_workers_are_gone_and_the_next_one_goes_on(
    site: Site, machine: Machine, programmes: list[Path], instance: dg.DagsterInstance
) -> None:
    for file in programmes:
        site.add(file)
    killed = ingest()
    at_stage(instance, "frames")
    killed.kill()
    killed.communicate()
    until(lambda: machine.processes("ffmpeg") == [] and machine.processes("forkserver") == [], 30, "all of it ends")
    finish(site, programmes)


@thorough
def test_the_run_of_a_killed_worker_is_started_again(
    site: Site, machine: Machine, programmes: list[Path], instance: dg.DagsterInstance
) -> None:
    site.add(programmes[0])
    running = ingest()
    at_stage(instance, "frames")
    os.kill(decoding_worker(machine, site), signal.SIGKILL)
    report, said = running.communicate(timeout=120)
    assert running.returncode == 0, said
    assert "it is started again" in said
    assert json.loads(report)["ready"] == 1
    assert site.archive.catalogue.entries(NAME)[0].attempts == 0


@thorough
@pytest.mark.skipif(os.getuid() != 0, reason="another host name and process space need root: run as root")
def test_another_host_and_process_space_go_on_where_a_killed_one_was(
    site: Site, programmes: list[Path], instance: dg.DagsterInstance
) -> None:
    for file in programmes[:2]:
        site.add(file)
    killed = ingest(*_ELSEWHERE, _AS_ANOTHER_HOST, "sh")
    at_stage(instance, "frames")
    os.killpg(killed.pid, signal.SIGKILL)
    killed.communicate()
    finish(site, programmes[:2])


@thorough
def test_a_second_ingest_says_whom_it_waits_for(
    site: Site, machine: Machine, programmes: list[Path], instance: dg.DagsterInstance, tmp_path: Path
) -> None:
    site.add(programmes[0])
    first = ingest()
    at_stage(instance, "frames")
    worker = decoding_worker(machine, site)
    os.kill(worker, signal.SIGSTOP)
    with (tmp_path / "second.log").open("w") as written:
        second = ingest(stderr=written)
    said = f"waits for another run of this video (process {worker} on"
    until(lambda: said in " ".join((tmp_path / "second.log").read_text().split()), 60, "it says whom it waits for")
    os.kill(worker, signal.SIGCONT)
    for one in (first, second):
        one.communicate(timeout=120)
        assert one.returncode == 0
    assert site.computed("frames") == 1


def finish(site: Site, files: list[Path]) -> None:
    last = ingest()
    report, said = last.communicate(timeout=240)
    assert last.returncode == 0, said
    assert json.loads(report)["ready"] == len(files)
    assert all(entry.attempts == 0 for entry in site.archive.catalogue.entries(NAME))
    assert site.rows("SELECT count(*) FROM videos WHERE status = 'ready'") == [(len(files),)]
    assert site.rows("SELECT count(*) FROM failures") == [(0,)]


def decoding_worker(machine: Machine, site: Site) -> int:
    """The process that has a video of the site decoded."""
    until(lambda: bool(machine.processes("ffmpeg", str(site.source))), 30, "a decoder is at work")
    decoder = machine.processes("ffmpeg", str(site.source))[0]
    return int(Path(f"/proc/{decoder}/stat").read_text().rsplit(")", 1)[1].split()[1])
