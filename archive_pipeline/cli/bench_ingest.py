"""`archive-pipeline bench ingest`: a whole ingest beside bare decoding, and where its processor seconds go."""

import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from rich.table import Table

from archive_pipeline.automation.ingest_bench import IngestCost, Launcher, measure_ingest
from archive_pipeline.cli.console import err, out


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
        f"[bold]{cost.ratio:.2f} ×[/] bare ffmpeg ({cost.bare_s:.1f} s by {cost.jobs} processes)"
    )
    out.print(_shares(cost))
    if cost.of_runs:
        seconds, mebibytes = zip(*cost.of_runs, strict=True)
        out.print(
            f"a run's own process: {fmean(seconds):.2f} processor seconds on average, {max(seconds):.2f} at most; "
            f"{max(mebibytes)} MiB at most"
        )
    if cost.gpu:
        out.print(f"GPU {cost.gpu.computing:.0f} % busy, its decoder {cost.gpu.decoding:.0f} %")


def _shares(cost: IngestCost) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0))
    for name in ("processor seconds", "a video", "all", "share"):
        table.add_column(name, header_style="dim", justify="left" if name.startswith("processor") else "right")
    rows = {**cost.by_stage, "encoder process": cost.encoder_s, "starts, Dagster, publishing": cost.bookkeeping_s}
    for name, seconds in (*rows.items(), ("all together", cost.processor_s)):
        table.add_row(
            name, f"{seconds / cost.n_videos:.2f}", f"{seconds:.1f}", f"{seconds / max(cost.processor_s, 1e-9):.0%}"
        )
    return table
