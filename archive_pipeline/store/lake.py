"""The lake: one Parquet file per table and video, written aside and renamed.

It is the truth; DuckDB and Qdrant derive from it.
"""

import os
import time
import uuid
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import accumulate
from pathlib import Path, PurePosixPath

import polars as pl
import pyarrow.parquet as pq

from archive_pipeline.store.naming import VideoName
from archive_pipeline.store.provenance import METADATA_KEY, Provenance
from archive_pipeline.store.schema import table as schema_of

_SUFFIX = ".parquet"
_ABANDONED_AFTER_S = 24 * 3600.0
_ROW_GROUP = 1024  # rows; what is read of a table's middle costs this much: 3 MB of 768-d embeddings


class TableWriter:
    """Appends row groups to one table of one video; memory does not grow with the number of rows."""

    def __init__(self, table: str, writer: pq.ParquetWriter) -> None:
        self._schema = schema_of(table)
        self._writer = writer
        self.n_rows = 0

    def append(self, rows: pl.DataFrame) -> None:
        """Write `rows` (columns of the table) as one row group, or several of 1,024 rows."""
        if rows.height:
            arrow = self._schema.conform(rows).to_arrow(compat_level=pl.CompatLevel.oldest())
            self._writer.write_table(arrow, row_group_size=_ROW_GROUP)
            self.n_rows += rows.height


class Lake:
    """Tables of videos under one folder: `<root>/<table>/<collection>/<safe name>.parquet`."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, table: str, video: VideoName) -> Path:
        relative = video.relative_file
        return self.root / table / relative.with_name(relative.name + _SUFFIX)

    def exists(self, table: str, video: VideoName) -> bool:
        return self.path(table, video).exists()

    def read(self, table: str, video: VideoName, columns: Sequence[str] | None = None) -> pl.DataFrame:
        """The table of one video; no rows where it has none."""
        try:
            with self.path(table, video).open("rb") as file:
                return pl.read_parquet(file, columns=list(columns) if columns else None)
        except FileNotFoundError:
            empty = pl.DataFrame(schema=schema_of(table).polars_schema)
            return empty.select(columns) if columns else empty

    def batches(self, table: str, video: VideoName, columns: Sequence[str], batch_rows: int) -> Iterator[pl.DataFrame]:
        """The table in pieces of at most `batch_rows` rows, for tables that do not fit in memory."""
        path = self.path(table, video)
        if path.exists():
            # pyarrow's own pre_buffer keeps every row group it has read: 0.98 GB for three hours of pictures, not 0.17
            with pq.ParquetFile(path, pre_buffer=False) as file:
                for batch in file.iter_batches(batch_size=batch_rows, columns=list(columns)):
                    yield pl.DataFrame(pl.from_arrow(batch))

    def rows(self, table: str, video: VideoName, columns: Sequence[str], first: int, last: int) -> pl.DataFrame:
        """The rows at positions `first` to `last` (inclusive, from 0); reads only the row groups that hold them."""
        try:
            with pq.ParquetFile(self.path(table, video)) as file:
                ends = list(accumulate(file.metadata.row_group(i).num_rows for i in range(file.num_row_groups)))
                groups = range(bisect_right(ends, first), min(bisect_right(ends, last) + 1, len(ends)))
                before = ends[groups[0] - 1] if groups and groups[0] else 0
                found = pl.DataFrame(pl.from_arrow(file.read_row_groups(list(groups), columns=list(columns))))
                return found.slice(first - before, last - first + 1)
        except FileNotFoundError:
            return pl.DataFrame(schema=schema_of(table).polars_schema).select(columns)

    def write(self, table: str, video: VideoName, rows: pl.DataFrame, provenance: Provenance) -> None:
        with self.writer(table, video, lambda: provenance) as writer:
            writer.append(rows)

    @contextmanager
    def writer(self, table: str, video: VideoName, provenance: Callable[[], Provenance]) -> Iterator[TableWriter]:
        """A table written row group by row group, in place only when the block ends without an error.

        `provenance` is asked at the end, when the cost is known.
        """
        path = self.path(table, video)
        path.parent.mkdir(parents=True, exist_ok=True)
        aside = path.parent / f".{uuid.uuid4().hex}.tmp"  # a name of its own: the video's own may be as long as allowed
        schema = (
            pl.DataFrame(schema=schema_of(table).polars_schema).to_arrow(compat_level=pl.CompatLevel.oldest()).schema
        )
        try:
            with pq.ParquetWriter(aside, schema, compression="zstd") as parquet:
                yield TableWriter(table, parquet)
                parquet.add_key_value_metadata({METADATA_KEY: provenance().to_json()})
            aside.replace(path)
        except BaseException:
            aside.unlink(missing_ok=True)
            raise

    def provenance(self, table: str, video: VideoName) -> Provenance | None:
        """What the stored table was made from; None where there is none or it is not readable."""
        try:
            metadata = pq.read_metadata(self.path(table, video)).metadata or {}
        except (FileNotFoundError, OSError, ValueError):
            return None
        return Provenance.from_json(metadata[METADATA_KEY]) if METADATA_KEY in metadata else None

    def version(self, table: str, video: VideoName) -> tuple[int, int] | None:
        """Differs whenever the table was written anew, for caches; None where there is none. Costs one `stat`."""
        try:
            status = self.path(table, video).stat()
        except FileNotFoundError:
            return None
        return status.st_ino, status.st_mtime_ns

    def delete(self, table: str, video: VideoName) -> None:
        path = self.path(table, video)
        path.unlink(missing_ok=True)
        with suppress(OSError):  # folders that long names were cut into, once empty
            for folder in path.parents:
                if not folder.name.endswith("%"):
                    break
                folder.rmdir()

    def append(self, table: str, collection: str, name: str, rows: pl.DataFrame) -> pl.DataFrame:
        """Add `rows` to a table that is not of videos, as the file `name`; returns them as the table has them."""
        rows = schema_of(table).conform(rows)
        path = self.root / table / collection / f"{name}{_SUFFIX}"
        path.parent.mkdir(parents=True, exist_ok=True)
        aside = path.with_name(f".{uuid.uuid4().hex}.tmp")
        rows.write_parquet(aside)
        aside.replace(path)
        return rows

    def read_appended(self, table: str) -> pl.DataFrame:
        """All rows of a table that `append` writes, of every collection, in order of file."""
        schema = schema_of(table)
        files = sorted((self.root / table).glob(f"*/[!.]*{_SUFFIX}"))
        parts = [schema.conform(pl.read_parquet(file, glob=False)) for file in files]
        return pl.concat([pl.DataFrame(schema=schema.polars_schema), *parts])

    def videos(self, table: str, collection: str) -> Iterator[VideoName]:
        """The videos of a collection that have this table, in no particular order."""
        root = self.root / table
        for folder, _, files in os.walk(root / collection):
            for name in files:
                if name.endswith(_SUFFIX) and not name.startswith("."):
                    relative = PurePosixPath((Path(folder) / name.removesuffix(_SUFFIX)).relative_to(root))
                    yield VideoName.from_relative_file(relative)

    def sweep(self) -> int:
        """Remove files that a killed writer left behind; returns how many."""
        horizon = time.time() - _ABANDONED_AFTER_S
        abandoned = [path for path in self.root.rglob(".*.tmp") if path.stat().st_mtime < horizon]
        for path in abandoned:
            path.unlink(missing_ok=True)
        return len(abandoned)
