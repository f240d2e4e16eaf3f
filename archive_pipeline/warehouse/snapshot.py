"""One DuckDB file: making its schema, replacing the rows of videos, reading how far it goes."""

import hashlib
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from archive_pipeline.settings import shipped
from archive_pipeline.store.schema import table, tables
from archive_pipeline.warehouse.rows import OF_COLLECTIONS

_STORAGE = "v1.2.0"  # DuckDB 2 reads it, and so do the clients that people have; files of v2 open in nothing older
_ROWS_VERSION = "2"  # raised when rows.py makes other rows of the same lake


@dataclass(frozen=True)
class State:
    """How far a snapshot goes: the change of the catalogue, the schema and the collections that it contains."""

    published_at: datetime
    sequence: int
    schema_digest: str
    collections: list[tuple[Any, ...]]
    organised: Mapping[str, int]
    """Which version of the organisation of each collection."""
    rows: Mapping[str, int]
    left_out: str
    """Digest of what is withheld and was left out; empty where all is there."""


def schema_files() -> list[Path]:
    """Tables, then the views over them, each after the views that it names; always in the same order."""
    views = {file.stem: file for file in sorted(shipped("sql/views").glob("*.sql"))}
    in_order: TopologicalSorter[str] = TopologicalSorter()
    for view, file in views.items():
        in_order.add(view, *sorted(set(re.findall(r"\w+", file.read_text("utf-8"))) & views.keys() - {view}))
    return [*sorted(shipped("sql/tables").glob("*.sql")), *(views[view] for view in in_order.static_order())]


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
            stated = "SELECT epoch(published_at)::BIGINT, sequence, schema_digest, left_out FROM _published"
            row = connection.execute(stated).fetchone()
            collections = connection.execute("FROM collections ORDER BY collection").fetchall()
            organised = dict(connection.execute("SELECT collection, version FROM organisations").fetchall())
            counts = ", ".join(f"(SELECT count(*) FROM {name})" for name in published_tables())
            rows = dict(zip(published_tables(), connection.execute(f"SELECT {counts}").fetchall()[0], strict=True))
    except duckdb.Error:
        return None
    if not row:
        return None
    return State(datetime.fromtimestamp(row[0], UTC), row[1], row[2], collections, organised, rows, row[3])


def left_out_of(file: Path) -> str | None:
    """Digest of what is withheld and was left out of this database; None where that cannot be read."""
    try:
        with duckdb.connect(str(file), read_only=True) as connection:
            row = connection.execute("SELECT left_out FROM _published").fetchone()
    except duckdb.Error:
        return None
    return row[0] if row else None


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

    def replace_collections(self, collections: Sequence[str], batches: Iterable[Mapping[str, pl.DataFrame]]) -> None:
        """What belongs to these collections and to no video of theirs is what the batches hold."""
        for name in OF_COLLECTIONS:
            self._connection.execute(f"DELETE FROM {name} WHERE collection IN (SELECT unnest(?))", [list(collections)])
        self.insert(batches)

    def finish(self, whole: Mapping[str, pl.DataFrame], published_at: datetime, sequence: int) -> None:
        """Write the tables that are replaced as a whole, and what the snapshot contains."""
        self._connection.begin()
        for name in (*whole, "_published"):
            self._connection.execute(f"DELETE FROM {name}")
        self._connection.commit()
        for name, rows in whole.items():
            self._insert(name, rows)
        self._connection.execute(
            "INSERT INTO _published VALUES (?, ?, ?, '')", [published_at, sequence, schema_digest()]
        )
        self._connection.execute("CHECKPOINT archive")

    def insert_all_but(self, whole: Path, video_ids: Sequence[str], collections: Collection[str], digest: str) -> None:
        """The rows of the database `whole`, but those of these videos, and what was found out about these collections
        as a whole."""
        quoted = str(whole).replace("'", "''")
        self._connection.register("_videos", pl.DataFrame({"id": video_ids}, schema={"id": pl.String}))
        self._connection.register("_named", pl.DataFrame({"id": sorted(collections)}, schema={"id": pl.String}))
        self._connection.execute(f"ATTACH '{quoted}' AS whole (READ_ONLY)")
        self._connection.begin()
        for name in published_tables():
            wanted = " AND ".join(_about_others(name)) or "true"
            self._connection.execute(f"INSERT INTO {name} BY NAME FROM whole.{name} WHERE {wanted}")
        self._connection.execute(
            "INSERT INTO _published BY NAME SELECT * REPLACE (? AS left_out) FROM whole._published", [digest]
        )
        self._connection.commit()
        self._connection.execute("DETACH whole")
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


def _about_others(name: str) -> list[str]:
    """Conditions for a row to be of no video in `_videos` and of no collection in `_named` as a whole. Raises
    ValueError for a table that does not say what its rows are about."""
    names = [column.name for column in table(name).columns]
    owners = [column for column in names if column.endswith("video_id") or column == "album"]
    of_videos = [f"{column} NOT IN (FROM _videos)" for column in owners]
    if of_videos or name == "collections":
        return of_videos
    if "collection" not in names:
        raise ValueError(f"the table {name} does not say of which video or collection a row is")
    return ["collection NOT IN (FROM _named)"]


def _tables_of_videos() -> list[tuple[str, str]]:
    """Name and column that says of which video, or album, a row is."""
    return [(name, schema.owner) for name, schema in tables().items() if schema.published and schema.owner]
