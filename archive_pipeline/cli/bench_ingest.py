"""`archive-pipeline bench ingest` and `bench photos`: a whole ingest beside bare decoding, and where its seconds go."""

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from archive_pipeline.automation.ingest_bench import Launcher, measure_ingest
from archive_pipeline.automation.photo_bench import measure_photos
from archive_pipeline.cli.console import err, out
from archive_pipeline.cli.tables import WholeTable


@dataclass(frozen=True)
class Asked:
    """How large an ingest, and on what."""

    videos: int
    seconds: float
    jobs: int
    model: str
    device: str
    launcher: Launcher


def bench_ingest(asked: Asked) -> None:
    err.print(f"[dim]making {asked.videos} programmes of {asked.seconds:g} s in 720p, decoding and ingesting them …[/]")
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        cost = measure_ingest(
            Path(folder),
            n_videos=asked.videos,
            seconds_each=asked.seconds,
            jobs=asked.jobs,
            model=asked.model,
            device=asked.device,
            launcher=asked.launcher,
        )
    how = "a backfill through the queue" if asked.launcher == "queue" else "ingest"
    out.print(
        f"{how}: {cost.n_videos} × {cost.seconds_each:g} s of 720p, {asked.model} on {asked.device}, "
        f"{cost.jobs} at once: "
        f"[bold]{cost.wall_s:.1f} s[/], {cost.realtime_factor:.1f} × real time, "
        f"[bold]{cost.ratio:.2f} ×[/] bare ffmpeg ({cost.bare_s:.1f} s by {cost.jobs} processes); "
        f"in processor seconds {cost.processor_ratio:.2f} × ({cost.bare_processor_s:.1f})"
    )
    out.print(_shares(cost.by_stage, cost.encoder_s, cost.processor_s, cost.n_videos, "a video"))
    if cost.of_runs:
        seconds = [run.processor_s for run in cost.of_runs]
        out.print(
            f"a run's own process: {fmean(seconds):.2f} processor seconds on average, {max(seconds):.2f} at most; "
            f"{max(run.peak_mib for run in cost.of_runs)} MiB at most, "
            f"{max(run.own_mib for run in cost.of_runs)} of them its own"
        )
    if cost.gpu:
        out.print(f"GPU {cost.gpu.computing:.0f} % busy, its decoder {cost.gpu.decoding:.0f} %")


def bench_photos(photos: int, jobs: int, model: str, device: str) -> None:
    err.print(f"[dim]drawing {photos} photos of 12 megapixels, decoding and ingesting them …[/]")
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        cost = measure_photos(Path(folder), n_photos=photos, jobs=jobs, model=model, device=device)
    out.print(
        f"ingest: {cost.n_photos} JPEGs of 12 megapixels ({cost.megabytes:.0f} MB), {model} on {device}: "
        f"{cost.wall_s:.1f} s, {cost.processor_s:.1f} processor seconds, [bold]{cost.ratio:.2f} ×[/] bare decoding in "
        f"Pillow's draft mode ({cost.bare_s:.1f} s); reading them alone [bold]{cost.reading_ratio:.2f} ×[/]"
    )
    out.print(_shares(cost.by_stage, cost.encoder_s, cost.processor_s, cost.n_photos, "a photo"))


def _shares(by_stage: Mapping[str, float], encoder_s: float, all_s: float, n: int, each: str) -> WholeTable:
    """Processor seconds of stages, of the encoder's process, and of the rest of all."""
    table = WholeTable("processor seconds", each, "all", "share", texts=("processor seconds",))
    bookkeeping_s = all_s - sum(by_stage.values()) - encoder_s
    rows = {**by_stage, "encoder process": encoder_s, "starts, Dagster, publishing": bookkeeping_s}
    for name, seconds in (*rows.items(), ("all together", all_s)):
        table.add_row(name, f"{seconds / n:.3g}", f"{seconds:.1f}", f"{seconds / max(all_s, 1e-9):.0%}")
    return table
