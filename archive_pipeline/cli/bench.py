"""`archive-pipeline bench`: what the pipeline costs, as ratios to the bare tool in the same run."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from archive_pipeline.cli.console import CANNOT, err, explained, out
from archive_pipeline.settings import Settings

_PARTS = ("decode", "encode", "semantics", "index", "dagster", "cuts")


def bench(
    parts: Annotated[list[str] | None, typer.Argument(help=f"Of {', '.join(_PARTS)}; default: all but cuts.")] = None,
    footage: Annotated[Path, typer.Option(help="Clips with shots.json, for `cuts`.")] = Path("../shared/footage"),
) -> None:
    """Measure decoding, encoding, clustering, indexing and Dagster's own cost; `cuts` scores the cut detectors."""
    chosen = parts or [part for part in _PARTS if part != "cuts"]
    if unknown := set(chosen) - set(_PARTS):
        err.print(f"[red]no such part: {', '.join(unknown)}[/]; there are {', '.join(_PARTS)}")
        raise typer.Exit(CANNOT)
    table = Table(box=None, padding=(0, 2, 0, 0))
    for name in ("what", "measured", "bound", ""):
        table.add_column(name, header_style="dim")
    work: dict[str, Callable[[Table], None]] = {
        "decode": _decode, "encode": _encode, "semantics": _semantics, "index": _index, "dagster": _dagster,
    }  # fmt: skip
    with explained():
        for part in chosen:
            if part == "cuts":
                _cuts(footage)
            else:
                err.print(f"[dim]measuring {part} …[/]")
                work[part](table)
    if table.row_count:
        out.print(table)


def _row(table: Table, what: str, value: float, bound: float, unit: str = "×") -> None:
    mark = "[green]✓[/]" if value <= bound else "[red]✗[/]"
    table.add_row(what, f"{value:.2f} {unit}", f"≤ {bound:g} {unit}", mark)


def _decode(table: Table) -> None:
    from archive_pipeline.media.bench import decode_cost, make_bench_video
    from archive_pipeline.media.ffmpeg import find_ffmpeg
    from archive_pipeline.media.model import SamplingParameters

    ffmpeg = find_ffmpeg(Settings().ffmpeg)
    with tempfile.TemporaryDirectory() as folder:
        video = Path(folder) / "720p.mp4"
        make_bench_video(video, ffmpeg)
        cost = decode_cost(video, ffmpeg, SamplingParameters())
    what = f"frames: 60 s of 720p H.264 in {cost.sampling_s:.1f} s, bare ffmpeg {cost.bare_s:.1f} s"
    _row(table, what, cost.ratio, 1.25)


def _encode(table: Table) -> None:
    from archive_pipeline.encoders.bench import measure

    cost = measure(device=Settings().device)
    _row(table, f"embeddings: ViT-B-32, {cost.images_per_s:.0f} pictures/s, beside the bare model", cost.ratio, 1.15)


def _semantics(table: Table) -> None:
    from archive_pipeline.semantics.bench import measure

    cost = measure(10_800)
    _row(table, "semantics: 10,800 frames (an hour at 3 fps)", cost.total_s, 10, "s")
    command = [sys.executable, "-m", "archive_pipeline.semantics.bench", "65000"]  # a process of its own: its peak
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    peak_gb = json.loads(printed)["peak_rss_mib"] * 2**20 / 1e9
    _row(table, "semantics: peak memory for 65,000 frames (six hours)", peak_gb, 2, "GB")


def _index(table: Table) -> None:
    from archive_pipeline.search.bench import measure_index

    with tempfile.TemporaryDirectory() as folder:
        cost = measure_index(Path(folder))
    _row(table, "index: 18,404 points of 768-d, p95 of a query", cost.plain.p95_ms, 10, "ms")
    _row(table, "index: the same, filtered by collection", cost.filtered.p95_ms, 10, "ms")
    _row(table, "index: the same, grouped by video", cost.grouped.p95_ms, 10, "ms")


def _dagster(table: Table) -> None:
    """A video through a chain that has nothing to compute: what remains is Dagster and our bookkeeping."""
    from archive_pipeline.automation.overhead import seconds_per_run

    with tempfile.TemporaryDirectory() as folder:
        seconds = seconds_per_run(Path(folder), n_runs=5)
    _row(table, f"Dagster's own cost per video in `ingest` ({os.cpu_count()} cores)", seconds, 3, "s")


def _cuts(footage: Path) -> None:
    from archive_pipeline.evaluation.clips import verified_clips
    from archive_pipeline.evaluation.peers import as_table, compare, peers

    typer.echo(as_table(compare(verified_clips(footage), peers())))
