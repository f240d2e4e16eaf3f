"""Landmarks of every video of the archive in files that are mapped into memory: what a new video is compared with.

Derived from the lake's tables `signatures`, and from nothing else: whoever looks brings it up to date first, so that it
is the same over a folder, a bucket and for several machines, and can be deleted. Rows are only added, and the manifest,
which is replaced at once, says how many count: a process that is killed leaves rows that nobody reads.
"""

from io import BytesIO
from pathlib import Path, PurePosixPath

import polars as pl

from archive_pipeline.durability import write_atomically
from archive_pipeline.errors import DamagedTableError
from archive_pipeline.locking import file_lock
from archive_pipeline.store.footage_shelves import Shelf, ShelfFiles, landmarks_of
from archive_pipeline.store.lake import Lake
from archive_pipeline.store.naming import VideoName

_TABLE, _SUFFIX = "signatures", ".parquet"
_COLUMNS = ["frame", "shot", "grey", "vector"]
_MANIFEST = "manifest.parquet"
_SCHEMA = {
    "video": pl.String,  # partition key; "" where its rows count no more
    "version": pl.String,
    "model": pl.String,
    "shelf": pl.String,  # what its files are called; "" of a video that shows nothing to be known again by
    "first": pl.Int64,
    "n": pl.Int64,
}
_WORTH_PACKING = 50_000  # rows that count no more, and are more than the others


class FootageIndex:
    """In one folder. Safe for many processes."""

    def __init__(self, folder: Path, lake: Lake) -> None:
        self._folder = folder
        self._files = ShelfFiles(folder)
        self._lake = lake

    def shelves(self) -> list[Shelf]:
        """As the lake is now: costs a list of its tables, and reading what is new."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with file_lock(self._folder / "lock"):
            stored = self._stored()
            manifest = self._with_new(_packed(stored), self._present())
            if not manifest.equals(stored):
                content = BytesIO()
                manifest.write_parquet(content)
                write_atomically(self._folder / _MANIFEST, content.getvalue())
                self._files.sweep(set(manifest["shelf"]))
            shelves = manifest.filter(pl.col("shelf") != "").partition_by("shelf", maintain_order=True)
            return [self._files.shelf(lines) for lines in shelves]

    def _stored(self) -> pl.DataFrame:
        try:
            return pl.read_parquet(self._folder / _MANIFEST)
        except (FileNotFoundError, pl.exceptions.PolarsError):
            return pl.DataFrame(schema=_SCHEMA)

    def _present(self) -> dict[str, str]:
        found = (one for one in self._lake.objects.listed(_TABLE) if one.key.endswith(_SUFFIX))
        return {_video(one.key).partition_key: one.version for one in found}

    def _with_new(self, manifest: pl.DataFrame, present: dict[str, str]) -> pl.DataFrame:
        """What the lake has no more, or has anew, counts no more; what is new is added."""
        lines = manifest.rows()
        lines = [line if present.get(line[0]) == line[1] else ("", *line[1:]) for line in lines]
        known = {line[0] for line in lines}
        ends = {line[2]: (line[3], line[4] + line[5]) for line in lines if line[3]}  # by model, of its last shelf
        for video in sorted(set(present) - known):
            name = VideoName.from_partition_key(video)
            try:
                table = self._lake.read(_TABLE, name, _COLUMNS).drop_nulls("vector")
                made_from = self._lake.provenance(_TABLE, name)
            except DamagedTableError:  # `doctor` names it, and its stage makes it again
                continue
            model = str(made_from.parameters.get("model", "")) if made_from else ""
            shelf, first = "", 0
            if table.height:
                shelf, first = self._files.place(ends.get(model))
                self._files.write(shelf, first, landmarks_of(table))
                ends[model] = shelf, first + table.height
            lines.append((video, present[video], model, shelf, first, table.height))
        return pl.DataFrame(lines, schema=_SCHEMA, orient="row")


def _packed(manifest: pl.DataFrame) -> pl.DataFrame:
    """Without shelves in which more counts no more than counts; their videos are read again, into a new one."""
    dead = pl.col("n").filter(pl.col("video") == "").sum().over("shelf")
    return manifest.filter((dead < _WORTH_PACKING) | (2 * dead < pl.col("n").sum().over("shelf")))


def _video(key: str) -> VideoName:
    return VideoName.from_relative_file(PurePosixPath(key.removeprefix(f"{_TABLE}/").removesuffix(_SUFFIX)))
