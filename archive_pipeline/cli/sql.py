"""`archive-pipeline sql`: ask the published DuckDB database."""

from typing import Annotated

import duckdb
import typer
from rich.markup import escape
from rich.table import Table

from archive_pipeline.cli.console import CANNOT, err, explained, out, print_json
from archive_pipeline.settings import Settings
from archive_pipeline.warehouse import follow, is_newest, open_database


def sql(
    query: Annotated[str, typer.Argument(help="For example: FROM collection_totals")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Ask the newest snapshot of the DuckDB database; docs/database.md describes its tables and views."""
    settings = Settings()
    link = settings.database_link
    with explained(as_json):
        follow(settings.lake_place, link)
    with explained(as_json), open_database(link) as connection:
        if not is_newest(connection, link):
            err.print(
                "[yellow]The newest version of the database cannot be read; this is the one before it.[/] "
                "archive-pipeline doctor tells why, archive-pipeline repair mends it."
            )
        try:
            result = connection.sql(query)
        except duckdb.Error as error:
            err.print(f"[red]{escape(str(error))}[/]")
            if isinstance(error, duckdb.IOException):
                err.print("The database itself may be damaged: archive-pipeline doctor --deep")
            raise typer.Exit(CANNOT) from None
        if as_json:
            print_json([dict(zip(result.columns, row, strict=True)) for row in result.fetchall()])
        else:
            result.show(max_width=out.width, max_rows=200)


def result_table(result: duckdb.DuckDBPyRelation) -> Table:
    """A DuckDB result as a table for the terminal."""
    table = Table(box=None, padding=(0, 2, 0, 0))
    for name, kind in zip(result.columns, result.types, strict=True):
        table.add_column(name, header_style="dim", justify="left" if str(kind) == "VARCHAR" else "right")
    for row in result.fetchall():
        table.add_row(*("" if value is None else escape(str(value)) for value in row))
    return table
