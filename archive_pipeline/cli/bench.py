"""`archive-pipeline bench`: what the pipeline costs, as ratios to the bare tool in the same run."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from archive_pipeline.cli.console import CANNOT, err, explained, out
from archive_pipeline.cli.tables import WholeTable
from archive_pipeline.encoders import BUNDLED_MODEL
from archive_pipeline.errors import ConfigurationError
from archive_pipeline.settings import Settings

_PARTS = (
    "decode",
    "encode",
    "semantics",
    "concepts",
    "index",
    "texts",
    "dagster",
    "ingest",
    "photos",
    "million",
    "cuts",
    "scale",
    "gpu",
)
_LONG = ("ingest", "photos", "million", "cuts", "scale", "gpu")


def bench(
    parts: Annotated[
        list[str] | None, typer.Argument(help=f"Of {', '.join(_PARTS)}; default: all but {' and '.join(_LONG)}.")
    ] = None,
    footage: Annotated[Path, typer.Option(help="Clips with shots.json, for `cuts`.")] = Path("../shared/footage"),
    videos: Annotated[
        int | None,
        typer.Option(
            help="How many: programmes for `ingest` (12), `gpu` (24), registered for `scale` (25,000).", min=1
        ),
    ] = None,
    photos: Annotated[int, typer.Option(help="How many of 12 megapixels, for `photos`.", min=1)] = 300,
    seconds: Annotated[
        float | None, typer.Option(help="How long each, for `ingest` (60) and `gpu` (240).", min=1)
    ] = None,
    jobs: Annotated[
        int | None,
        typer.Option(help="Videos or albums at once, for `ingest`, `photos`, `gpu`; default: one a core.", min=1),
    ] = None,
    model: Annotated[
        str, typer.Option(help="The encoder, for the same; an architecture alone: random weights.")
    ] = BUNDLED_MODEL,
    device: Annotated[str | None, typer.Option(help="Where the encoder computes, for the same.")] = None,
    launcher: Annotated[str, typer.Option(help="`local` (ingest) or `queue` (a backfill in the UI).")] = "local",
    file: Annotated[Path, typer.Option(help="Where `gpu` writes figures, anew after each part.")] = Path("gpu.json"),
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for `scale`.")] = False,
) -> None:
    """Measure decoding, encoding, clustering, concepts, indexing, searching and Dagster's own cost.

    `ingest` and `photos` measure a whole ingest of made-up programmes and photos beside bare decoding; `million` fills
    an index of a million shots (8 GB of disk for some minutes), `cuts` scores the cut detectors, `scale` draws an
    archive of many registered videos and measures its looks, ticks, pages and publications; `gpu` measures all that a
    machine with a GPU has to show, in less than ten minutes (`--device cuda`).
    """
    chosen = parts or [part for part in _PARTS if part not in _LONG]
    if unknown := set(chosen) - set(_PARTS):
        err.print(f"[red]no such part: {', '.join(unknown)}[/]; there are {', '.join(_PARTS)}")
        raise typer.Exit(CANNOT)
    table = WholeTable("what", "measured", "bound", "", texts=("what",))
    work: dict[str, Callable[[WholeTable], None]] = {
        "decode": _decode, "encode": _encode, "semantics": _semantics, "concepts": _concepts, "index": _index,
        "texts": _texts, "dagster": _dagster, "million": _million,
    }  # fmt: skip
    with explained():
        for part in chosen:
            if part == "cuts":
                _cuts(footage)
            elif part == "ingest":
                _ingest(videos or 12, seconds or 60.0, jobs, model, device, launcher)
            elif part == "photos":
                _photos(photos, jobs, model, device)
            elif part == "scale":
                _scale(videos or 25_000, as_json)
            elif part == "gpu":
                _gpu(file, videos or 24, seconds or 240.0, jobs, device)
            else:
                err.print(f"[dim]measuring {part} …[/]")
                work[part](table)
    if table.row_count:
        out.print(table)


def _row(table: WholeTable, what: str, value: float, bound: float, unit: str = "×") -> None:
    mark = "[green]✓[/]" if value <= bound else "[red]✗[/]"
    table.add_row(what, f"{value:.2f} {unit}", f"≤ {bound:g} {unit}", mark)


def _decode(table: WholeTable) -> None:
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


def _encode(table: WholeTable) -> None:
    from archive_pipeline.encoders.bench import measure

    cost = measure(device=Settings().device)
    _row(table, f"embeddings: ViT-B-32, {cost.images_per_s:.0f} pictures/s, beside the bare model", cost.ratio, 1.15)
    decoded = f"{cost.n_images / cost.decode_s:.0f} JPEGs/s decoded and resized, in its time for one picture"
    _row(table, f"embeddings: {decoded}", 1 / cost.decoding_ratio, 1 / 1.3)


def _semantics(table: WholeTable) -> None:
    from archive_pipeline.semantics.bench import measure

    cost = measure(10_800)
    _row(table, "semantics: 10,800 frames (an hour at 3 fps)", cost.total_s, 10, "s")
    command = [sys.executable, "-m", "archive_pipeline.semantics.bench", "65000"]  # a process of its own: its peak
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    peak_gb = json.loads(printed)["peak_rss_mib"] * 2**20 / 1e9
    _row(table, "semantics: peak memory for 65,000 frames (six hours)", peak_gb, 2, "GB")


def _concepts(table: WholeTable) -> None:
    from archive_pipeline.stages.concept_bench import seconds_an_hour

    with tempfile.TemporaryDirectory() as folder:
        seconds = seconds_an_hour(Path(folder))
    _row(table, "concepts: 1,000 shots (an hour) against the shipped vocabularies", seconds, 1, "s")


def _index(table: WholeTable) -> None:
    from archive_pipeline.search.bench import measure_index

    with tempfile.TemporaryDirectory() as folder:
        cost = measure_index(Path(folder))
    _row(table, "index: 18,404 points of 768-d, p95 of a query", cost.plain.p95_ms, 10, "ms")
    _row(table, "index: the same, filtered by collection", cost.filtered.p95_ms, 10, "ms")
    _row(table, "index: the same, grouped by video", cost.grouped.p95_ms, 10, "ms")
    _row(table, "index: the same, filtered and grouped", cost.filtered_grouped.p95_ms, 10, "ms")


def _texts(table: WholeTable) -> None:
    from archive_pipeline.encoders import BUNDLED_MODEL, identify
    from archive_pipeline.encoders.service import served_encoder
    from archive_pipeline.search.bench import measure_texts
    from archive_pipeline.search.spaces import space_name
    from archive_pipeline.simulator.world import COLOURS, OBJECTS, SETTINGS
    from archive_pipeline.stages.archive_search import askable_space

    identity, device = identify(BUNDLED_MODEL), Settings().device
    space = askable_space(space_name(BUNDLED_MODEL, identity), BUNDLED_MODEL, identity, device)
    places = [setting.phrase_en for setting in SETTINGS.values()]
    texts = [
        f"a {colour} {thing} {places[(i + j + 5 * k) % len(places)]}"
        for k in range(2)
        for i, colour in enumerate(COLOURS)
        for j, thing in enumerate(OBJECTS)
    ]
    dimension = served_encoder(BUNDLED_MODEL, device).dimension
    for about, said in (("", ()), (" that speak", texts)):
        with tempfile.TemporaryDirectory() as folder:
            costs = measure_texts(Path(folder), space, dimension, texts, said)
        for what, cost in costs.items():
            name = f"search: {BUNDLED_MODEL}, from words to {what} among 18,404{about}, p95"
            name += f" (p50 {cost.p50_ms:.0f} ms, processor {cost.processor_ms:.0f} ms)"
            _row(table, name, cost.p95_ms, 60, "ms")


def _million(table: WholeTable) -> None:
    """Filled by one process and asked by another, whose memory is then the search's alone."""
    command = [sys.executable, "-m", "archive_pipeline.search.million"]
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([*command, "fill", folder], check=True)
        cost = json.loads(subprocess.run([*command, "ask", folder], check=True, capture_output=True, text=True).stdout)
    for what in ("plain", "filtered", "grouped"):
        _row(table, f"index: a million shots of 768-d, {what}, p95 of a query", cost[f"{what}_p95_ms"], 200, "ms")
    _row(table, "index: the same, memory of its own", cost["own_gb"], 1, "GB")
    err.print(f"[dim]million: {json.dumps(cost)}[/]", soft_wrap=True)


