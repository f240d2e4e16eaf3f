"""What an ingest would do and cost, before anything runs."""

from collections.abc import Sequence
from typing import Any

from rich.markup import escape
from rich.table import Table

from archive_pipeline.cli.console import err, hours, size
from archive_pipeline.collections.estimate import Experience, estimate, photo_reading_s
from archive_pipeline.collections.model import Collection
from archive_pipeline.collections.plan import IngestPlan
from archive_pipeline.collections.walk import SOUND_EXTENSIONS
from archive_pipeline.counting import counted
from archive_pipeline.language.transcripts.subtitles import FORMATS
from archive_pipeline.store.naming import readable

_SHOWN = 5
_KINDS = (
    ("new", "new"),
    ("changed", "changed"),
    ("moved", "moved (results are kept)"),
    ("returned", "back again"),
    ("unfinished", "not finished before"),
    ("outdated", "made with other parameters"),
    ("failed_passing", "failed before, to be tried again"),
    ("failed_waiting", "failed before, pausing"),
    ("failed_permanent", "failed for good (left alone)"),
    ("unchanged", "unchanged"),
    ("vanished", "vanished"),
    ("unsettled", "still being written (next time)"),
    ("out_of_sight", "in folders that cannot be read"),
)


def unit_of(collection: Collection) -> str:
    """What each of its runs is about."""
    return "album" if collection.kind == "photos" else "video"


def preflight_facts(collection: Collection, plan: IngestPlan) -> dict[str, Any]:
    """The look at a collection, for scripts."""
    return {
        "collection": collection.name,
        "kind": collection.kind,
        "source": str(collection.source),
        "model": collection.model,
        **{kind: len(getattr(plan, kind)) for kind, _ in _KINDS},
        "ignored": plan.n_ignored,
        "hidden": plan.n_hidden,
        "hidden_videos": len(plan.hidden_videos),
        "sounds": len(plan.sounds),
        "to_run": len(plan.to_run),
        "bytes_to_run": plan.bytes_to_run,
        "removals_held": plan.held,
    }


def show_preflight(collection: Collection, plan: IngestPlan) -> None:
    """The same for people, on stderr."""
    table = Table(box=None, show_header=False, padding=(0, 1), title_justify="left")
    for kind, text in _KINDS:
        count = len(getattr(plan, kind))
        if count:
            named = (
                f" [dim]({escape(_named([entry.path for entry in plan.vanished]))})[/]" if kind == "vanished" else ""
            )
            table.add_row(f"{count:>6}", text + named)
    for what, counts in _ignored(collection, plan).items():
        if counts:
            kinds = ", ".join(f"{n} {extension}" for extension, n in list(counts.items())[:5])
            table.add_row(f"{sum(counts.values()):>6}", f"[dim]{what} ({escape(kinds)})[/]")
    for paths, what in (
        (plan.sounds, "recordings without pictures, ignored"),
        (plan.hidden_videos, f"{collection.kind} whose names begin with a dot, ignored"),
    ):
        if paths:
            table.add_row(f"{len(paths):>6}", f"[yellow]{what}[/] [dim]({escape(_named(paths))})[/]")
    of_photos = " of photos, an album a folder" if collection.kind == "photos" else ""
    err.print(f"[bold]{escape(collection.title)}[/]{of_photos} [dim]{escape(str(collection.source))}[/]")
    err.print(table)
    if collection.keeps_former_model:
        err.print(kept_model_said(collection))
    for item in plan.unreadable[:5]:
        err.print(f"[yellow]cannot be read:[/] {escape(item.path.decode('utf-8', 'backslashreplace'))}: {item.reason}")
    if plan.to_run:
        err.print(f"{counted(len(plan.to_run), unit_of(collection))} to run, {size(plan.bytes_to_run)}")
    if plan.held:
        err.print(f"[bold yellow]Nothing is removed:[/] {escape(plan.held)}.")


def _ignored(collection: Collection, plan: IngestPlan) -> dict[str, dict[str, int]]:
    """How many by extension, by what becomes of them; recordings of sound are told by their names."""
    subtitles, documents, others = dict[str, int](), dict[str, int](), dict[str, int]()
    for extension, n in plan.ignored.items():
        kind = extension.removeprefix(".")
        if kind.encode() in SOUND_EXTENSIONS:
            continue
        is_read = collection.kind == "videos" and kind in FORMATS
        (others if not is_read else documents if kind == "xml" else subtitles)[extension] = n
    return {
        "subtitle files, read by the transcript": subtitles,
        "XML files, read by the transcript where they are subtitles": documents,
        "other files, ignored": others,
    }


def _named(paths: Sequence[bytes]) -> str:
    shown = ", ".join(readable(path) for path in paths[:_SHOWN])
    return shown + (", …" if len(paths) > _SHOWN else "")


def kept_model_said(collection: Collection) -> str:
    """That a file names no model and its videos keep theirs, and how it is changed; markup."""
    return (
        f"{collection.name}: its file names no model, so it keeps [bold]{escape(collection.model)}[/], which its "
        "videos were embedded with. [dim]Write `model:` to say so, or another one to have them embedded again.[/]"
    )


def show_estimate(collection: Collection, plan: IngestPlan, experience: Experience) -> None:
    """What running it would cost, as an estimate."""
    if not plan.to_run:
        err.print("Nothing to run.")
        return
    if collection.kind == "photos":
        photos = f"{plan.n_photos:,} photos, {size(plan.bytes_to_run)}"
        err.print(f"{photos} [dim](how long an ingest takes is not estimated)[/]")
        if reading_s := photo_reading_s(plan, collection):
            err.print(
                f"then at most {hours(reading_s)} of one processor to read what is written in them (visible_text)"
            )
        return
    cost = estimate(plan, collection, experience)
    basis = "from this collection's videos" if cost.is_measured else "from a typical bit rate of 8 Mbit/s"
    work = f"{hours(cost.work_hours * 3600)} of work" if cost.work_hours is not None else "work not measured yet"
    disk = f"{size(cost.disk_bytes)} in the lake"
    err.print(f"About {hours(cost.hours * 3600)} of video, {work}, {disk} [dim](estimate {basis})[/]")
    if cost.reading_hours:
        reading = hours(cost.reading_hours * 3600)
        err.print(f"then about {reading} of one processor to read what is written in the pictures (visible_text)")
