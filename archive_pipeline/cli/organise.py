"""`archive-pipeline organise`: what a collection shows, in groups that nobody had to describe."""

from typing import Annotated

import typer
from rich.markup import escape

from archive_pipeline.automation.organisation import record_organisation
from archive_pipeline.cli.bars import one_bar
from archive_pipeline.cli.console import err, explained, out, print_json
from archive_pipeline.cli.stopping import stoppable
from archive_pipeline.cli.tables import WholeTable
from archive_pipeline.counting import counted
from archive_pipeline.resources.archive import Archive
from archive_pipeline.stages.organisation.organise import Organised, organise_collection
from archive_pipeline.store.group_names import GroupNames
from archive_pipeline.store.organisations import Organisations
from archive_pipeline.warehouse import publish

_SHOWN = 15


def organise(
    collection: Annotated[str, typer.Argument(help="An ingested collection, of photos or of videos.")],
    whole: Annotated[
        bool, typer.Option("--whole", help="Look for groups in everything again, however little has changed.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Find what is in a collection that nobody described: groups with names, a map, copies and bursts; rows in DuckDB.

    What came since the last time is placed among the groups that are known; when a quarter has changed, groups are
    looked for again. A group that is found again keeps its id and the name that a person gave it.
    """
    archive = Archive()
    with explained(as_json), stoppable(f"archive-pipeline organise {collection}"):
        chosen = archive.collection(collection)
        with one_bar(f"organising {collection}", "organise", transient=True):
            organised = organise_collection(archive.lake, archive.catalogue, chosen, archive.settings, whole=whole)
        record_organisation(archive.settings, collection, organised)
        publish(archive.lake, archive.catalogue, archive.collections(), archive.settings.database_link)
    facts = organised.facts
    if as_json:
        done = {"come": organised.n_come, "gone": organised.n_gone, "whole": organised.is_whole}
        print_json({**facts, **done, "nothing_to_do": not organised.is_new})
        return
    kind = "photo" if chosen.kind == "photos" else "shot"
    out.print(_summary(collection, organised, kind), soft_wrap=True)
    if facts["n_groups"]:
        out.print(_largest(archive, collection, kind))
        err.print("[dim]Within one: archive-pipeline search WORDS --group ID[/]")


def _summary(collection: str, organised: Organised, kind: str) -> str:
    facts = organised.facts
    how = "nothing has changed"
    if organised.is_new:
        how = "groups looked for in everything" if organised.is_whole else "placed among the groups that were known"
        how = f"{organised.n_come} came, {organised.n_gone} went; {how}, {facts['elapsed_s']:.1f} s"
    folded = f", {facts['n_folded']} folded behind others" if facts["n_folded"] else ""
    return (
        f"[bold]{collection}[/]: {counted(facts['n_pictures'], kind)} in {counted(facts['n_themes'], 'theme')}, "
        f"{counted(facts['n_groups'], 'group')} and {counted(facts['n_parts'], 'part')}; "
        f"{counted(facts['n_nowhere'], 'belongs', 'belong')} nowhere{folded} ({how})."
    )


def _largest(archive: Archive, collection: str, kind: str) -> WholeTable:
    """Themes with their groups, the largest first."""
    (groups,) = Organisations(archive.lake).read(collection, "picture_groups")
    names = GroupNames(archive.lake).latest(collection)
    table = WholeTable("group", f"{kind}s", "id", texts=("group",))
    shown = 0
    for theme in groups.filter(level="theme").sort("n_pictures", descending=True).iter_rows(named=True):
        own = groups.filter(parent_id=theme["group_id"]).sort("n_pictures", descending=True)
        for row, indent in [(theme, ""), *((one, "  ") for one in own.iter_rows(named=True))]:
            if shown < _SHOWN:
                name = names.get(row["group_id"]) or row["name_en"] or "(no name)"
                table.add_row(indent + escape(name), str(row["n_pictures"]), row["group_id"])
            shown += 1
    if shown > _SHOWN:
        table.add_row(f'[dim]… and {shown - _SHOWN} more: archive-pipeline sql "FROM {kind}_groups"[/]')
    return table
