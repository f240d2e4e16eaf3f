"""What a second machine brings: two workers held to 0.4 of a core each against one, and against a machine's own queue.
The services are outside the quotas."""

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest
from sqlalchemy import make_url

from archive_pipeline.automation.dagster_ui import DagsterUi
from archive_pipeline.encoders.service.census import stop_all
from archive_pipeline.stages.chain import CHAIN
from archive_pipeline_tests.machines.control_group import ControlGroup, control_group
from archive_pipeline_tests.machines.meter import Meter
from archive_pipeline_tests.machines.namespaces import Machine
from archive_pipeline_tests.machines.shared import Shared, services, simulate
from archive_pipeline_tests.pipeline.site import Site
from archive_pipeline_tests.waiting import until

_CORES = 0.4
_WARM, _MEASURED = 2, int(os.environ.get("MEASURED_VIDEOS", "16"))
_PATIENCE_S = 1800.0


@dataclass(frozen=True)
class Rate:
    """Of warm workers, each with one video at a time."""

    videos_a_minute: float
    waiting: float
    """Share of the workers' time in which one of their connections waited for the database (leases are rows of it) or
    the index."""
    processor_s: float
    """A video: workers, daemon and UI, without the services."""

    def __str__(self) -> str:
        return (
            f"{self.videos_a_minute:.2f} videos a minute, {100 * self.waiting:.1f} % of the time waiting, "
            f"{self.processor_s:.2f} processor seconds a video"
        )


@pytest.mark.verify
def test_two_machines_do_nearly_twice_what_one_does(monkeypatch: pytest.MonkeyPatch) -> None:
    with services(monkeypatch) as shared:
        simulate(shared.site, _WARM + _MEASURED)
        local = _local(shared)
        shared.share(monkeypatch)
        with _metered(monkeypatch) as meters:
            one = _rate(shared, [shared.network.machine("alone")], meters)
        shared.share(monkeypatch)
        with _metered(monkeypatch) as meters:
            two = _rate(shared, [shared.network.machine(name) for name in ("first", "second")], meters)
    load = os.getloadavg()[1]
    print(f"\nembedded stores: {local}\none worker: {one}\ntwo workers: {two}")
    print(f"ratio {two.videos_a_minute / one.videos_a_minute:.2f}, load of the machine {load:.1f}")
    assert two.videos_a_minute / one.videos_a_minute >= 1.8
    assert two.waiting <= 0.05


def _local(shared: Shared) -> Rate:
    """The same by the queue of one machine, whose stores are its own."""
    with control_group("archive-local") as group:
        try:
            return _measured(shared.site, [group], [], n_workers=1)
        finally:
            stop_all(shared.network.here / "run", within_s=10.0)


def _rate(shared: Shared, machines: Sequence[Machine], meters: Sequence[Meter]) -> Rate:
    with ExitStack() as stack:
        groups = [stack.enter_context(control_group(f"archive-{one.name}", _CORES)) for one in machines]
        host = stack.enter_context(control_group("archive-host"))
        for machine, group in zip(machines, groups, strict=True):
            stack.callback(machine.cut_power)
            machine.work("worker", "--queue", "cpu", "--jobs", "1", groups=group.folders)
        return _measured(shared.site, [host, *groups], meters, n_workers=len(machines))


def _measured(site: Site, groups: Sequence[ControlGroup], meters: Sequence[Meter], n_workers: int) -> Rate:
    """The first group is that of daemon and UI."""
    _, videos = site.prepare()
    ui = DagsterUi(site.source.parent / "dev.log", {"ARCHIVE_JOBS": str(n_workers)})
    try:
        groups[0].join(ui.pid)
        ui.wait()
        keys = [video.partition_key for video in videos]
        began = _done(site, ui, keys[:_WARM], 0) and time.monotonic()
        used_s, waited_s = sum(group.processor_s for group in groups), _waited_s(meters)
        _done(site, ui, keys[_WARM:], _WARM)
        took_s = time.monotonic() - began
        return Rate(
            60 * _MEASURED / took_s,
            (_waited_s(meters) - waited_s) / (took_s * n_workers),
            (sum(group.processor_s for group in groups) - used_s) / _MEASURED,
        )
    finally:
        ui.stop()


def _done(site: Site, ui: DagsterUi, keys: Sequence[str], before: int) -> bool:
    """True when the videos are ready."""

    def ready() -> bool:
        time.sleep(0.5)
        return sum(entry.status == "ready" for entry in site.archive.catalogue.all_entries()) == before + len(keys)

    ui.launch_backfill([stage.name for stage in CHAIN], keys)
    until(ready, f"{len(keys)} ready videos", _PATIENCE_S)
    return True


def _waited_s(meters: Sequence[Meter]) -> float:
    """Of the machines; the daemon of this host waits beside them."""
    return sum(s for meter in meters for address, s in meter.waited_s.items() if not address.endswith(".1"))


@contextmanager
def _metered(patch: pytest.MonkeyPatch) -> Iterator[list[Meter]]:
    """The environment names proxies before both databases and the index."""
    meters = []
    for name in ("ARCHIVE_DATABASE_URL", "DAGSTER_POSTGRES_URL"):
        url = make_url(os.environ[name])
        meters.append(Meter(str(url.host), (str(url.host), int(url.port or 0))))
        patch.setenv(name, url.set(port=meters[-1].port).render_as_string(hide_password=False))
    index = urlsplit(os.environ["QDRANT_URL"])
    meters.append(Meter(str(index.hostname), (str(index.hostname), int(index.port or 0))))
    patch.setenv("QDRANT_URL", f"http://{index.hostname}:{meters[-1].port}")
    try:
        yield meters
    finally:
        for meter in meters:
            meter.close()
