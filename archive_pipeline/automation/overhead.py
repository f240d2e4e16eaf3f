"""What Dagster costs a video: runs of the whole chain in which every stage finds its work done."""

import time
from pathlib import Path

from archive_pipeline.automation.execution import LocalRuns
from archive_pipeline.automation.ingestion import Ingestion, Request
from archive_pipeline.collections.model import Collection
from archive_pipeline.collections.registration import write_collection
from archive_pipeline.encoders import BUNDLED_MODEL
from archive_pipeline.media.bench import make_bench_video
from archive_pipeline.media.ffmpeg import find_ffmpeg
from archive_pipeline.resources.archive import Archive
from archive_pipeline.settings import Settings, adopt_environment


def seconds_per_run(folder: Path, n_runs: int) -> float:
    """Mean wall-clock seconds of a run with nothing to compute, in one warm process, as `ingest` runs them.

    Makes an archive of its own in `folder` (empty), to which this process's environment points from then on.
    """
    home, source = folder / "home", folder / "source"
    source.mkdir()
    adopt_environment({"ARCHIVE_HOME": str(home), "DAGSTER_HOME": str(home / "dagster")})
    make_bench_video(source / "two seconds.mp4", find_ffmpeg(Settings().ffmpeg), seconds=2)
    collection = Collection(name="bench", source=source, model=BUNDLED_MODEL, settle_s=0.0)
    write_collection(Settings().registered_collections_dir, collection)
    ingestion = Ingestion(Archive(), collection, Request(jobs=1))
    _, (video,) = ingestion.prepare()
    runs = LocalRuns(ingestion.instance, "ingest_video")
    runs.execute(video.partition_key)
    started = time.perf_counter()
    for _ in range(n_runs):
        runs.execute(video.partition_key)
    seconds = (time.perf_counter() - started) / n_runs
    ingestion.close()
    return seconds
