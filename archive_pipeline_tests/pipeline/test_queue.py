"""Runs that the queue launched: as many as the machine works on, each its own process, whose death is noticed."""

import os
import re
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import dagster as dg
import pytest

from archive_pipeline.automation.dagster_ui import DagsterUi
from archive_pipeline.automation.overhead import queued_run_costs
from archive_pipeline.stages.chain import CHAIN
from archive_pipeline_tests.pipeline.conftest import make_programmes
from archive_pipeline_tests.pipeline.site import Site
from archive_pipeline_tests.thorough import thorough

_STAGES = [stage.name for stage in CHAIN]
_TERMINATE = "mutation($r: String!) {terminateRun(runId: $r) {__typename}}"


@pytest.fixture(scope="module")
def programmes(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Four of 20 s in 720p: a second or two of decoding each."""
    return make_programmes(tmp_path_factory.mktemp("programmes"), 4, 20)


def launched(site: Site, ui: DagsterUi, files: list[Path]) -> str:
    site.describe(analyses=[])
    for file in files:
        site.add(file)
    _, videos = site.prepare()
    ui.wait()
    return ui.launch_backfill(_STAGES, [video.partition_key for video in videos])


def decoders(site: Site) -> list[int]:
    """The processes of ffmpeg that read a video of the site now."""
    source = os.fsencode(site.source)
    return [
        process
        for process, words in command_lines()
        if b"ffmpeg" in words[0] and any(source in word for word in words[1:])
    ]


def command_lines() -> Iterator[tuple[int, list[bytes]]]:
    """Of all processes that are there."""
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            yield int(process.name), (process / "cmdline").read_bytes().split(b"\0")


def signalled(process: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.kill(process, number)


@contextmanager
def decoding_held(site: Site) -> Iterator[None]:
    """A decoder that has begun, and stands still in the block: its run cannot end by itself while a busy machine gets
    round to ending it."""

    def stopped() -> bool:
        for process in decoders(site):
            signalled(process, signal.SIGSTOP)
        return bool(decoders(site))

    until(stopped, within_s=120)
    try:
        yield
    finally:
        for process in decoders(site):
            signalled(process, signal.SIGCONT)


def until(holds: Callable[[], bool], within_s: float) -> None:
    deadline = time.monotonic() + within_s
    while not holds():
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(0.1)


def worker(instance: dg.DagsterInstance, run_id: str) -> int | None:
    """The process of a run, as its log tells."""
    for entry in instance.all_logs(run_id, of_type=dg.DagsterEventType.ENGINE_EVENT):
        if found := re.search(r"Forked for this run \(process (\d+) of ", entry.user_message or entry.message):
            return int(found[1])
    return None


@thorough
def test_four_videos_are_decoded_at_once(
    monkeypatch: pytest.MonkeyPatch, site: Site, programmes: list[Path], instance: dg.DagsterInstance, tmp_path: Path
) -> None:
    monkeypatch.setenv("ARCHIVE_JOBS", "4")
    ui = DagsterUi(tmp_path / "dev.log")

    def four_are_held() -> bool:
        """Each is held where it is, since decoding takes seconds and a busy machine begins one after the other."""
        for process in decoders(site):
            signalled(process, signal.SIGSTOP)
        return len(decoders(site)) == 4

    try:
        backfill = launched(site, ui, programmes)
        try:
            until(four_are_held, within_s=120)
        finally:
            for process in decoders(site):
                signalled(process, signal.SIGCONT)
        assert ui.finished(backfill, 240) == "COMPLETED_SUCCESS"
    finally:
        ui.stop()
    costs = queued_run_costs(instance)
    assert len(costs) == 4
    assert all(memory_mib < 500 for _, memory_mib in costs), costs


@thorough
def test_a_run_whose_process_is_killed_is_ended_in_seconds_and_started_again(
    site: Site, ui: DagsterUi, programmes: list[Path], instance: dg.DagsterInstance
) -> None:
    backfill = launched(site, ui, programmes[:1])
    with decoding_held(site):
        first = started(instance, backfill)
        process = worker(instance, first.run_id)
        assert process is not None
        os.kill(process, signal.SIGKILL)
        until(lambda: run_status(instance, first.run_id) == dg.DagsterRunStatus.FAILURE, within_s=60)
    until(lambda: site.archive.catalogue.entries("site")[0].status == "ready", within_s=180)


@thorough
def test_a_run_is_ended_from_the_ui(
    site: Site, ui: DagsterUi, programmes: list[Path], instance: dg.DagsterInstance
) -> None:
    backfill = launched(site, ui, programmes[:1])
    with decoding_held(site):
        run = started(instance, backfill)
        assert ui.ask(_TERMINATE, r=run.run_id)["terminateRun"]["__typename"] == "TerminateRunSuccess"
        until(lambda: run_status(instance, run.run_id) == dg.DagsterRunStatus.CANCELED, within_s=60)
    until(lambda: len(decoders(site)) == 0, within_s=60)


def started(instance: dg.DagsterInstance, backfill: str) -> dg.DagsterRun:
    """The backfill's one run that is at work; the sensors may have begun runs of their own beside it."""
    works_now = dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTED], tags={"dagster/backfill": backfill})
    (run,) = instance.get_runs(works_now)
    return run


def run_status(instance: dg.DagsterInstance, run_id: str) -> dg.DagsterRunStatus:
    run = instance.get_run_by_id(run_id)
    assert run is not None
    return run.status
