"""A backfill from the UI over two machines with shared stores, come what may: the results are those of one machine."""

import os
import shutil
import signal
import time
from contextlib import suppress

import dagster as dg
import numpy as np
import pytest
from polars.testing import assert_frame_equal

from archive_pipeline.automation.dagster_ui import DagsterUi
from archive_pipeline.encoders.service.census import stop_all
from archive_pipeline.stages.chain import CHAIN
from archive_pipeline.warehouse import follow
from archive_pipeline_tests.disasters.machine import Machine as Host
from archive_pipeline_tests.disasters.test_random_kills import state
from archive_pipeline_tests.machines.shared import Shared, command, services, simulate
from archive_pipeline_tests.pipeline.site import NAME, Site
from archive_pipeline_tests.thorough import thorough
from archive_pipeline_tests.waiting import until

_PATIENCE_S = 600.0

pytestmark = pytest.mark.filterwarnings("ignore:Local mode performs exact")


@pytest.mark.parametrize(
    ("n_videos", "daemon_dies"),
    # starting Dagster again is the dearest of it, and disasters/test_power_cut.py has it on one machine
    [pytest.param(4, False, marks=thorough), pytest.param(370, True, marks=pytest.mark.verify)],
)
def test_a_backfill_over_two_machines_gives_what_one_machine_gives(
    n_videos: int, daemon_dies: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    with services(monkeypatch) as shared:
        site = shared.site
        simulate(site, n_videos)
        command("ingest", NAME, "--jobs", "2")
        expected, expected_points = state(site), site.points()
        stop_all(shared.network.here / "run", within_s=10.0)
        shutil.rmtree(site.home)
        shared.share(monkeypatch)
        took_s = _backfill_with_disasters(shared, n_videos, daemon_dies)
        found, points = state(site), site.points()
        assert not {"lake", "qdrant", "catalogue.sqlite"} & {path.name for path in site.home.iterdir()}
    assert expected["videos"].height == n_videos
    assert found.keys() == expected.keys()
    for table, rows in expected.items():
        # what the encoder gives depends in its last bits on what else is in the batch
        assert_frame_equal(found[table], rows, rel_tol=1e-3, abs_tol=1e-4)
    for space, of_one in expected_points.items():
        assert points[space].keys() == of_one.keys()
        for key, point in of_one.items():
            other = dict(points[space][key])
            np.testing.assert_allclose(other.pop("vector"), point["vector"], atol=1e-3)
            assert other == {name: value for name, value in point.items() if name != "vector"}
    print(
        f"\n{n_videos} videos, {len(expected['shots'])} shots: all ready {took_s:.0f} s after the backfill was launched"
    )


def _backfill_with_disasters(shared: Shared, n_videos: int, daemon_dies: bool) -> float:
    """Seconds from its launch to the last video."""
    site, one, two = shared.site, shared.network.machine("one"), shared.network.machine("two")
    _, videos = site.prepare()
    ui = DagsterUi(site.source.parent / "dev.log", {"ARCHIVE_JOBS": "2"})
    try:
        for machine in (one, two):
            machine.work("worker", "--queue", "cpu", "--jobs", "1")
        ui.wait()
        backfill = ui.launch_backfill([stage.name for stage in CHAIN], [video.partition_key for video in videos])
        began = time.monotonic()

        def when_ready(share: float) -> None:
            n = round(n_videos * share)
            until(lambda: _ready() >= n, f"{n} ready videos of {n_videos}", _PATIENCE_S + 20 * n_videos)
            print(f"{_ready()} ready after {time.monotonic() - began:.0f} s", flush=True)

        def _ready() -> int:
            time.sleep(0.5)
            return sum(entry.status == "ready" for entry in site.archive.catalogue.all_entries())

        when_ready(1 / 3)
        until(lambda: _at_work_on("two"), "work on the second machine", _PATIENCE_S)
        two.cut_power()
        when_ready(1 / 2)
        shared.postgres.restart()
        shared.redis.restart()
        when_ready(2 / 3)
        if daemon_dies:
            daemon, *_ = Host(site).processes("dagster._daemon")
            os.kill(daemon, signal.SIGKILL)
        when_ready(1.0)
        took_s = time.monotonic() - began
        until(lambda: _completed(ui, backfill), "the end of the backfill", _PATIENCE_S)
        until(lambda: _published(site) == n_videos, "all in the published database", _PATIENCE_S)
        assert one.ends_when_asked() == 0
        return took_s
    finally:
        ui.stop()


def _completed(ui: DagsterUi, backfill: str) -> bool:
    with suppress(OSError):  # Dagster's UI answers 500 to the first question after a restart of Postgres
        return ui.finished(backfill, 0).startswith("COMPLETED")
    return False


def _published(site: Site) -> int:
    """How many videos are ready in the newest database, which this host fetches from the bucket."""
    time.sleep(1.0)
    settings = site.archive.settings
    follow(settings.lake_place, settings.database_link)
    if not settings.database_link.exists():
        return 0
    return int(site.rows("SELECT count(*) FROM videos WHERE status = 'ready'")[0][0])


def _at_work_on(machine: str) -> bool:
    """Whether a run is at work there."""
    with dg.DagsterInstance.get() as instance:
        started = instance.get_runs(dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTED]))
        return any(
            f" of {machine})" in (entry.message or "")
            for run in started
            for entry in instance.all_logs(run.run_id, of_type=dg.DagsterEventType.ENGINE_EVENT)
        )
