"""The embedded index on a disk without room: a sentence, never SIGBUS, and the points of before are found."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from archive_pipeline.errors import PassingError
from archive_pipeline.search.configured import open_index
from archive_pipeline.search.model import Filter, Query
from archive_pipeline.search.spaces import space_name
from archive_pipeline_tests.search.archive import random_points
from archive_pipeline_tests.small_disks import fill, small_disk
from archive_pipeline_tests.waiting import PATIENCE_S

SPACE = space_name("full", "test")
DIMENSION = 64
N_POINTS = 200


@pytest.fixture(params=["tmpfs", "ext4"])
def disk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path]:
    with small_disk(request.param, tmp_path, megabytes=600) as disk:
        yield disk


def test_who_reads_and_writes_on_a_full_disk_lives(disk: Path) -> None:
    """In a process of its own, because what must not happen would kill this one."""
    command = [sys.executable, "-m", __name__, str(disk)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S)
    assert done.returncode == 0, f"{done.returncode}: {done.stdout} {done.stderr}"


def points(video: str) -> list:
    return random_points(video, N_POINTS, np.random.default_rng(ord(video[-1])), DIMENSION)


def read_and_write(disk: Path) -> None:
    folder = disk / "qdrant"
    query = Query(np.eye(DIMENSION, dtype=np.float32)[0], limit=N_POINTS)
    with open_index(folder, None, None) as index, open_index(folder, None, None, read_only=True) as long_open:
        index.ensure_space(SPACE, DIMENSION)
        index.replace_video(SPACE, "c/a", points("c/a"))
        assert long_open.count(SPACE) == N_POINTS
        ballast = fill(disk)
        with pytest.raises(PassingError, match=r"disk_full.* MB are needed for the search index"):
            index.replace_video(SPACE, "c/b", points("c/b"))
        with pytest.raises(PassingError, match="disk_full"):
            index.ensure_space(space_name("second", "test"), DIMENSION)
        assert len(long_open.search_batch(SPACE, [query])[0]) == N_POINTS
        assert long_open.count(SPACE, Filter(min_duration_s=0.0, from_s=0.0)) == N_POINTS
        with open_index(folder, None, None, read_only=True) as anew:  # there is no room for a copy of its own
            assert len(anew.search_batch(SPACE, [query])[0]) == N_POINTS
        ballast.unlink()
        index.replace_video(SPACE, "c/b", points("c/b"))
        assert index.count(SPACE) == 2 * N_POINTS
    with open_index(folder, None, None, read_only=True) as afterwards:
        assert afterwards.count(SPACE) == 2 * N_POINTS
    assert not list(Path("/dev/shm").glob("archive-search-*"))


if __name__ == "__main__":
    read_and_write(Path(sys.argv[1]))
