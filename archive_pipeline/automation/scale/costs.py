"""The drawn archive's costs, step by step."""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import dagster as dg

from archive_pipeline.automation.bench_archive import own_archive
from archive_pipeline.automation.instance import prepare_instance
from archive_pipeline.automation.scale.drawn import draw_archive
from archive_pipeline.automation.scale.steps import STEPS
from archive_pipeline.errors import PassingError
from archive_pipeline.resources.archive import Archive
from archive_pipeline.settings import Settings, child_environment


@dataclass(frozen=True)
class Cost:
    """`processor_s` counts children that have ended; `peak_mib` is the largest process's, its imports in it."""

    name: str
    what: str
    bar_s: float | None
    processor_s: float
    wall_s: float
    peak_mib: float


def draw(folder: Path, n_videos: int) -> None:
    """Make the archive in `folder` (empty), to which this process's environment points from then on."""
    source = own_archive(folder)
    prepare_instance(Settings())
    with dg.DagsterInstance.get() as instance:
        draw_archive(Archive(), instance, source, n_videos)


def costs(names: Sequence[str] = tuple(STEPS)) -> Iterator[Cost]:
    """Each step in a process of its own, as it is done. Raises PassingError `bench_failed`."""
    for name in names:
        command = [sys.executable, "-m", "archive_pipeline.automation.scale.steps", name]
        done = subprocess.run(command, capture_output=True, text=True, env=child_environment({}), check=False)
        if done.returncode:
            raise PassingError("bench_failed", f"{name}: {done.stderr[-2000:]}")
        yield Cost(name, STEPS[name].what, STEPS[name].bar_s, **json.loads(done.stdout.splitlines()[-1]))