def _dagster(table: WholeTable) -> None:
    """A video of one second in a warm process: all of it, and a chain in which nothing is to be computed."""
    from archive_pipeline.automation.overhead import costs_per_run

    with tempfile.TemporaryDirectory() as folder:
        computed, found_done = costs_per_run(Path(folder), n_runs=10)
    _row(table, "a warm video of one second, processor time without the encoder's", computed.processor_s, 0.8, "s")
    _row(table, "the same with nothing to compute: Dagster and bookkeeping", found_done.processor_s, 0.5, "s")


def _ingest(videos: int, seconds: float, jobs: int | None, model: str, device: str | None, launcher: str) -> None:
    from archive_pipeline.cli.bench_ingest import Asked, bench_ingest

    if launcher not in ("local", "queue"):
        raise ConfigurationError("unknown_launcher", f"there is no launcher {launcher!r}; there are local and queue")
    settings = Settings()
    bench_ingest(
        Asked(videos, seconds, jobs or settings.videos_at_once, model, device or settings.device, launcher)  # type: ignore[arg-type]
    )


def _photos(photos: int, jobs: int | None, model: str, device: str | None) -> None:
    from archive_pipeline.cli.bench_ingest import bench_photos

    settings = Settings()
    bench_photos(photos, jobs or settings.videos_at_once, model, device or settings.device)


def _scale(videos: int, as_json: bool) -> None:
    from archive_pipeline.cli.bench_scale import bench_scale

    bench_scale(videos, as_json=as_json)


def _gpu(file: Path, videos: int, seconds: float, jobs: int | None, device: str | None) -> None:
    from archive_pipeline.cli.bench_gpu import bench_gpu

    bench_gpu(file, videos, seconds, jobs or Settings().videos_at_once, device or "cuda")


def _cuts(footage: Path) -> None:
    from archive_pipeline.evaluation.clips import verified_clips
    from archive_pipeline.evaluation.peers import as_table, compare, peers

    typer.echo(as_table(compare(verified_clips(footage), peers())))
