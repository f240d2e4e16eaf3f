"""What an ingest costs beside its lower bound, bare decoding of the same files by as many processes: through real
Dagster runs, of a command line or of the queue."""

import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import dagster as dg

from archive_pipeline.automation.bench_archive import own_archive
from archive_pipeline.automation.dagster_ui import DagsterUi
from archive_pipeline.automation.discovery import look, look_and_register
from archive_pipeline.automation.gpu_use import GpuUse, watched_gpu
from archive_pipeline.automation.ingestion import Ingestion, Request
from archive_pipeline.automation.overhead import QueuedRunCost, queued_run_costs
from archive_pipeline.automation.processor_time import of_descendants, of_this_process, seconds_of
from archive_pipeline.collections.model import Collection
from archive_pipeline.collections.registration import write_collection
from archive_pipeline.encoders.service.census import running, stop_all
from archive_pipeline.encoders.untrained import with_weights
from archive_pipeline.errors import PassingError
from archive_pipeline.media.bench import make_programme
from archive_pipeline.media.ffmpeg import find_ffmpeg, media_url
from archive_pipeline.resources.archive import Archive
from archive_pipeline.settings import Settings, child_environment
from archive_pipeline.stages.chain import CHAIN, Stage
from archive_pipeline.store.naming import VideoName

Launcher = Literal["local", "queue"]
BENCH = "bench"
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
    bare_processor_s: float
    """Its processor seconds, which other work on the machine disturbs less."""
    processor_s: float
    by_stage: Mapping[str, float]
    """Processor seconds by stage, all videos together; the encoder's process is not in them."""
    encoder_s: float
    gpu: GpuUse | None
    of_runs: Sequence[QueuedRunCost]
    """Of each run's own process, where the queue launched it."""

    @property
    def realtime_factor(self) -> float:
        return self.n_videos * self.seconds_each / self.wall_s

    @property
    def ratio(self) -> float:
        return self.wall_s / self.bare_s

    @property
    def processor_ratio(self) -> float:
        return self.processor_s / self.bare_processor_s


def measure_ingest(
    folder: Path, *, n_videos: int, seconds_each: float, jobs: int, model: str, device: str, launcher: Launcher
) -> IngestCost:
    """Make programmes in `folder` (empty) and ingest them into an archive of its own, to which this process's
    environment points from then on. An architecture's name alone is given random weights. Raises PassingError
    `bench_failed`.
    """
    source = own_archive(folder, {"ARCHIVE_DEVICE": device, "ARCHIVE_JOBS": str(jobs)})
    ffmpeg = find_ffmpeg(Settings().ffmpeg)
    videos = [source / f"programme {number}.mp4" for number in range(n_videos)]
    with ThreadPoolExecutor(jobs) as pool:
        list(pool.map(lambda each: make_programme(each[1], ffmpeg, seconds_each, each[0]), enumerate(videos)))
    used_before = of_this_process()
    bare_s = _bare(videos, ffmpeg, jobs)
    bare_processor_s = of_this_process() - used_before
    collection = Collection(name=BENCH, source=source, model=with_weights(model, folder), settle_s=0.0)
    write_collection(Settings().registered_collections_dir, collection)
    cost = costed(lambda: ingest(BENCH, jobs) if launcher == "local" else _backfill(collection, folder / "dev.log"))
    archive = Archive()
    ready = [entry for entry in archive.catalogue.entries(BENCH) if entry.status == "ready"]
    if len(ready) != n_videos:
        raise PassingError("bench_failed", f"{len(ready)} of {n_videos} videos are ready; see {folder}")
    with dg.DagsterInstance.get() as instance:
        of_runs = queued_run_costs(instance)
    by_stage = seconds_by_stage(archive, CHAIN, [entry.name for entry in ready])
    return IngestCost(
        n_videos=n_videos,
        seconds_each=seconds_each,
        jobs=jobs,
        wall_s=cost.wall_s,
        bare_s=bare_s,
        bare_processor_s=bare_processor_s,
        processor_s=cost.processor_s,
        by_stage=by_stage,
        encoder_s=cost.encoder_s,
        gpu=cost.gpu,
        of_runs=of_runs,
    )


@dataclass(frozen=True)
class WholeCost:
    """Of an ingest from its start until its encoder has ended, too."""

    wall_s: float
    processor_s: float
    encoder_s: float
    """Processor seconds of the encoder's process, which are in `processor_s`."""
    gpu: GpuUse | None


def costed(ingesting: Callable[[], float]) -> WholeCost:
    """Do it, which gives its wall clock, and end this archive's encoder, however it went."""
    with of_descendants() as used, watched_gpu() as gpu:
        try:
            wall_s = ingesting()
        finally:
            encoder_s = _end_encoder()
    return WholeCost(wall_s, used.processor_s, encoder_s, gpu.use())


def seconds_by_stage(archive: Archive, chain: Sequence[Stage], names: Sequence[VideoName]) -> dict[str, float]:
    """Processor seconds that each stage had of all of these."""
    by_stage = dict.fromkeys((stage.name for stage in chain), 0.0)
    for name in names:
        for stage in chain:
            stored = archive.lake.provenance(stage.tables[-1], name)
            by_stage[stage.name] += stored.processor_s if stored else 0.0
    return by_stage


def _bare(videos: list[Path], ffmpeg: Path, jobs: int) -> float:
    def decode(video: Path) -> None:
        command = [str(ffmpeg), "-v", "error", "-nostdin", "-threads", "1", "-i", media_url(video), "-f", "null", "-"]
        subprocess.run(command, check=True, stdin=subprocess.DEVNULL)

    began = time.perf_counter()
    with ThreadPoolExecutor(jobs) as pool:
        list(pool.map(decode, videos))
    return time.perf_counter() - began


def ingest(collection: str, jobs: int) -> float:
    """Seconds that the command takes."""
    began = time.perf_counter()
    command = [sys.executable, "-m", "archive_pipeline", "ingest", collection, "--jobs", str(jobs)]
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
