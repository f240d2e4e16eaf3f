"""The index of landmarks follows the lake: what is new, what changed, what is gone, and what a killed process left."""

import shutil
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from archive_pipeline.semantics.footage.nearest import N_CELLS, cells_of
from archive_pipeline.semantics.footage.signature import SIGNATURE_SIDE
from archive_pipeline.store import footage_index, footage_shelves
from archive_pipeline.store.footage_index import FootageIndex
from archive_pipeline.store.footage_shelves import Shelf
from archive_pipeline.store.lake import Lake
from archive_pipeline.store.naming import VideoName
from archive_pipeline.store.provenance import Provenance

A, B, C = (VideoName("news", name) for name in (b"a, 1.mp4", b"b.mp4", b"c.mp4"))
WIDTH = 8


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path / "lake")


@pytest.fixture
def index(tmp_path: Path, lake: Lake) -> FootageIndex:
    return FootageIndex(tmp_path / "footage", lake)


def write(lake: Lake, video: VideoName, seed: int, n: int = 3, model: str = "m") -> None:
    """Signatures with `n` landmarks, every other frame."""
    random = np.random.default_rng(seed)
    rows = pl.DataFrame(
        {
            "video_id": video.video_id,
            "frame": np.arange(2 * n),
            "pts_s": np.arange(2 * n) / 3,
            "shot": np.arange(2 * n) // 4,
            "grey": [random.bytes(SIGNATURE_SIDE**2) for _ in range(2 * n)],
            "vector": [random.bytes(WIDTH) if at % 2 else None for at in range(2 * n)],
            "x0": 0.0,
            "y0": 0.0,
            "x1": 1.0,
            "y1": 1.0,
        },
        schema_overrides={"vector": pl.Binary},
    )
    lake.write("signatures", video, rows, Provenance("reuses", "1", {"model": model}))


def found(lake: Lake, shelves: list[Shelf]) -> set[tuple[VideoName, int, bytes]]:
    """Video, frame and picture of every row that counts; they are those of the lake."""
    rows = set()
    for shelf in shelves:
        holes = {row for hole in shelf.without(VideoName("no", b"video")) for row in hole}
        for row in sorted(set(range(len(shelf.rows.places))) - holes):
            video, frame = shelf.video_of(row), int(shelf.rows.places[row, 0])
            stored = lake.read("signatures", video).filter(frame=frame)
            assert stored["grey"].item() == shelf.rows.greys[row].tobytes()
            assert stored["vector"].item() == shelf.rows.vectors[row].tobytes()
            rows.add((video, frame, stored["grey"].item()))
    return rows


def numbers(lake: Lake, shelves: list[Shelf]) -> dict[VideoName, int]:
    rows = found(lake, shelves)
    return {video: sum(one[0] == video for one in rows) for video in {one[0] for one in rows}}


def test_it_has_what_the_lake_has(lake: Lake, index: FootageIndex) -> None:
    assert index.shelves() == []
    write(lake, A, 1)
    write(lake, B, 2, n=0)
    assert numbers(lake, index.shelves()) == {A: 3}
    write(lake, A, 3, n=5)
    write(lake, C, 4, model="other")
    assert numbers(lake, index.shelves()) == {A: 5, C: 3}
    lake.delete("signatures", A)
    assert numbers(lake, index.shelves()) == {C: 3}


def test_a_videos_own_rows_are_not_found(lake: Lake, index: FootageIndex) -> None:
    write(lake, A, 1)
    write(lake, B, 2)
    (shelf,) = index.shelves()
    assert shelf.without(A) == [range(3)]
    assert shelf.without(B) == [range(3, 6)]


def test_what_a_killed_writer_left_is_written_over(tmp_path: Path, lake: Lake, index: FootageIndex) -> None:
    write(lake, A, 1)
    index.shelves()
    for file in (tmp_path / "footage").glob("*.*"):
        if file.suffix != ".parquet":
            with file.open("ab") as stream:
                stream.write(b"half a row")
    write(lake, B, 2)
    assert numbers(lake, index.shelves()) == {A: 3, B: 3}


def test_without_its_files_or_manifest_it_is_made_anew(tmp_path: Path, lake: Lake, index: FootageIndex) -> None:
    write(lake, A, 1)
    index.shelves()
    (tmp_path / "footage" / "manifest.parquet").write_bytes(b"no table")
    assert numbers(lake, index.shelves()) == {A: 3}
    shutil.rmtree(tmp_path / "footage")
    assert numbers(lake, index.shelves()) == {A: 3}


def test_what_comes_after_enough_rows_lies_in_cells(
    tmp_path: Path, lake: Lake, index: FootageIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And there, too, a killed writer leaves nothing behind, and all of it can be had from the lake again."""
    monkeypatch.setattr(footage_shelves, "_LOOKED_THROUGH", N_CELLS)
    write(lake, A, 1, n=N_CELLS)
    (looked_through,) = index.shelves()
    assert looked_through.cells is None
    write(lake, B, 2)
    index.shelves()
    for file in (tmp_path / "footage").glob("*.cells"):
        file.write_bytes(file.read_bytes() + b"half a row")
    write(lake, C, 3)
    for _ in range(2):
        first, second = index.shelves()
        assert (first.cells, first.rows.greys.shape[0]) == (None, N_CELLS)
        assert numbers(lake, [second]) == {B: 3, C: 3}
        assert second.cells is not None
        for cells, rows in zip(second.cells, (second.rows.layouts, second.rows.vectors), strict=True):
            np.testing.assert_array_equal(cells.of_rows, cells_of(rows, cells.centres))
        shutil.rmtree(tmp_path / "footage")


def test_rows_that_count_no_more_are_given_up(
    tmp_path: Path, lake: Lake, index: FootageIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(footage_index, "_WORTH_PACKING", 10)
    for seed in range(9):
        write(lake, A, seed)
        assert numbers(lake, index.shelves()) == {A: 3}
    assert sum(file.stat().st_size for file in (tmp_path / "footage").glob("*.vectors")) < 8 * 3 * WIDTH
