"""Runs that the queue launched: as many as the machine works on, each its own process, whose death is noticed."""

import os
import re
import signal
from pathlib import Path

import dagster as dg
import pytest

from archive_pipeline.automation.dagster_ui import DagsterUi
from archive_pipeline.automation.overhead import queued_run_costs
from archive_pipeline.stages.chain import CHAIN
from archive_pipeline_tests.decoding import decoders, decoding_held
from archive_pipeline_tests.pipeline.site import Site
from archive_pipeline_tests.thorough import thorough
from archive_pipeline_tests.waiting import PATIENCE_S, until

_STAGES = [stage.name for stage in CHAIN]
_TERMINATE = "mutation($r: String!) {terminateRun(runId: $r) {__typename}}"


def launched(site: Site, ui: DagsterUi, files: list[Path]) -> str:
    site.describe(analyses=[])
    for file in files:
        site.add(file)
    _, videos = site.prepare()
    ui.wait()
    return ui.launch_backfill(_STAGES, [video.partition_key for video in videos])


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

    try:
        backfill = launched(site, ui, programmes)
        with decoding_held(site.source, 4):
            pass
        assert ui.finished(backfill, 2 * PATIENCE_S) == "COMPLETED_SUCCESS"
    finally:
        ui.stop()
    costs = queued_run_costs(instance)
    assert len(costs) == 4
    assert all(cost.own_mib < 200 and cost.peak_mib < 500 for cost in costs), costs


@thorough
def test_a_run_whose_process_is_killed_is_ended_in_seconds_and_started_again(
    site: Site, ui: DagsterUi, programmes: list[Path], instance: dg.DagsterInstance
) -> None:
    backfill = launched(site, ui, programmes[:1])
    with decoding_held(site.source):
        first = started(instance, backfill)
        process = worker(instance, first.run_id)
        assert process is not None
        os.kill(process, signal.SIGKILL)
        until(lambda: run_status(instance, first.run_id) == dg.DagsterRunStatus.FAILURE, "the end of the run")
    until(lambda: site.archive.catalogue.entries("site")[0].status == "ready", "the video", 2 * PATIENCE_S)


@thorough
def test_a_run_is_ended_from_the_ui(
    site: Site, ui: DagsterUi, programmes: list[Path], instance: dg.DagsterInstance
) -> None:
    backfill = launched(site, ui, programmes[:1])
    with decoding_held(site.source):
        run = started(instance, backfill)
        assert ui.ask(_TERMINATE, r=run.run_id)["terminateRun"]["__typename"] == "TerminateRunSuccess"
        until(lambda: run_status(instance, run.run_id) == dg.DagsterRunStatus.CANCELED, "the end of the run")
    until(lambda: decoders(site.source) == [], "the end of the decoders")


def started(instance: dg.DagsterInstance, backfill: str) -> dg.DagsterRun:
    """The backfill's one run that is at work; the sensors may have begun runs of their own beside it."""
    works_now = dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTED], tags={"dagster/backfill": backfill})
    (run,) = instance.get_runs(works_now)
    return run


def run_status(instance: dg.DagsterInstance, run_id: str) -> dg.DagsterRunStatus:
    run = instance.get_run_by_id(run_id)
    assert run is not None
    return run.status
