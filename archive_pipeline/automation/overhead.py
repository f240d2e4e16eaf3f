"""What a video of one second costs in processor seconds: computed, found done, and launched by the queue."""

import os
import re
import time
from dataclasses import dataclass
from pathlib import Path

import dagster as dg

from archive_pipeline.automation.execution import LocalRuns
from archive_pipeline.automation.ingestion import Ingestion, Request
from archive_pipeline.collections.model import Collection
from archive_pipeline.collections.registration import write_collection
from archive_pipeline.encoders import BUNDLED_MODEL
from archive_pipeline.media.bench import make_bench_video
from archive_pipeline.media.ffmpeg import find_ffmpeg
from archive_pipeline.resources.archive import PARTITION_TAG, Archive
from archive_pipeline.resources.work import FORCE_TAG
from archive_pipeline.settings import Settings, adopt_environment

_COST = re.compile(r"took ([\d.]+) processor seconds and (\d+) MiB of memory at most, (\d+) MiB")


@dataclass(frozen=True)
class RunCost:
    """Of one run: processor seconds of its process and what that started (not of the encoder's process)."""

    processor_s: float
    wall_s: float


def costs_per_run(folder: Path, n_runs: int) -> tuple[RunCost, RunCost]:
    """Means of runs in one warm process, as `ingest` runs them: of runs that compute everything, and of runs that have
    nothing to compute.

    Makes an archive of its own in `folder` (empty), to which this process's environment points from then on.
    """
    home, source = folder / "home", folder / "source"
    source.mkdir()
    adopt_environment({"ARCHIVE_HOME": str(home), "DAGSTER_HOME": str(home / "dagster")})
    make_bench_video(source / "one second.mp4", find_ffmpeg(Settings().ffmpeg), seconds=1)
    collection = Collection(name="bench", source=source, model=BUNDLED_MODEL, settle_s=0.0)
    write_collection(Settings().registered_collections_dir, collection)
    ingestion = Ingestion(Archive(), collection, Request(jobs=1))
    _, (video,) = ingestion.prepare()
    runs = LocalRuns(ingestion.instance, "ingest_video")
    runs.execute(video.partition_key)
    computed = _mean(runs, video.partition_key, {FORCE_TAG: "true"}, n_runs)
    found_done = _mean(runs, video.partition_key, {}, n_runs)
    ingestion.close()
    return computed, found_done


@dataclass(frozen=True)
class QueuedRunCost:
    """Of the process of a run that the queue launched, by the run's log."""

    processor_s: float
    peak_mib: int
    """Resident at most, the warm parent's pages in it, which all runs share."""
    own_mib: int
    """Not shared with anybody at its end: what each run more adds."""


def queued_run_costs(instance: dg.DagsterInstance) -> list[QueuedRunCost]:
    """Of every run of a video that the queue launched."""
    found = []
    for run in (run for run in instance.get_runs() if PARTITION_TAG in run.tags):
        for entry in instance.all_logs(run.run_id, of_type=dg.DagsterEventType.ENGINE_EVENT):
            event = entry.dagster_event
            if event and (cost := _COST.search(event.message or "")):
                found.append(QueuedRunCost(float(cost[1]), int(cost[2]), int(cost[3])))
    return found


def _mean(runs: LocalRuns, key: str, tags: dict[str, str], n_runs: int) -> RunCost:
    used, began = sum(os.times()[:4]), time.perf_counter()
    for _ in range(n_runs):
        runs.execute(key, tags)
    return RunCost((sum(os.times()[:4]) - used) / n_runs, (time.perf_counter() - began) / n_runs)
