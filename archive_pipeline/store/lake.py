"""The lake: one Parquet file per table and video, written aside and renamed.

It is the truth; DuckDB and Qdrant derive from it.
"""

import logging
import math
import os
import time
import uuid
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import accumulate
from pathlib import Path, PurePosixPath

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from archive_pipeline.durability import sync
from archive_pipeline.errors import DamagedTableError
from archive_pipeline.locking import at_work_on, is_locked
from archive_pipeline.store.naming import VideoName
from archive_pipeline.store.provenance import METADATA_KEY, Provenance
from archive_pipeline.store.schema import table as schema_of

_SUFFIX = ".parquet"
_LOCKED_WITHIN_S = 60.0
_logger = logging.getLogger(__name__)
_MAGIC = b"PAR1"
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
        """The table of one video; no rows where it has none. Raises DamagedTableError, and so do all that read."""
        path = self.path(table, video)
        try:
            with _readable(path), path.open("rb") as file:
                return pl.read_parquet(file, columns=list(columns) if columns else None)
        except FileNotFoundError:
            empty = pl.DataFrame(schema=schema_of(table).polars_schema)
            return empty.select(columns) if columns else empty

    def batches(self, table: str, video: VideoName, columns: Sequence[str], batch_rows: int) -> Iterator[pl.DataFrame]:
        """The table in pieces of at most `batch_rows` rows, for tables that do not fit in memory."""
        path = self.path(table, video)
        if path.exists():
            # pyarrow's own pre_buffer keeps every row group it has read: 0.98 GB for three hours of pictures, not 0.17
            with _readable(path), pq.ParquetFile(path, pre_buffer=False) as file:
                for batch in file.iter_batches(batch_size=batch_rows, columns=list(columns)):
                    yield pl.DataFrame(pl.from_arrow(batch))

    def rows(self, table: str, video: VideoName, columns: Sequence[str], first: int, last: int) -> pl.DataFrame:
        """The rows at positions `first` to `last` (inclusive, from 0); reads only the row groups that hold them."""
        path = self.path(table, video)
        try:
            with _readable(path), pq.ParquetFile(path) as file:
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
            with (
                at_work_on(aside),
                pq.ParquetWriter(aside, schema, compression="zstd", write_page_checksum=True) as parquet,
            ):
                yield TableWriter(table, parquet)
                parquet.add_key_value_metadata({METADATA_KEY: provenance().to_json()})
            sync(aside)
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

    def settle(self, tables: Iterable[str], video: VideoName) -> None:
        """Return when these tables of the video would be found after a power cut; their content would anyway."""
        for folder in {self.path(table, video).parent for table in tables}:
            with suppress(FileNotFoundError):
                sync(folder)

    def damage(self, table: str, video: VideoName, *, deep: bool = False) -> str | None:
        """Why the stored table cannot be read; None where it can, or where there is none. What the system refuses (too
        many open files, no permission, a disk that is away) says nothing of the table and is raised: OSError.

        Reads the footer and compares the file's size with it, 0.1 ms; `deep` reads every page and its checksum.
        """
        path = self.path(table, video)
        try:
            with pq.ParquetFile(path, page_checksum_verification=deep) as file:
                facts = file.metadata
                if METADATA_KEY not in (facts.metadata or {}):
                    return "its provenance is missing"
                Provenance.from_json(facts.metadata[METADATA_KEY])
                groups = (facts.row_group(number) for number in range(facts.num_row_groups))
                columns = (group.column(number) for group in groups for number in range(group.num_columns))
                end = max((_start(column) + column.total_compressed_size for column in columns), default=len(_MAGIC))
                if path.stat().st_size < end + facts.serialized_size + 2 * len(_MAGIC):
                    return "it is shorter than it says"
                for _ in file.iter_batches(batch_size=_ROW_GROUP) if deep else ():
                    pass
        except FileNotFoundError:
            return None
        except (OSError, ValueError, TypeError, pa.ArrowException) as error:
            if isinstance(error, MemoryError) or (isinstance(error, OSError) and error.errno is not None):
                raise
            return str(error).splitlines()[0][:200]
        return None

    def sizes(self, tables: Iterable[str], videos: Iterable[VideoName]) -> Iterator[tuple[VideoName, str, int | None]]:
        """Bytes of each of these tables of each video, None where it is not there; 4 µs each."""
        names = list(tables)
        for video in videos:
            relative = f"{video.relative_file}{_SUFFIX}"
            for table in names:
                try:
                    yield video, table, os.stat(f"{self.root}/{table}/{relative}").st_size  # noqa: PTH116 (a third of it)
                except FileNotFoundError:
                    yield video, table, None

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
        with at_work_on(aside):
            rows.write_parquet(aside)
        sync(aside)
        aside.replace(path)
        sync(path.parent)
        return rows

    def read_appended(self, table: str) -> pl.DataFrame:
        """All rows of a table that `append` writes, of every collection, in order of file."""
        schema = schema_of(table)
        parts = []
        for file in self.appended_files(table):
            try:
                with _readable(file):
                    parts.append(schema.conform(pl.read_parquet(file, glob=False)))
            except DamagedTableError as error:  # the others say what they say; `doctor` names it
                _logger.warning("%s", error)
        return pl.concat([pl.DataFrame(schema=schema.polars_schema), *parts])

    def appended_files(self, table: str) -> list[Path]:
        """The files that `append` made, in order."""
        return sorted((self.root / table).glob(f"*/[!.]*{_SUFFIX}"))

    def videos(self, table: str, collection: str) -> Iterator[VideoName]:
        """The videos of a collection that have this table, in no particular order."""
        root = self.root / table
        for folder, _, files in os.walk(root / collection):
            for name in files:
                if name.endswith(_SUFFIX) and not name.startswith("."):
                    relative = PurePosixPath((Path(folder) / name.removesuffix(_SUFFIX)).relative_to(root))
                    yield VideoName.from_relative_file(relative)

    def leftovers(self) -> list[Path]:
        """Files that killed writers left behind. A writer that lives holds a lock on its file."""
        horizon = time.time() - _LOCKED_WITHIN_S
        return [path for path in self.root.rglob(".*.tmp") if _mtime(path) < horizon and not is_locked(path)]

    def sweep(self) -> int:
        """Remove them; returns how many."""
        abandoned = self.leftovers()
        for path in abandoned:
            path.unlink(missing_ok=True)
        return len(abandoned)


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    """What polars and pyarrow say of bytes that are no Parquet, as DamagedTableError; what the system says stays."""
    try:
        yield
    except MemoryError:  # pyarrow's is an ArrowException, too
        raise
    except (pl.exceptions.PolarsError, pa.ArrowException, ValueError, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise DamagedTableError(path, error) from error


def _mtime(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:  # its writer has ended
        return math.inf


def _start(column: pq.ColumnChunkMetaData) -> int:
    """Where the column's pages begin in the file."""
    first = column.dictionary_page_offset
    return int(column.data_page_offset if first is None else min(first, column.data_page_offset))
