"""The lake: one Parquet file per table and video, seen whole or not at all, in a folder or a bucket.

It is the truth; DuckDB and Qdrant derive from it.
"""

import io
import logging
import os
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from itertools import accumulate
from pathlib import PurePosixPath
from typing import BinaryIO, TypeVar

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from archive_pipeline.errors import DamagedTableError
from archive_pipeline.settings import LakePlace
from archive_pipeline.store.naming import VideoName
from archive_pipeline.store.objects import Pieces
from archive_pipeline.store.places import open_objects
from archive_pipeline.store.provenance import METADATA_KEY, Provenance
from archive_pipeline.store.schema import table as schema_of

Item = TypeVar("Item")
Result = TypeVar("Result")

_SUFFIX = ".parquet"
_logger = logging.getLogger(__name__)
_FEW = 100  # files that are asked for one by one: a list of all costs a request a thousand
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
    """Tables of videos in one folder or bucket: `<table>/<collection>/<safe name>.parquet`. Safe for many threads."""

    def __init__(self, place: LakePlace, pieces: Pieces | None = None) -> None:
        """`pieces` keeps on this machine what is read of a bucket."""
        self.objects = open_objects(place, pieces)

    def key(self, table: str, video: VideoName) -> str:
        return f"{table}/{video.relative_file}{_SUFFIX}"

    def exists(self, table: str, video: VideoName) -> bool:
        return self.objects.stat(self.key(table, video)) is not None

    def read(self, table: str, video: VideoName, columns: Sequence[str] | None = None) -> pl.DataFrame:
        """The table of one video; no rows where it has none, null in columns that the release which wrote it did not
        know. Raises DamagedTableError, and so do all that read."""
        schema = schema_of(table)
        try:
            if self.objects.is_remote and not columns:
                with _readable(self.objects.shown(key := self.key(table, video))):
                    return schema.filled(pl.read_parquet(io.BytesIO(self.objects.read(key))))
            with self._opened(table, video) as file:
                if self.objects.is_remote and columns:  # polars would read every byte
                    with pq.ParquetFile(file) as parquet:
                        found = pl.DataFrame(pl.from_arrow(parquet.read(list(columns))))
                        return schema.filled(found).select(columns)
                if not columns:
                    return schema.filled(pl.read_parquet(file))
                try:
                    return pl.read_parquet(file, columns=list(columns))
                except pl.exceptions.ColumnNotFoundError:
                    file.seek(0)
                    return schema.filled(pl.read_parquet(file)).select(columns)
        except FileNotFoundError:
            empty = pl.DataFrame(schema=schema.polars_schema)
            return empty.select(columns) if columns else empty

    def read_each(
        self, table: str, videos: Sequence[VideoName]
    ) -> Iterator[pl.DataFrame | DamagedTableError | OSError]:
        """The tables of many videos, in their order; why one cannot be read is said in its place."""

        def read(video: VideoName) -> pl.DataFrame | DamagedTableError | OSError:
            try:
                return self.read(table, video)
            except (DamagedTableError, OSError) as error:
                return error

        return self._each(read, videos)

    def content(self, table: str, video: VideoName) -> bytes:
        """The stored file; nothing where there is none."""
        try:
            return self.objects.read(self.key(table, video))
        except FileNotFoundError:
            return b""

    def batches(self, table: str, video: VideoName, columns: Sequence[str], batch_rows: int) -> Iterator[pl.DataFrame]:
        """The table in pieces of at most `batch_rows` rows, for tables that do not fit in memory."""
        # pyarrow's own pre_buffer keeps every row group it has read: 0.98 GB for three hours of pictures, not 0.17
        with (
            suppress(FileNotFoundError),
            self._opened(table, video) as opened,
            pq.ParquetFile(opened, pre_buffer=False) as file,
        ):
            for batch in file.iter_batches(batch_size=batch_rows, columns=list(columns)):
                yield schema_of(table).filled(pl.DataFrame(pl.from_arrow(batch))).select(columns)

    def rows(self, table: str, video: VideoName, columns: Sequence[str], first: int, last: int) -> pl.DataFrame:
        """The rows at positions `first` to `last` (inclusive, from 0); reads only the row groups that hold them."""
        try:
            with self._opened(table, video) as opened, pq.ParquetFile(opened) as file:
                ends = list(accumulate(file.metadata.row_group(i).num_rows for i in range(file.num_row_groups)))
                groups = range(bisect_right(ends, first), min(bisect_right(ends, last) + 1, len(ends)))
                before = ends[groups[0] - 1] if groups and groups[0] else 0
                found = pl.DataFrame(pl.from_arrow(file.read_row_groups(list(groups), columns=list(columns))))
                return schema_of(table).filled(found).select(columns).slice(first - before, last - first + 1)
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
        schema = (
            pl.DataFrame(schema=schema_of(table).polars_schema).to_arrow(compat_level=pl.CompatLevel.oldest()).schema
        )
        with (
            self.objects.writing(self.key(table, video)) as file,
            pq.ParquetWriter(file, schema, compression="zstd", write_page_checksum=True) as parquet,
        ):
            yield TableWriter(table, parquet)
            parquet.add_key_value_metadata({METADATA_KEY: provenance().to_json()})

    def provenance(self, table: str, video: VideoName) -> Provenance | None:
        """What the stored table was made from; None where there is none or it is not readable."""
        return self.provenance_of(self.key(table, video))

    def provenance_of(self, key: str) -> Provenance | None:
        """`provenance` of a table by its key."""
        try:
            with self.objects.open(key) as file:
                metadata = pq.read_metadata(file).metadata or {}
        except (OSError, ValueError):
            return None
        return Provenance.from_json(metadata[METADATA_KEY]) if METADATA_KEY in metadata else None

    def settle(self, tables: Iterable[str], video: VideoName) -> None:
        """Return when these tables of the video would be found after a power cut; their content would anyway."""
        self.objects.settle(self.key(table, video) for table in tables)

    def damage(self, table: str, video: VideoName, *, deep: bool = False) -> str | None:
        """Why the stored table cannot be read; None where it can, or where there is none. What the system refuses (too
        many open files, no permission, a disk that is away) says nothing of the table and is raised: OSError.

        Reads the footer and compares the file's size with it, 0.1 ms; `deep` reads every page and its checksum.
        """
        try:
            with (
                self.objects.open(self.key(table, video)) as opened,
                pq.ParquetFile(opened, page_checksum_verification=deep) as file,
            ):
                facts = file.metadata
                if METADATA_KEY not in (facts.metadata or {}):
                    return "its provenance is missing"
                Provenance.from_json(facts.metadata[METADATA_KEY])
                groups = (facts.row_group(number) for number in range(facts.num_row_groups))
                columns = (group.column(number) for group in groups for number in range(group.num_columns))
                end = max((_start(column) + column.total_compressed_size for column in columns), default=len(_MAGIC))
                if opened.seek(0, os.SEEK_END) < end + facts.serialized_size + 2 * len(_MAGIC):
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
        """Bytes of each of these tables of each video, None where it is not there; 4 µs each in a folder. A bucket is
        asked for a thousand at a time."""
        names, wanted = list(tables), list(videos)
        if not self.objects.is_remote or len(names) * len(wanted) <= _FEW:
            named = [(video, table) for video in wanted for table in names]
            asked = self._each(lambda one: self.objects.stat(self.key(one[1], one[0])), named)
            for (video, table), found in zip(named, asked, strict=True):
                yield video, table, found.n_bytes if found else None
            return
        listed = [f"{table}/{name}" for table in names for name in sorted({video.collection for video in wanted})]
        pages = self._each(lambda prefix: {one.key: one.n_bytes for one in self.objects.listed(prefix)}, listed)
        known = {key: n_bytes for page in pages for key, n_bytes in page.items()}
        yield from ((video, table, known.get(self.key(table, video))) for video in wanted for table in names)

    def n_bytes(self, tables: Iterable[str], collection: str) -> int:
        """Bytes of all tables of a collection."""
        return sum(one.n_bytes for table in tables for one in self.objects.listed(f"{table}/{collection}"))

    def version(self, table: str, video: VideoName) -> str | None:
        """Differs whenever the table was written anew, for caches; None where there is none. Costs one `stat`, or one
        request."""
        found = self.objects.stat(self.key(table, video))
        return found.version if found else None

    def delete(self, table: str, video: VideoName) -> None:
        self.objects.delete([self.key(table, video)])

    def discard(self, damaged: DamagedTableError) -> None:
        """Put a table that cannot be read out of the way."""
        self.objects.delete([self.objects.key_of(damaged.table)])

    def append(self, table: str, collection: str, name: str, rows: pl.DataFrame) -> pl.DataFrame:
        """Add `rows` to a table that is not of videos, as the file `name`; returns them as the table has them."""
        rows = schema_of(table).conform(rows)
        key = f"{table}/{collection}/{name}{_SUFFIX}"
        with self.objects.writing(key) as file:
            rows.write_parquet(file)
        self.objects.settle([key])
        return rows

    def read_appended(self, table: str) -> pl.DataFrame:
        """All rows of a table that `append` writes, of every collection, in order of file."""
        parts = [pl.DataFrame(schema=schema_of(table).polars_schema)]
        for found in self._appended(table):
            if isinstance(found, DamagedTableError):  # the others say what they say; `doctor` names it
                _logger.warning("%s", found)
            else:
                parts.append(found)
        return pl.concat(parts)

    def damaged_appended(self, table: str) -> list[DamagedTableError]:
        """The files that `append` made and that cannot be read."""
        return [found for found in self._appended(table) if isinstance(found, DamagedTableError)]

    def collections(self, table: str) -> list[str]:
        """The collections that have this table."""
        return self.objects.folders(table)

    def videos(self, table: str, collection: str) -> Iterator[VideoName]:
        """The videos of a collection that have this table, in no particular order."""
        for one in self.objects.listed(f"{table}/{collection}"):
            if one.key.endswith(_SUFFIX):
                relative = PurePosixPath(one.key.removesuffix(_SUFFIX).removeprefix(f"{table}/"))
                yield VideoName.from_relative_file(relative)

    def _appended(self, table: str) -> Iterator[pl.DataFrame | DamagedTableError]:
        def read(key: str) -> pl.DataFrame | DamagedTableError:
            try:
                with _readable(self.objects.shown(key)):
                    return schema_of(table).conform(pl.read_parquet(io.BytesIO(self.objects.read(key))))
            except DamagedTableError as error:
                return error

        keys = sorted(one.key for one in self.objects.listed(table) if one.key.endswith(_SUFFIX))
        return self._each(read, keys)

    @contextmanager
    def _opened(self, table: str, video: VideoName) -> Iterator[BinaryIO]:
        key = self.key(table, video)
        with _readable(self.objects.shown(key)), self.objects.open(key) as file:
            yield file

    def _each(self, work: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
        """`work` of each item, in order: as many at once as the place is asked."""
        if not self.objects.is_remote:
            return map(work, items)
        with ThreadPoolExecutor(self.objects.at_once) as threads:
            return iter(list(threads.map(work, items)))


@contextmanager
def _readable(shown: str) -> Iterator[None]:
    """What polars and pyarrow say of bytes that are no Parquet, as DamagedTableError; what the system says stays."""
    try:
        yield
    except MemoryError:  # pyarrow's is an ArrowException, too
        raise
    except (pl.exceptions.PolarsError, pa.ArrowException, ValueError, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise DamagedTableError(shown, error) from error


def _start(column: pq.ColumnChunkMetaData) -> int:
    """Where the column's pages begin in the file."""
    first = column.dictionary_page_offset
    return int(column.data_page_offset if first is None else min(first, column.data_page_offset))
