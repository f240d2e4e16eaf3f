"""The tables' schemas, read from `sql/`: the SQL files are the only place where they are written.

`sql/tables` holds the tables that analysts see in DuckDB; `sql/lake` those that exist in the lake only.
"""

from dataclasses import dataclass
from functools import cache

import duckdb
import polars as pl

from archive_pipeline.settings import shipped


@dataclass(frozen=True)
class Column:
    name: str
    sql_type: str
    dtype: pl.DataType
    comment: str
    nullable: bool


@dataclass(frozen=True)
class Table:
    name: str
    comment: str
    columns: tuple[Column, ...]
    published: bool  # whether DuckDB holds it too

    @property
    def polars_schema(self) -> pl.Schema:
        return pl.Schema({column.name: column.dtype for column in self.columns})

    def conform(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The frame with exactly this table's columns, order and types; raises where one is missing or does not fit."""
        names = [column.name for column in self.columns]
        if set(frame.columns) != set(names):
            raise ValueError(f"table {self.name} has columns {names}, got {frame.columns}")
        return frame.select(pl.col(column.name).cast(column.dtype, strict=True) for column in self.columns)

    def read_back(self, frame: pl.DataFrame) -> pl.DataFrame:
        """`conform` for rows that an earlier version wrote: a column that came later is null, where it may be."""
        later = [column.name for column in self.columns if column.nullable and column.name not in frame.columns]
        return self.conform(frame.with_columns(pl.lit(None).alias(name) for name in later))


@cache
def tables() -> dict[str, Table]:
    """All tables by name, in the order of their file names."""
    found: dict[str, Table] = {}
    with duckdb.connect(":memory:") as connection:
        for folder, published in (("sql/tables", True), ("sql/lake", False)):
            for file in sorted(shipped(folder).glob("*.sql")):
                connection.execute(file.read_text(encoding="utf-8"))
                found[file.stem] = _describe(connection, file.stem, published)
    return found


def table(name: str) -> Table:
    return tables()[name]


def _describe(connection: duckdb.DuckDBPyConnection, name: str, published: bool) -> Table:
    comment = connection.execute("SELECT comment FROM duckdb_tables() WHERE table_name = ?", [name]).fetchone()
    if comment is None:
        raise ValueError(f"{name}.sql does not create the table {name}")
    rows = connection.execute(
        "SELECT column_name, data_type, comment, is_nullable FROM duckdb_columns() WHERE table_name = ?"
        " ORDER BY column_index",
        [name],
    ).fetchall()
    empty = connection.table(name).pl()
    columns = tuple(Column(name, kind, empty.schema[name], text or "", nullable) for name, kind, text, nullable in rows)
    return Table(name, comment[0] or "", columns, published)
