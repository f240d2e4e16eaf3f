"""The files of shelves: arrays of landmarks that are mapped into memory and only grow at their ends.

The first rows of an encoder are all looked through. When these are enough to learn cells from (`nearest.Cells`), what
comes after them goes to a shelf that has cells, so that no row ever changes its place.
"""

from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
import polars as pl
from numpy.typing import NDArray

from archive_pipeline.durability import sync, write_atomically
from archive_pipeline.semantics.footage.nearest import N_CELLS, Cells, Stored, Vectors, cells_of, centres_of, quantized
from archive_pipeline.semantics.footage.pictures import LAYOUT_WIDTH, Grey, layouts
from archive_pipeline.semantics.footage.signature import SIGNATURE_SIDE
from archive_pipeline.store.naming import VideoName

_LOOKED_THROUGH = 16 * N_CELLS  # rows, from which cells are learnt; some six hours
_CELLS, _CENTRES = "cells", "centres"  # files of a shelf, beside those of `Landmarks`


@dataclass(frozen=True)
class Landmarks:
    """Pictures that stand for shots, row by row: `layouts` (n, LAYOUT_WIDTH), `vectors` (n, d) of the encoder, `greys`
    (n, side, side), `places` (n, 2): the frame and the shot."""

    layouts: Stored
    vectors: Stored
    greys: Grey
    places: NDArray[np.int32]


@dataclass(frozen=True)
class Shelf:
    """Landmarks whose vectors are of the encoder `model`. `manifest` has the rows of its videos, in order; `cells` are
    those of the layouts and of the vectors."""

    model: str
    rows: Landmarks
    manifest: pl.DataFrame
    cells: tuple[Cells, Cells] | None

    def video_of(self, row: int) -> VideoName:
        at = int(np.searchsorted(self.manifest["first"].to_numpy(), row, side="right")) - 1
        return VideoName.from_partition_key(self.manifest["video"][at])

    def without(self, video: VideoName) -> list[range]:
        """The rows that are not to be found: the video's own, and those that count no more; in order."""
        not_found = self.manifest.filter(pl.col("video").is_in(["", video.partition_key]))
        return [range(first, first + n) for first, n in not_found.select("first", "n").iter_rows()]


class ShelfFiles:
    """In one folder. Not locked: the index is."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def place(self, end: tuple[str, int] | None) -> tuple[str, int]:
        """The shelf and row for what follows `end`, an encoder's last shelf and how many rows it has."""
        if end is None:
            return _new_name(), 0
        last, n = end
        if n < _LOOKED_THROUGH or self._centres(last):
            return last, n
        rows, shelf = self._mapped(last, n), _new_name()
        content = BytesIO()
        np.savez(content, layouts=centres_of(rows.layouts), vectors=centres_of(rows.vectors))
        write_atomically(self._file(shelf, _CENTRES), content.getvalue())
        return shelf, 0

    def write(self, shelf: str, first: int, rows: Landmarks) -> None:
        arrays = vars(rows).copy()
        if centres := self._centres(shelf):
            own = [cells_of(stored, of) for stored, of in zip((rows.layouts, rows.vectors), centres, strict=True)]
            arrays[_CELLS] = np.stack(own, axis=1)
        for kind, array in arrays.items():
            file = self._file(shelf, kind)
            with file.open("r+b" if file.exists() else "w+b") as stream:
                stream.seek(first * array[0].nbytes)
                stream.write(np.ascontiguousarray(array).tobytes())
            sync(file)

    def shelf(self, lines: pl.DataFrame) -> Shelf:
        n, shelf = int(lines["first"][-1] + lines["n"][-1]), lines["shelf"][0]
        cells = None
        if centres := self._centres(shelf):
            own = np.fromfile(self._file(shelf, _CELLS), np.uint16, 2 * n).reshape(n, 2)
            by_layout, by_vector = (Cells(of, own[:, cue]) for cue, of in enumerate(centres))
            cells = by_layout, by_vector
        return Shelf(lines["model"][0], self._mapped(shelf, n), lines, cells)

    def _centres(self, shelf: str) -> tuple[Vectors, Vectors] | None:
        """Of the cells of its layouts and of its vectors; None of a shelf that is looked through."""
        file = self._file(shelf, _CENTRES)
        return _read_centres(file) if file.exists() else None

    def _mapped(self, shelf: str, n: int) -> Landmarks:
        def mapped(kind: str, dtype: type, *shape: int) -> NDArray[Any]:
            return np.memmap(self._file(shelf, kind), dtype, "r", shape=(n, *shape))

        width = self._file(shelf, "vectors").stat().st_size // (self._file(shelf, "places").stat().st_size // 8)
        return Landmarks(
            mapped("layouts", np.int8, LAYOUT_WIDTH),
            mapped("vectors", np.int8, width),
            mapped("greys", np.uint8, SIGNATURE_SIDE, SIGNATURE_SIDE),
            mapped("places", np.int32, 2),
        )

    def _file(self, shelf: str, kind: str) -> Path:
        return self._folder / f"{shelf}.{kind}"

    def sweep(self, shelves: set[str]) -> None:
        for file in self._folder.glob("*.*"):
            if file.suffix[1:] in {*Landmarks.__dataclass_fields__, _CELLS, _CENTRES} and file.stem not in shelves:
                file.unlink()


def landmarks_of(table: pl.DataFrame) -> Landmarks:
    """The rows of a table `signatures` that are landmarks; at least one."""
    greys = grey_pictures(table["grey"])
    vectors = np.frombuffer(b"".join(table["vector"]), np.int8).reshape(len(greys), -1)
    return Landmarks(
        quantized(layouts(greys)), vectors, greys, table.select("frame", "shot").to_numpy().astype(np.int32)
    )


def grey_pictures(column: pl.Series) -> Grey:
    """(n, side, side) of the column `grey`."""
    return np.frombuffer(b"".join(column), np.uint8).reshape(len(column), SIGNATURE_SIDE, SIGNATURE_SIDE)


@lru_cache(4)
def _read_centres(file: Path) -> tuple[Vectors, Vectors]:
    """Of a file that is written once."""
    stored = np.load(file)
    return stored["layouts"], stored["vectors"]


def _new_name() -> str:
    return uuid4().hex[:12]
