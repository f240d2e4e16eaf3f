"""`archive-pipeline collections`: list, scan, check and apply what the YAML files describe."""

from dataclasses import asdict
from typing import Annotated

import typer
from rich.markup import escape

from archive_pipeline.cli.archive_list import list_beside, list_facts, show_list
from archive_pipeline.cli.console import ASKS, CANNOT, err, explained, out, print_json, show_problems
from archive_pipeline.cli.experience import experience_of
from archive_pipeline.cli.preflight import kept_model_said, preflight_facts, show_estimate, show_preflight
from archive_pipeline.cli.tables import WholeTable
from archive_pipeline.collections.collection_files import find_collection, load_collections
from archive_pipeline.collections.estimate import estimate
from archive_pipeline.settings import Settings

collections = typer.Typer(
    help="The collections: YAML files that say what is ingested from where.", no_args_is_help=True
)

_MOST_LISTED = 20
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@collections.command("list")
def list_collections(as_json: AsJson = False) -> None:
    """List the collections that are described in files."""
    settings = Settings()
    known, problems = load_collections(settings.collection_folders)
    if as_json:
        print_json([collection.model_dump(mode="json") for collection in known])
    elif known:
        texts = ("name", "title", "source", "of", "model", "looks for new ones")
        table = WholeTable("name", "title", "source", "of", "fps", "model", "looks for new ones", texts=texts)
        for c in known:
            fps = f"{c.fps:g}" if c.kind == "videos" else "–"
            named = c.name, escape(c.title), escape(str(c.source))
            table.add_row(*named, c.kind, fps, c.model, c.looks or "when asked")
        out.print(table)
    else:
        out.print("No collections yet: archive-pipeline ingest FOLDER, or write collections/NAME.yaml")
    show_problems(problems)


@collections.command()
def check(as_json: AsJson = False) -> None:
    """Check every file: wrong keys, values, sources and names, with file and line."""
    known, problems = load_collections(Settings().collection_folders)
    if as_json:
        print_json([{"file": str(p.file), "line": p.line, "message": p.message} for p in problems])
    else:
        show_problems(problems)
        for collection in known:
            if collection.keeps_former_model:
                out.print(kept_model_said(collection))
        out.print(f"Collections that are right: {len(known)}; problems: {len(problems)}.")
    if problems:
        raise typer.Exit(CANNOT)


@collections.command()
def scan(
    name: Annotated[str, typer.Argument(help="Name of the collection.")],
    as_json: AsJson = False,
) -> None:
    """Preflight: new, changed, moved and vanished videos, hours, work and disk, before anything runs."""
    from archive_pipeline.automation.discovery import look
    from archive_pipeline.resources.archive import Archive

    settings = Settings()
    with explained(as_json):
        archive = Archive()
        collection = find_collection(name, settings.collection_folders)
        plan = look(archive, collection)
        experience = experience_of(settings, collection)
        listed = list_beside(collection, archive.catalogue)
        if as_json:
            cost = asdict(estimate(plan, collection, experience))
            print_json({**preflight_facts(collection, plan), **list_facts(listed), "estimate": cost})
        else:
            show_preflight(collection, plan)
            show_list(listed, most=_MOST_LISTED)
            show_estimate(collection, plan, experience)
    if plan.held:
        raise typer.Exit(ASKS)


@collections.command()
def apply(
    url: Annotated[str, typer.Option(help="Address of the Dagster UI.")] = "http://127.0.0.1:3000",
) -> None:
    """Check the files and, when all are right, make the running Dagster load them."""
    known, problems = load_collections(Settings().collection_folders)
    if problems:
        show_problems(problems)
        err.print("Nothing was applied.")
        raise typer.Exit(CANNOT)
    from archive_pipeline.automation.code_location import reload_definitions

    with explained():
        reload_definitions(url)
    for collection in known:
        out.print(f"{collection.name}: {collection.looks or 'ingested when asked'}")
