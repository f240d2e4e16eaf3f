"""Kills at random moments: afterwards the archive is what it would have been; nothing is lost, twice, or left."""

import random
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from archive_pipeline.stages.chain import CHAIN
from archive_pipeline_tests.disasters.machine import Machine
from archive_pipeline_tests.pipeline.site import NAME, TIMINGS, Site
from archive_pipeline_tests.thorough import thorough

_TIMES = {"ingested_at", "published_at", "last_seen", "finished_at", *TIMINGS}


@thorough
def test_ingest_and_describe_killed_anywhere(site: Site, machine: Machine, programmes: list[Path]) -> None:
    killed_again_and_again(site, machine, programmes[:2], n_kills=6, seed=1)


@pytest.mark.verify
def test_a_hundred_kills(site: Site, machine: Machine, programmes: list[Path]) -> None:
    killed_again_and_again(site, machine, programmes, n_kills=100, seed=2)


def killed_again_and_again(site: Site, machine: Machine, files: Sequence[Path], n_kills: int, seed: int) -> None:
    """Kills of everything while `ingest` and `describe` work; where all was done, it is done again from the start."""
    chance = random.Random(seed)
    for file in files:
        site.add(file)
    undisturbed()
    expected = state(site)
    begun = time.monotonic()
    for number in range(n_kills):
        force = ["--force"] if number % 5 == 0 else []
        command = ["describe", NAME] if number % 3 == 2 else ["ingest", NAME, "--jobs", "2"]
        running = subprocess.Popen(
            [sys.executable, "-m", "archive_pipeline", *command, *force],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(chance.uniform(1.0, 9.0))
        machine.cut_power()
        running.wait()
    print(f"\n{n_kills} kills in {time.monotonic() - begun:.0f} s")
    undisturbed()
    for name, rows in state(site).items():
        # what the encoder gives depends in its last bits on what else is in the batch
        assert_frame_equal(rows, expected[name], rel_tol=1e-3, abs_tol=1e-4)
    leftovers = [file for file in site.home.rglob("*.tmp") if "dagster" not in file.parts]
    assert leftovers == []
    assert all(entry.attempts == 0 for entry in site.archive.catalogue.entries(NAME))
    for stage in CHAIN:
        assert all(
            site.archive.lake.exists(t, e.name) for e in site.archive.catalogue.entries(NAME) for t in stage.tables
        )


def undisturbed() -> None:
    for command in ("ingest", "describe"):
        done = subprocess.run([sys.executable, "-m", "archive_pipeline", command, NAME], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr


def state(site: Site) -> dict[str, pl.DataFrame]:
    """What people see: the published tables without times, and the points."""
    tables = {name: rows.drop(_TIMES & set(rows.columns)) for name, rows in site.everything().items()}
    points = [(space, key) for space, found in site.points().items() for key in sorted(found)]
    return tables | {"points": pl.DataFrame(points, orient="row", schema=["space", "shot_id"])}
