"""The machine goes down in the middle of a watched collection: it comes back by itself, no video is named failed."""

import os
import signal
import time
from pathlib import Path

import dagster as dg
import pytest

from archive_pipeline.stages.chain import CHAIN
from archive_pipeline_tests.disasters.machine import Machine, begun_steps
from archive_pipeline_tests.pipeline.site import NAME, Site
from archive_pipeline_tests.thorough import thorough
from archive_pipeline_tests.waiting import PATIENCE_S, until

STAGES = [*(stage.name for stage in CHAIN), "concepts", "transcript"]


@thorough
def test_after_a_power_cut_everything_goes_on(
    site: Site, machine: Machine, programmes: list[Path], instance: dg.DagsterInstance
) -> None:
    cut_in_stage(site, machine, programmes, instance, "embeddings")


@pytest.mark.verify
@pytest.mark.parametrize("stage", STAGES)
def test_after_a_power_cut_in_any_stage_everything_goes_on(
    site: Site, machine: Machine, programmes: list[Path], instance: dg.DagsterInstance, stage: str
) -> None:
    cut_in_stage(site, machine, programmes, instance, stage)


def cut_in_stage(site: Site, machine: Machine, files: list[Path], instance: dg.DagsterInstance, stage: str) -> None:
    for file in files:
        site.add(file)
    machine.start().wait()
    until(lambda: any(step == stage for _, step in begun_steps(instance)), f"the stage {stage}")
    machine.cut_power()
    before = begun_steps(instance)
    ui = machine.start()
    ui.wait()
    began = time.monotonic()
    until(lambda: begun_steps(instance) - before, "any progress")
    progress_s = time.monotonic() - began
    until(lambda: is_all_done(site, len(files)), "all that is to be ready", 2 * PATIENCE_S)
    ready_s = time.monotonic() - began
    print(f"\n{stage}: first progress {progress_s:.0f} s after the restart, all ready after {ready_s:.0f} s")
    check_nothing_failed(site, instance)


@pytest.mark.verify  # the power cut above and the kills of test_random_kills.py are in every whole run
@pytest.mark.parametrize("victim", ["code server", "daemon"])
def test_whichever_process_is_killed_everything_goes_on(
    site: Site, machine: Machine, programmes: list[Path], instance: dg.DagsterInstance, victim: str
) -> None:
    words = {"code server": ("code-server", "start"), "daemon": ("dagster._daemon",)}[victim]
    for file in programmes:
        site.add(file)
    machine.start().wait()
    until(lambda: any(step == "frames" for _, step in begun_steps(instance)), "the stage frames")
    (found, *_) = machine.processes(*words)
    os.kill(found, signal.SIGKILL)
    until(lambda: is_all_done(site, len(programmes)), "all that is to be ready", 2 * PATIENCE_S)
    check_nothing_failed(site, instance)


def is_all_done(site: Site, n_videos: int) -> bool:
    entries = site.archive.catalogue.entries(NAME)
    analyses = [one for one in site.archive.catalogue.analyses(NAME) if one.status == "done"]
    return len(entries) == n_videos and {e.status for e in entries} == {"ready"} and len(analyses) == 2 * n_videos


def check_nothing_failed(site: Site, instance: dg.DagsterInstance) -> None:
    """No video was ever named failed, and every stage was computed to its end once."""
    assert all(entry.attempts == 0 for entry in site.archive.catalogue.entries(NAME))
    assert not [one for one in site.archive.catalogue.analyses(NAME) if one.attempts]
    for stage in CHAIN[1:]:
        computed = [m for m in site.materializations(stage.name) if not m.metadata["reused"].value]
        assert len(computed) == len({m.partition for m in computed}), stage.name
    assert instance.get_runs_count(dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTED])) == 0
