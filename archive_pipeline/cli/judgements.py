"""`archive-pipeline judgements`: the runs of the documentalists' test, and what one of them came to."""

from dataclasses import asdict
from typing import Annotated

import polars as pl
import typer
from rich.markup import escape

from archive_pipeline.cli.clearance import allowed
from archive_pipeline.cli.console import explained, out, print_json
from archive_pipeline.cli.tables import WholeTable
from archive_pipeline.resources.archive import Archive
from archive_pipeline.search.rank_figures import RANKS
from archive_pipeline.stages.judged import Judged, judged, runs
from archive_pipeline.store.judgements import Judgements

_HEADINGS = {**{f"r_at_{k}": f"R@{k}" for k in RANKS}, "mrr": "MRR", "not_there": "not there"}


def judgements(
    run: Annotated[str, typer.Argument(help="Name of a run; without one, all are listed.")] = "",
    as_csv: Annotated[bool, typer.Option("--csv", help="Print the judgements themselves, as CSV.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Print what people judged on the page /test; `evaluate COLLECTION --judged RUN` makes it rows in DuckDB."""
    archive = Archive()
    kept = Judgements(archive.lake)
    with explained(as_json):
        rows = kept.of_run(run) if run else kept.all()
    if as_csv:
        may = allowed(archive.settings)
        typer.echo(rows.filter([may(video_id) for video_id in rows["video_id"]]).write_csv(), nl=False)
    elif run:
        _print_figures(judged(rows), as_json)
    else:
        _print_runs(rows, as_json)


def _print_runs(rows: pl.DataFrame, as_json: bool) -> None:
    found = runs(rows)
    if as_json:
        print_json(found.to_dicts())
        return
    table = WholeTable("run", "questions", "people", "last", texts=("run", "people"))
    for one in found.iter_rows(named=True):
        table.add_row(one["run"], str(one["n"]), ", ".join(one["people"]), f"{one['last']:%Y-%m-%d %H:%M}")
    out.print(table if found.height else "Nothing was judged yet: archive-pipeline web, and there the page /test.")


def _print_figures(found: list[Judged], as_json: bool) -> None:
    if as_json:
        print_json([asdict(one) for one in found])
        return
    for one in found:
        whose = one.person or one.language or ""
        out.print(f"\n[bold]{escape(one.system)}[/] · {escape(one.model)}{escape(f' · {whose}' if whose else '')}")
        table = WholeTable(*(_HEADINGS.get(figure.metric, figure.metric) for figure in one.figures), "n", texts=())
        table.add_row(*(f"{figure.value:.3f}" for figure in one.figures), str(one.figures[0].n))
        table.add_row(*(f"{_short(figure.low)}–{_short(figure.high)}" for figure in one.figures), style="dim")
        out.print(table)
        if one.duel:
            first, second = f"{one.ranking} {one.duel.first}", f"{one.against} {one.duel.second}"
            out.print(escape(f"credited: {first}, {second}; sign test p = {one.duel.p:.3f}"))


def _short(share: float) -> str:
    """.05, and 1.0: two bounds fit below a figure."""
    return f"{share:.2f}".removeprefix("0") if share < 0.995 else "1.0"
