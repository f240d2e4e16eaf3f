"""`archive-pipeline status`: what is ready, what failed and why, per collection."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

import duckdb
import typer
from rich.console import Console

from archive_pipeline.cli.archive_list import list_beside, list_facts, show_list
from archive_pipeline.cli.console import explained, hours, out, print_json
from archive_pipeline.cli.failures import Failure, show_failures
from archive_pipeline.cli.holds import held_facts, show_holds
from archive_pipeline.cli.tables import WholeTable
from archive_pipeline.collections.collection_files import load_collections
from archive_pipeline.counting import counted
from archive_pipeline.errors import ConfigurationError
from archive_pipeline.settings import Settings
from archive_pipeline.stages.chain import ANALYSES
from archive_pipeline.store.catalogue import Catalogue, Entry, Standing
from archive_pipeline.suggestions import did_you_mean

_NOTHING = Standing(0, 0, 0, 0, None)
Photos = tuple[int, int]
"""How many can be searched, and how many failed."""


def status(
    collection: Annotated[str | None, typer.Argument(help="Only this collection.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show each collection: ready, failed and waiting videos, hours, when a run last ended; why videos failed,
    and what holds work up."""
    settings = Settings()
    with explained(as_json):
        collections, _ = load_collections(settings.collection_folders)
        catalogue = Catalogue(settings.database)
        standings = catalogue.standings()
        known = sorted({c.name for c in collections} | set(standings))
        if collection is not None and collection not in known:
            meant = did_you_mean(collection, known) + f"; there are {', '.join(known) or 'none yet'}"
            raise ConfigurationError("unknown_collection", f"There is no collection {collection!r}{meant}.")
        wanted = [name for name in known if collection in (None, name)]
        seconds, photos = _published(settings)
        analyses = catalogue.analysis_counts()
        failures = catalogue.failures(wanted)
        holds = [hold for hold in catalogue.holds() if hold.collection in wanted]
        lists = {c.name: list_beside(c, catalogue) for c in collections if c.name in wanted and c.list}
    rows = [
        _row(name, standings.get(name, _NOTHING), seconds.get(name, 0.0), photos.get(name), analyses) for name in wanted
    ]
    if as_json:
        rows = [row | list_facts(lists.get(row["collection"])) for row in rows]
        print_json(
            {
                "collections": rows,
                "failures": [failure(entry) for entry in failures],
                "held": [held_facts(hold) for hold in holds],
            }
        )
    else:
        _show(rows, failures)
        show_holds(out, holds)
        for name, listed in lists.items():
            show_list(listed, f"{name}: ")


def failure(entry: Entry) -> dict[str, Any]:
    """A failed video for people and scripts."""
    return {
        "video_id": entry.name.video_id,
        "stage": entry.stage,
        "error_code": entry.error_code,
        "message": entry.message,
        "permanent": entry.permanent,
        "attempts": entry.attempts,
    }


def show_failed_photos(console: Console, failures: list[dict[str, str]]) -> None:
    """The photos that failed (album, path, error_code, error)."""
    photos = [Failure(photo["path"], "", photo["error_code"], photo["error"]) for photo in failures]
    show_failures(console, "Photos that failed, each alone", photos, "FROM photos WHERE status = 'failed'")


def show_failed(console: Console, failures: list[Entry]) -> None:
    """The videos and albums that failed."""
    videos = [
        Failure(
            one.name.video_id,
            one.stage or "",
            one.error_code or "",
            one.message or "",
            "left alone until the file changes" if one.permanent else "tried again at the next look",
        )
        for one in failures
    ]
    show_failures(console, "Failed", videos, "SELECT * FROM failures, or status --json")


def _row(
    name: str,
    standing: Standing,
    ready_s: float,
    photos: Photos | None,
    analyses: Mapping[tuple[str, str], dict[str, int]],
) -> dict[str, Any]:
    found = {stage.name: analyses.get((name, stage.name)) for stage in ANALYSES}
    return {
        "collection": name,
        "ready": standing.ready,
        "failed": standing.failed,
        "removed": standing.removed,
        "missing": standing.pending,
        "hours": round(ready_s / 3600, 3),
        **({"photos": photos[0], "failed_photos": photos[1]} if photos else {}),
        "last_run": standing.last,
        "analyses": {analysis: counts for analysis, counts in found.items() if counts},
    }


def _in_words(analyses: dict[str, dict[str, int]]) -> str:
    return "\n".join(
        f"{name} {counts['done']}" + (f" [red]({counts['failed']} failed)[/]" if counts["failed"] else "")
        for name, counts in analyses.items()
    )


def _published(settings: Settings) -> tuple[dict[str, float], dict[str, Photos]]:
    """Seconds of ready video and photos by collection, as published."""
    from archive_pipeline.warehouse import follow, open_database

    follow(settings.lake_place, settings.database_link)
    if not settings.database_link.exists():
        return {}, {}
    seconds = "SELECT collection, sum(duration_s) FROM videos WHERE status = 'ready' GROUP BY collection"
    photos = "SELECT collection, sum(n_photos)::INT, sum(n_failed)::INT FROM albums GROUP BY collection"
    with open_database(settings.database_link) as connection:
        lengths = dict(connection.execute(seconds).fetchall())
        try:
            counted = connection.execute(photos).fetchall()
        except duckdb.CatalogException:  # published by an older version, which knew no photos
            counted = []
        return lengths, {name: (n or 0, bad or 0) for name, n, bad in counted}


def _holds(row: dict[str, Any]) -> str:
    if "photos" not in row:
        return hours(row["hours"] * 3600)
    failed = f" [red]({row['failed_photos']:,} failed)[/]" if row["failed_photos"] else ""
    return counted(row["photos"], "photo") + failed


def _show(rows: list[dict[str, Any]], failures: list[Entry]) -> None:
    headings = ("collection", "ready", "failed", "missing", "removed", "holds", "last run", "in words")
    table = WholeTable(*headings, texts=("collection", "in words"))
    for row in rows:
        failed = f"[red]{row['failed']}[/]" if row["failed"] else "0"
        table.add_row(
            row["collection"], str(row["ready"]), failed, str(row["missing"]), str(row["removed"]),
            _holds(row), _ago(row["last_run"]), _in_words(row["analyses"]),
        )  # fmt: skip
    out.print(table if rows else "No collections yet: archive-pipeline ingest FOLDER")
    if failures:
        out.print()
        show_failed(out, failures)


def _ago(moment: datetime | None) -> str:
    if moment is None:
        return "never"
    here = moment.astimezone()
    return f"{here:%H:%M}" if here.date() == datetime.now().date() else f"{here:%Y-%m-%d}"
