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
    may_be_null: bool


@dataclass(frozen=True)
class Table:
    name: str
    comment: str
    columns: tuple[Column, ...]
    published: bool  # whether DuckDB holds it too

    @property
    def polars_schema(self) -> pl.Schema:
        return pl.Schema({column.name: column.dtype for column in self.columns})

    @property
    def owner(self) -> str | None:
        """The column that says of which video, or album, a row is; None where rows are of neither."""
        return next((column.name for column in self.columns if column.name in ("video_id", "album")), None)

    @property
    def unowned_schema(self) -> pl.Schema:
        """Without that column, as the rows of one video, or album, are made."""
        return pl.Schema({name: kind for name, kind in self.polars_schema.items() if name != self.owner})

    def filled(self, frame: pl.DataFrame) -> pl.DataFrame:
        """A stored table, which an earlier release may have written: what it did not know yet is null."""
        missing = [c for c in self.columns if c.may_be_null and c.name not in frame.columns]
        if not missing:
            return frame
        whole = frame.with_columns(pl.lit(None, c.dtype).alias(c.name) for c in missing)
        known = [c.name for c in self.columns if c.name in whole.columns]
        return whole.select(*known, pl.exclude(known))

    def completed(self, frame: pl.DataFrame) -> pl.DataFrame:
        """`conform` of what is `filled`."""
        return self.conform(self.filled(frame))

    def conform(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The frame with exactly this table's columns, order and types; raises where one is missing or does not fit."""
        names = [column.name for column in self.columns]
        if set(frame.columns) != set(names):
            raise ValueError(f"table {self.name} has columns {names}, got {frame.columns}")
        return frame.select(pl.col(column.name).cast(column.dtype, strict=True) for column in self.columns)


@cache
def tables() -> dict[str, Table]:
    """All tables by name, in the order of their file names. A fifth of a second of a core, the first time."""
    published: dict[str, bool] = {}
    with duckdb.connect(":memory:") as connection:
        for folder, is_published in (("sql/tables", True), ("sql/lake", False)):
            for file in sorted(shipped(folder).glob("*.sql")):
                connection.execute(file.read_text(encoding="utf-8"))
                published[file.stem] = is_published
        comments = dict(connection.execute("SELECT table_name, comment FROM duckdb_tables()").fetchall())
        columns = _columns(connection)
    for name in published:
        if name not in comments:
            raise ValueError(f"{name}.sql does not create the table {name}")
    return {name: Table(name, comments[name] or "", tuple(columns[name]), published[name]) for name in published}


def table(name: str) -> Table:
    return tables()[name]


def _columns(connection: duckdb.DuckDBPyConnection) -> dict[str, list[Column]]:
    """Of each table, in one question: a question a table costs three times as much as making them all."""
    rows = connection.execute(
        "SELECT table_name, column_name, data_type, comment, is_nullable FROM duckdb_columns() "
        "WHERE NOT internal ORDER BY table_name, column_index"
    ).fetchall()
    kinds = {row[2]: f"of_{number}" for number, row in enumerate(rows)}
    nulls = ", ".join(f"NULL::{kind} AS {name}" for kind, name in kinds.items())
    # No row: with one polars starts its threads, which forks of this process would lack, and wait for, for ever.
    empty = connection.sql(f"SELECT {nulls} LIMIT 0").pl()
    found: dict[str, list[Column]] = {}
    for table_name, name, kind, text, may_be_null in rows:
        dtype = empty.schema[kinds[kind]]
        found.setdefault(table_name, []).append(Column(name, kind, dtype, text or "", may_be_null))
    return found
