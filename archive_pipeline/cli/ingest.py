"""`archive-pipeline ingest`: a folder or a collection, through the whole chain, in this terminal."""

import time
from collections.abc import Iterator
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape

from archive_pipeline.automation.ingestion import Ingestion, Request
from archive_pipeline.automation.local_worker import RunResult
from archive_pipeline.automation.mending import describe
from archive_pipeline.cli.archive_list import list_facts, show_list
from archive_pipeline.cli.console import ASKS, OK, SOME_FAILED, err, explained, out, print_json
from archive_pipeline.cli.preflight import preflight_facts, show_preflight, unit_of
from archive_pipeline.cli.progress import VideoBars
from archive_pipeline.cli.status import failure, show_failed, show_failed_photos
from archive_pipeline.cli.stopping import stoppable
from archive_pipeline.cli.targets import collection_of
from archive_pipeline.collections.model import Collection, Kind
from archive_pipeline.collections.plan import IngestPlan
from archive_pipeline.counting import counted
from archive_pipeline.encoders import BUNDLED_MODEL
from archive_pipeline.resources.archive import Archive
from archive_pipeline.settings import Settings
from archive_pipeline.stages.photos import failed_photos
from archive_pipeline.store.catalogue import Entry
from archive_pipeline.store.naming import VideoName


def ingest(
    target: Annotated[str, typer.Argument(help="A folder of videos or of photos, or the name of a collection.")],
    collection: Annotated[str | None, typer.Option(help="Name for the folder's collection.")] = None,
    kind: Annotated[
        Kind | None,
        typer.Option(help="What a new folder is a collection of; default: photos where it holds nothing else."),
    ] = None,
    model: Annotated[
        str | None,
        typer.Option(help="Encoder: siglip2 (the default), clip, or a whole name; archive-tiny needs no download."),
    ] = None,
    fps: Annotated[float | None, typer.Option(help="Frames sampled per second, of videos.")] = None,
    jobs: Annotated[int | None, typer.Option(help="Videos, or albums, at once; default: one a core.", min=1)] = None,
    force: Annotated[bool, typer.Option(help="Compute everything again.")] = False,
    retry_failed: Annotated[bool, typer.Option(help="Try again what failed for good.")] = False,
    accept_removals: Annotated[bool, typer.Option(help="More than 5 % vanished, and that is meant.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Ingest new and changed videos: frames, embeddings, classes, scenes, shots, Qdrant points, DuckDB statistics; or
    photos, by albums: pictures, embeddings, points, statistics."""
    settings = Settings()
    with explained(as_json), stoppable(f"archive-pipeline ingest {target}"):
        chosen = collection_of(settings, target, name=collection, model=model, fps=fps, kind=kind)
        request = Request(jobs or settings.videos_at_once, force, retry_failed, accept_removals)
        code, report = run_ingest(settings, chosen, request, as_json)
    if as_json:
        print_json(report)
    raise typer.Exit(code)


def run_ingest(
    settings: Settings, collection: Collection, request: Request, as_json: bool = False
) -> tuple[int, dict[str, Any]]:
    """Ingest and show it; the exit code and what a script would want to know."""
    _say_what_the_model_is(collection)
    ingestion = Ingestion(Archive(), collection, request)
    plan, videos = ingestion.prepare()
    if not ingestion.mended.is_nothing:
        err.print(f"[yellow]Mended first:[/] {describe(ingestion.mended)}")
    show_preflight(collection, plan)
    show_list(ingestion.list)
    started = time.monotonic()
    results = list(_watched(ingestion, videos)) if videos else []
    published = ingestion.publish()
    ingestion.close()
    entries = {entry.name: entry for entry in ingestion.archive.catalogue.entries(collection.name)}
    failed = [entry for entry in entries.values() if entry.status == "failed"]
    ready = sum(entry.status == "ready" for entry in entries.values())
    albums = [entry.name for entry in entries.values() if entry.name.is_album and entry.status == "ready"]
    failed_files = failed_photos(ingestion.archive.lake, albums).to_dicts()
    console = err if as_json else out
    _summarize(console, plan, len(results), ready, failed, time.monotonic() - started, unit_of(collection))
    if failed_files:
        show_failed_photos(console, failed_files)
    if collection.kind == "photos" and collection.is_organised and any(result.success for result in results):
        err.print(f"[dim]next, where no daemon does it: archive-pipeline organise {collection.name}[/]", soft_wrap=True)
    report = {
        **preflight_facts(collection, plan),
        **list_facts(ingestion.list),
        "ran": len(results),
        "ready": ready,
        "failed": [failure(entry) for entry in failed],
        **({"failed_photos": failed_files} if collection.kind == "photos" else {}),
        "published": published,
        "database": str(settings.database_link),
    }
    if plan.held:
        return ASKS, report
    all_well = published and not failed and not failed_files and all(result.success for result in results)
    return (OK if all_well else SOME_FAILED), report


def _watched(ingestion: Ingestion, videos: list[VideoName]) -> Iterator[RunResult]:
    with VideoBars(len(videos)) as bars:
        for result in ingestion.run(videos, bars.show):
            bars.finished(result)
            _say_how_it_ended(ingestion, result)
            yield result


def _say_how_it_ended(ingestion: Ingestion, result: RunResult) -> None:
    video = VideoName.from_partition_key(result.task.key or "")
    if result.success:
        err.print(f"[green]✓[/] {escape(video.video_id)} [dim]{result.seconds:.1f} s[/]")
        return
    if result.canceled:
        err.print(f"[yellow]·[/] {escape(video.video_id)} [dim]canceled; it is still to be done[/]")
        return
    entry = ingestion.archive.catalogue.entry(video)
    why = f"{entry.error_code}: {entry.message}" if entry and entry.error_code else f"run {result.run_id} failed"
    err.print(f"[red]✗[/] {escape(video.video_id)} [red]{escape(why)}[/]")


def _say_what_the_model_is(collection: Collection) -> None:
    if collection.model == BUNDLED_MODEL:
        err.print(f"[yellow]{BUNDLED_MODEL} is a small model for trying things out; real archives need a real one.[/]")


def _summarize(
    console: Console, plan: IngestPlan, ran: int, ready: int, failed: list[Entry], seconds: float, unit: str
) -> None:
    if failed:
        show_failed(console, failed)
        console.print()
    done = [f"{counted(ran, unit)} in {seconds:.0f} s"] if ran else []
    if plan.removals:
        done.append(f"{len(plan.removals)} withdrawn")
    said = ", ".join(done) or "nothing to do"
    console.print(f"[bold]{plan.collection}[/]: {said}; {ready} ready, {len(failed)} failed.")
