"""`archive-pipeline describe`: what is in the videos, or photos, of a collection, in words, in this terminal."""

import time
from collections.abc import Iterator, Sequence
from typing import Annotated, Any

import typer
from rich.markup import escape

from archive_pipeline.automation.due_analyses import Due, without
from archive_pipeline.automation.local_analyses import LocalAnalyses
from archive_pipeline.automation.local_worker import RunResult
from archive_pipeline.cli.console import OK, SOME_FAILED, err, explained, out, print_json
from archive_pipeline.cli.failures import Failure, show_failures
from archive_pipeline.cli.holds import held_facts, show_holds
from archive_pipeline.cli.preflight import unit_of
from archive_pipeline.cli.progress import VideoBars
from archive_pipeline.cli.stopping import stoppable
from archive_pipeline.collections.collection_files import find_collection
from archive_pipeline.collections.model import Collection
from archive_pipeline.counting import counted
from archive_pipeline.errors import ConfigurationError
from archive_pipeline.resources.archive import Archive
from archive_pipeline.settings import Settings
from archive_pipeline.stages.chain import ANALYSES, ANALYSES_OF, OF_A_SERVER
from archive_pipeline.store.naming import VideoName

_NAMES = tuple(ANALYSES_OF["videos"])
_OF_PHOTOS = ", ".join(ANALYSES_OF["photos"])


def describe(
    collection: Annotated[str, typer.Argument(help="The name of a collection.")],
    only: Annotated[
        list[str] | None, typer.Option(help=f"Only this, again for more: {', '.join(_NAMES)}; of photos {_OF_PHOTOS}.")
    ] = None,
    jobs: Annotated[int | None, typer.Option(help="Videos, or albums, at once; default: one a core.", min=1)] = None,
    force: Annotated[bool, typer.Option(help="Do everything again.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Say what is in the shots: concepts, objects, visible text, reuses, transcript, descriptions, summaries,
    findings, second opinions. Of photos: objects, visible text, descriptions.

    Without --only it does what the collection's file asks for under `analyses:`. What is there is not done again, and
    what needs a VLM server waits where none answers.
    """
    settings = Settings()
    with explained(as_json), stoppable(f"archive-pipeline describe {collection}"):
        chosen = find_collection(collection, settings.collection_folders)
        _check_asked(chosen, only or ())
        work = LocalAnalyses(Archive(), chosen, only or None, force=force)
        report = run_describe(work, jobs or settings.videos_at_once, as_json)
    if as_json:
        print_json(report)
    raise typer.Exit(SOME_FAILED if any(report[name] for name in ("failed", "held", "waiting_for_server")) else OK)


def _check_asked(collection: Collection, only: Sequence[str]) -> None:
    """Raises ConfigurationError `unknown_analysis`; and `no_analyses` where nothing is asked for, as of photos."""
    known = ANALYSES_OF[collection.kind]
    if unknown := sorted(set(only) - set(known)):
        raise ConfigurationError(
            "unknown_analysis", f"there is no analysis {unknown[0]!r} of {collection.kind}; known: {', '.join(known)}"
        )
    if collection.kind == "photos" and not (only or collection.analyses):
        raise ConfigurationError(
            "no_analyses",
            f"the file of {collection.name} asks for no analyses; write `analyses: [{_OF_PHOTOS}]` into it, or say "
            f"--only {next(iter(known))}",
        )


def run_describe(work: LocalAnalyses, jobs: int, as_json: bool = False) -> dict[str, Any]:
    """Do what is due and show it; what a script would want to know."""
    started = time.monotonic()
    due = work.due()
    absence = work.server_absence() if any(not OF_A_SERVER.isdisjoint(one.analyses) for one in due) else None
    n_waiting = 0
    if absence:
        n_waiting = sum(not OF_A_SERVER.isdisjoint(one.analyses) for one in due)
        unit = unit_of(work.collection)
        waits = counted(n_waiting, f"{unit} waits", f"{unit}s wait")
        err.print(f"[yellow]{waits} for a VLM server:[/] {escape(absence)}")
        due = without(due, OF_A_SERVER)
    results = list(_watched(work, due, jobs)) if due else []
    show_holds(err, work.held.values())
    work.publish()
    ended = work.ended()
    work.close()
    failed = [one for one in ended if one.status == "failed"]
    console = err if as_json else out
    if failed:
        show_failures(
            console,
            "Failed",
            [Failure(one.video.video_id, one.analysis, one.error_code or "", one.message or "") for one in failed],
            "SELECT * FROM analyses WHERE status = 'failed', or --json",
        )
    ran = counted(len(results), unit_of(work.collection))
    what = f"{ran} in {time.monotonic() - started:.0f} s" if results else "nothing to do"
    done = ", ".join(
        f"{n} {stage.name}"
        for stage in ANALYSES
        if (n := sum(o.analysis == stage.name and o.status == "done" for o in ended))
    )
    console.print(f"[bold]{work.collection.name}[/]: {what}; {done or 'nothing'} done, {len(failed)} failed.")
    return {
        "collection": work.collection.name,
        "ran": len(results),
        "waiting_for_server": n_waiting,
        "held": [held_facts(hold) for hold in work.held.values()],
        "failed": [
            {
                "video_id": one.video.video_id,
                "analysis": one.analysis,
                "error_code": one.error_code,
                "message": one.message,
            }
            for one in failed
        ],
    }


def _watched(work: LocalAnalyses, due: list[Due], jobs: int) -> Iterator[RunResult]:
    with VideoBars(len(due)) as bars:
        for result in work.run(due, jobs, bars.show):
            bars.finished(result)
            video = VideoName.from_partition_key(result.task.key or "")
            mark = "[green]✓[/]" if result.success else "[red]✗[/]"
            err.print(f"{mark} {escape(video.video_id)} [dim]{', '.join(result.task.assets)} {result.seconds:.1f} s[/]")
            yield result
