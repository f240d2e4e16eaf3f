"""One DuckDB file: making its schema, replacing the rows of videos, reading how far it goes."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from archive_pipeline.settings import shipped
from archive_pipeline.store.schema import tables

_STORAGE = "v1.2.0"  # DuckDB 2 reads it, and so do the clients that people have; files of v2 open in nothing older
_ROWS_VERSION = "2"  # raised when rows.py makes other rows of the same lake


@dataclass(frozen=True)
class State:
    """How far a snapshot goes: the change of the catalogue, the schema and the collections that it contains."""

    published_at: datetime
    sequence: int
    schema_digest: str
    collections: list[tuple[Any, ...]]
    rows: Mapping[str, int]


def schema_files() -> list[Path]:
    """Tables, then the views over them."""
    return [file for folder in ("sql/tables", "sql/views") for file in sorted(shipped(folder).glob("*.sql"))]


@cache
def schema_digest() -> str:
    digest = hashlib.sha256(_ROWS_VERSION.encode())
    for file in schema_files():
        digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()


def state_of(file: Path) -> State | None:
    """None when the file cannot be opened (locked, damaged) or holds something else."""
    try:
        with duckdb.connect(str(file), read_only=True) as connection:
            stated = "SELECT epoch(published_at)::BIGINT, sequence, schema_digest FROM _published"
            row = connection.execute(stated).fetchone()
            collections = connection.execute("FROM collections ORDER BY collection").fetchall()
            counts = ", ".join(f"(SELECT count(*) FROM {name})" for name in published_tables())
            rows = dict(zip(published_tables(), connection.execute(f"SELECT {counts}").fetchall()[0], strict=True))
    except duckdb.Error:
        return None
    return State(datetime.fromtimestamp(row[0], UTC), row[1], row[2], collections, rows) if row else None


def unreadable(file: Path, *, deep: bool) -> str | None:
    """Why not all of a database that opens can be read: it ends before its last block or, where `deep` reads them all,
    a block is damaged. None where all can."""
    try:
        with duckdb.connect(str(file), read_only=True) as connection:
            last = [
                connection.execute(f"SELECT max(block_id) FROM pragma_storage_info('{table}')").fetchall()[0][0]
                for table in published_tables()
            ]
            ((block_bytes,),) = connection.execute(
                "SELECT block_size FROM pragma_database_size() WHERE database_name = current_database()"
            ).fetchall()
            if file.stat().st_size < (max(block or 0 for block in last) + 1) * block_bytes:
                return "it ends before its last block"
            for table in published_tables() if deep else ():
                connection.execute(f"SELECT bit_xor(hash(t)) FROM {table} AS t").fetchall()
    except duckdb.Error as error:
        return str(error).splitlines()[0][:200]
    return None


def published_tables() -> list[str]:
    """Names of the tables that analysts see."""
    return [name for name, schema in tables().items() if schema.published and name != "_published"]


class Snapshot:
    """A file that nobody reads yet."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def create_schema(self) -> None:
        self._connection.begin()
        for file in schema_files():
            self._connection.execute(file.read_text(encoding="utf-8"))
        self._connection.commit()

    def withdraw(self, video_ids: Sequence[str]) -> None:
        """Delete every row of these videos and albums."""
        self._connection.register("_named", pl.DataFrame({"id": video_ids}, schema={"id": pl.String}))
        self._connection.execute(
            "CREATE TEMP TABLE _known AS FROM _named SEMI JOIN"
            " (SELECT video_id AS id FROM videos UNION ALL SELECT album FROM albums) USING (id)"
        )
        if self._connection.execute(
            "SELECT 1 FROM _known LIMIT 1"
        ).fetchone():  # most changes are new videos: then no table is scanned
            self._connection.begin()
            for name, owner in _tables_of_videos():
                self._connection.execute(f"DELETE FROM {name} WHERE {owner} IN (FROM _known)")
            self._connection.commit()
        self._connection.execute("DROP TABLE _known")
        self._connection.unregister("_named")

    def insert(self, batches: Iterable[Mapping[str, pl.DataFrame]]) -> None:
        for batch in batches:
            self._connection.begin()
            for name, rows in batch.items():
                self._insert(name, rows)
            self._connection.commit()

    def finish(self, whole: Mapping[str, pl.DataFrame], published_at: datetime, sequence: int) -> None:
        """Write the tables that are replaced as a whole, and what the snapshot contains."""
        self._connection.begin()
        for name in (*whole, "_published"):
            self._connection.execute(f"DELETE FROM {name}")
        self._connection.commit()
        for name, rows in whole.items():
            self._insert(name, rows)
        self._connection.execute("INSERT INTO _published VALUES (?, ?, ?)", [published_at, sequence, schema_digest()])
        self._connection.execute("CHECKPOINT archive")

    def _insert(self, name: str, rows: pl.DataFrame) -> None:
        if rows.height:
            self._connection.register("_rows", rows)
            self._connection.execute(f"INSERT INTO {name} BY NAME FROM _rows")
            self._connection.unregister("_rows")


@contextmanager
def written(file: Path) -> Iterator[Snapshot]:
    """Open or make a file for writing; it is whole and closed when the block ends."""
    quoted = str(file).replace("'", "''")
    with duckdb.connect(":memory:") as connection:
        connection.execute(f"ATTACH '{quoted}' AS archive (STORAGE_VERSION '{_STORAGE}')")
        connection.execute("USE archive")
        yield Snapshot(connection)
        connection.execute("USE memory")
        connection.execute("DETACH archive")


def _tables_of_videos() -> list[tuple[str, str]]:
    """Name and column that says of which video, or album, a row is."""
    return [(name, schema.owner) for name, schema in tables().items() if schema.published and schema.owner]
