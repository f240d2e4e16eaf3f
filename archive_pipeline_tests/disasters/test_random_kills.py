"""Kills at random moments: afterwards the archive is what it would have been; nothing is lost, twice, or left."""

import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from archive_pipeline.search.edge_reader import EdgeReader
from archive_pipeline.stages.chain import CHAIN
from archive_pipeline.warehouse import open_database
from archive_pipeline_tests.disasters.machine import Machine
from archive_pipeline_tests.pipeline.site import NAME, TIMINGS, Site
from archive_pipeline_tests.thorough import thorough
from archive_pipeline_tests.waiting import PATIENCE_S

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
    readers = Readers(site)
    for number in range(n_kills):
        force = ["--force"] if number % 5 == 0 else []
        command = ["describe", NAME] if number % 3 == 2 else ["ingest", NAME, "--jobs", "2"]
        if number % 4 == 3:
            command, force = ["repair"], []
            damage_something(site, chance)
        running = subprocess.Popen(
            [sys.executable, "-m", "archive_pipeline", *command, *force],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(chance.uniform(1.0, 9.0))
        machine.cut_power()
        running.wait()
    print(f"\n{n_kills} kills in {time.monotonic() - begun:.0f} s, {readers.stop()} readings beside them")
    assert readers.errors == []
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


def damage_something(site: Site, chance: random.Random) -> None:
    """Empty a table of a stage, where it is there just now."""
    stage = chance.choice(CHAIN)
    lake, video = site.archive.lake, chance.choice(site.archive.catalogue.entries(NAME)).name
    table = Path(lake.objects.shown(lake.key(stage.tables[0], video)))
    if table.exists():
        os.truncate(table, 0)


class Readers:
    """Somebody who asks the database and the index every 50 ms, and must never be refused."""

    def __init__(self, site: Site) -> None:
        self.errors: list[BaseException] = []
        self._link = site.archive.settings.database_link
        self._index = EdgeReader(site.archive.settings.qdrant_dir, timeout_s=PATIENCE_S)
        (self._space,) = self._index.spaces()
        self._n = 0
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._read)
        self._thread.start()

    def stop(self) -> int:
        """How often they asked."""
        self._done.set()
        self._thread.join()
        self._index.close()
        return self._n

    def _read(self) -> None:
        dimension = self._index.dimension(self._space)
        assert dimension is not None
        while not self._done.wait(0.05):
            try:
                with open_database(self._link) as connection:
                    assert connection.execute("SELECT count(*) FROM shots").fetchall()
                assert self._index.search(self._space, np.ones(dimension, np.float32))
            except BaseException as error:
                self.errors.append(error)
            self._n += 1


def undisturbed() -> None:
    for command in ("ingest", "describe"):
        done = subprocess.run([sys.executable, "-m", "archive_pipeline", command, NAME], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr


def state(site: Site) -> dict[str, pl.DataFrame]:
    """What people see: the published tables without times, and the points."""
    tables = {name: rows.drop(_TIMES & set(rows.columns)) for name, rows in site.everything().items()}
    points = [(space, key) for space, found in site.points().items() for key in sorted(found)]
    return tables | {"points": pl.DataFrame(points, orient="row", schema=["space", "shot_id"])}
