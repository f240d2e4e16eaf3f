"""What an ingest costs beside its lower bound, bare decoding of the same files by as many processes: through real
Dagster runs, of a command line or of the queue."""

import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import dagster as dg

from archive_pipeline.automation.dagster_ui import DagsterUi
from archive_pipeline.automation.discovery import look, look_and_register
from archive_pipeline.automation.gpu_use import GpuUse, watched_gpu
from archive_pipeline.automation.ingestion import Ingestion, Request
from archive_pipeline.automation.overhead import queued_run_costs
from archive_pipeline.automation.processor_time import of_descendants, seconds_of
from archive_pipeline.collections.model import Collection
from archive_pipeline.collections.registration import write_collection
from archive_pipeline.encoders.service.census import running, stop_all
from archive_pipeline.encoders.untrained import with_weights
from archive_pipeline.errors import PassingError
from archive_pipeline.media.bench import make_programme
from archive_pipeline.media.ffmpeg import find_ffmpeg, media_url
from archive_pipeline.resources.archive import Archive
from archive_pipeline.settings import Settings, adopt_environment, child_environment
from archive_pipeline.stages.chain import CHAIN

Launcher = Literal["local", "queue"]
_NAME = "bench"
_PATIENCE_S = 3600.0


@dataclass(frozen=True)
class IngestCost:
    """Seconds of the clock and of processors; the process of the encoder counts, and so does every start."""

    n_videos: int
    seconds_each: float
    jobs: int
    wall_s: float
    """From the command to the published database; with the queue from the launched backfill to its end."""
    bare_s: float
    """Wall clock of `ffmpeg -threads 1 -i FILE -f null -` over the same files, `jobs` at once."""
    processor_s: float
    by_stage: Mapping[str, float]
    """Processor seconds by stage, all videos together; the encoder's process is not in them."""
    encoder_s: float
    gpu: GpuUse | None
    of_runs: Sequence[tuple[float, int]]
    """Processor seconds and MiB of each run's own process, where the queue launched it."""

    @property
    def realtime_factor(self) -> float:
        return self.n_videos * self.seconds_each / self.wall_s

    @property
    def ratio(self) -> float:
        return self.wall_s / self.bare_s

    @property
    def bookkeeping_s(self) -> float:
        """What is neither a stage's nor the encoder's: starts, Dagster, publishing."""
        return self.processor_s - sum(self.by_stage.values()) - self.encoder_s


def measure_ingest(
    folder: Path, *, n_videos: int, seconds_each: float, jobs: int, model: str, device: str, launcher: Launcher
) -> IngestCost:
    """Make programmes in `folder` (empty) and ingest them into an archive of its own, to which this process's
    environment points from then on. An architecture's name alone is given random weights. Raises PassingError
    `bench_failed`.
    """
    home, source = folder / "home", folder / "source"
    source.mkdir()
    environment = {
        "ARCHIVE_HOME": str(home),
        "ARCHIVE_COLLECTIONS": str(folder / "none"),
        "DAGSTER_HOME": str(home / "dagster"),
        "ARCHIVE_RUNTIME": str(folder / "runtime"),  # an encoder of its own, whose start and end are counted
        "ARCHIVE_DEVICE": device,
        "ARCHIVE_JOBS": str(jobs),
    }
    adopt_environment(environment)
    ffmpeg = find_ffmpeg(Settings().ffmpeg)
    videos = [source / f"programme {number}.mp4" for number in range(n_videos)]
    with ThreadPoolExecutor(jobs) as pool:
        list(pool.map(lambda each: make_programme(each[1], ffmpeg, seconds_each, each[0]), enumerate(videos)))
    bare_s = _bare(videos, ffmpeg, jobs)
    collection = Collection(name=_NAME, source=source, model=with_weights(model, folder), settle_s=0.0)
    write_collection(Settings().registered_collections_dir, collection)
    with of_descendants() as used, watched_gpu() as gpu:
        try:
            wall_s = _ingest(jobs) if launcher == "local" else _backfill(collection, folder / "dev.log")
        finally:
            encoder_s = _end_encoder()
    archive = Archive()
    ready = [entry for entry in archive.catalogue.entries(_NAME) if entry.status == "ready"]
    if len(ready) != n_videos:
        raise PassingError("bench_failed", f"{len(ready)} of {n_videos} videos are ready; see {folder}")
    with dg.DagsterInstance.get() as instance:
        of_runs = queued_run_costs(instance)
    by_stage = dict.fromkeys((stage.name for stage in CHAIN), 0.0)
    for entry in ready:
        for stage in CHAIN:
            stored = archive.lake.provenance(stage.tables[-1], entry.name)
            by_stage[stage.name] += stored.processor_s if stored else 0.0
    return IngestCost(
        n_videos, seconds_each, jobs, wall_s, bare_s, used.processor_s, by_stage, encoder_s, gpu.use(), of_runs
    )


def _bare(videos: list[Path], ffmpeg: Path, jobs: int) -> float:
    def decode(video: Path) -> None:
        command = [str(ffmpeg), "-v", "error", "-nostdin", "-threads", "1", "-i", media_url(video), "-f", "null", "-"]
        subprocess.run(command, check=True, stdin=subprocess.DEVNULL)

    began = time.perf_counter()
    with ThreadPoolExecutor(jobs) as pool:
        list(pool.map(decode, videos))
    return time.perf_counter() - began


def _ingest(jobs: int) -> float:
    began = time.perf_counter()
    command = [sys.executable, "-m", "archive_pipeline", "ingest", _NAME, "--jobs", str(jobs)]
    subprocess.run(command, check=True, env=child_environment({}))
    return time.perf_counter() - began


def _backfill(collection: Collection, log: Path) -> float:
    archive = Archive()
    ingestion = Ingestion(archive, collection, Request(jobs=1))
    _, videos = look_and_register(archive, ingestion.instance, collection, lambda: look(archive, collection))
    ingestion.close()
    ui = DagsterUi(log)
    try:
        ui.wait()
        began = time.perf_counter()
        backfill = ui.launch_backfill([stage.name for stage in CHAIN], [video.partition_key for video in videos])
        status = ui.finished(backfill, _PATIENCE_S)
        wall_s = time.perf_counter() - began
    finally:
        ui.stop()
    if status != "COMPLETED_SUCCESS":
        raise PassingError("bench_failed", f"the backfill ended as {status}; see {log}")
    return wall_s


def _end_encoder() -> float:
    """End this archive's encoder; the processor seconds that it had used."""
    settings = Settings()
    seconds = sum(seconds_of(one.status.pid) for one in running(settings) if one.status)
    stop_all(settings.runtime_folder, 20.0)
    return seconds
