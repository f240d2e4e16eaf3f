"""`archive-pipeline sql`: ask the published DuckDB database."""

import io
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import Annotated

import duckdb
import typer
from rich.markup import escape

from archive_pipeline.cli.clearance import readable_database
from archive_pipeline.cli.console import CANNOT, err, explained, out, print_json
from archive_pipeline.cli.tables import WholeTable, record
from archive_pipeline.settings import Settings
from archive_pipeline.warehouse import is_newest, open_database

_NOT_ALL_COLUMNS = re.compile(r"\d+ columns +\(\d+ shown\)")
_MOST_BESIDE = 10
"""Rows that are shown one below the other."""


def sql(
    query: Annotated[
        str,
        typer.Argument(
            help="For example: FROM collection_totals; or a file of queries, NAME.sql, or - for what comes in."
        ),
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Ask the newest snapshot of the DuckDB database; docs/database.md describes its tables and views."""
    settings, text = Settings(), _text_of(query)
    with explained(as_json):
        link = readable_database(settings)
    with explained(as_json), open_database(link) as connection:
        if not is_newest(connection, link):
            err.print(
                "[yellow]The newest version of the database cannot be read; this is the one before it.[/] "
                "archive-pipeline doctor tells why, archive-pipeline repair mends it."
            )
        with _said_in_a_sentence():
            statements = connection.extract_statements(text)
            if not statements:
                raise typer.BadParameter("nothing is asked; try FROM collection_totals", param_hint="query")
            every = []
            results = (one for each in statements if (one := connection.sql(each)) is not None)
            for result in results:  # each is read before the next statement runs
                if as_json:
                    every.append([dict(zip(result.columns, row, strict=True)) for row in result.fetchall()])
                else:
                    _show(result)
            if as_json:
                print_json(every[0] if len(every) == 1 else every)


def _text_of(query: str) -> str:
    """The query itself, or what a file or the standard input has."""
    if query == "-":
        return sys.stdin.read()
    if not query.endswith(".sql"):
        return query
    try:
        return Path(query).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise typer.BadParameter(f"{query} cannot be read: {error}", param_hint="query") from None


@contextmanager
def _said_in_a_sentence() -> Iterator[None]:
    """A wrong query, also one that is found wrong in the midst of its rows, ends the command without a traceback."""
    try:
        yield
    except duckdb.Error as error:
        err.print(f"[red]{escape(str(error))}[/]")
        if isinstance(error, duckdb.IOException):
            err.print("The database itself may be damaged: archive-pipeline doctor --deep")
        raise typer.Exit(CANNOT) from None


def _show(result: duckdb.DuckDBPyRelation) -> None:
    """As DuckDB shows it; where columns do not fit, few rows one below the other, each value with its name."""
    shown = io.StringIO()
    with redirect_stdout(shown):
        result.show(max_width=out.width, max_rows=200)
    columns_fit = not _NOT_ALL_COLUMNS.search(shown.getvalue())
    head = [] if columns_fit else result.limit(_MOST_BESIDE + 1).fetchall()  # asked once more, and only then
    if columns_fit or len(head) > _MOST_BESIDE:
        print(shown.getvalue(), end="")
        if not columns_fit:
            err.print("[dim]Not all columns fit: name the ones that you want, or --json[/]")
        return
    for row in head:
        out.print(record((name, escape(_shown(value))) for name, value in zip(result.columns, row, strict=True)))
        out.print()


def _shown(value: object) -> str:
    return "" if value is None else str(value)


def result_table(result: duckdb.DuckDBPyRelation) -> WholeTable:
    """A DuckDB result as a table for the terminal."""
    kinds = zip(result.columns, result.types, strict=True)
    table = WholeTable(*result.columns, texts=[name for name, kind in kinds if str(kind) == "VARCHAR"])
    for row in result.fetchall():
        table.add_row(*(escape(_shown(value)) for value in row))
    return table
