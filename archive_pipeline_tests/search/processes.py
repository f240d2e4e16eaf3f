"""Other processes that use the embedded index: `python -m archive_pipeline_tests.search.processes ROLE FOLDER …`.

Each prints `ready` once it works and ends with an error as soon as anything is not as promised.
"""

import sys
import time
from pathlib import Path

import numpy as np

from archive_pipeline.search import edge_reader
from archive_pipeline.search.configured import open_index
from archive_pipeline.search.model import Filter
from archive_pipeline.search.spaces import space_name
from archive_pipeline_tests.search.archive import random_points

SPACE = space_name("shared", "test")
DIMENSION = 32
N_VIDEOS = 8
ENOUGH = "enough"


def video_points(video: int, version: int) -> list:
    """What writer puts there: between 3 and 32 points, different ones in each version."""
    return random_points(
        f"c/{video}", 3 + (7 * version + video) % 30, np.random.default_rng([video, version]), DIMENSION
    )


def write(folder: Path, seconds: float) -> None:
    """Replace random videos until the time is over, or a file `enough` lies beside; a log says what is about to be
    replaced, and what has been."""
    random = np.random.default_rng()
    with open_index(folder, None, None) as index, (folder / "log").open("a") as log:
        index.ensure_space(SPACE, DIMENSION)
        ends = time.monotonic() + seconds
        print("ready", flush=True)
        while time.monotonic() < ends and not (folder / ENOUGH).exists():
            video, version = int(random.integers(N_VIDEOS)), int(random.integers(1 << 30))
            print(video, version, "begun", file=log, flush=True)
            index.replace_video(SPACE, f"c/{video}", video_points(video, version))
            print(video, version, "done", file=log, flush=True)


def read(folder: Path, seconds: float) -> None:
    """Search a hundred times and until five generations were seen: no error, no video ever without points, no hit with
    a false score."""
    edge_reader._REFRESH_S = 0.05
    queries = np.random.default_rng(5).standard_normal((7, DIMENSION)).astype(np.float32)
    n_seen, generations = 0, set()
    with open_index(folder, None, None, read_only=True) as reader:
        assert reader.count(SPACE) > 0
        ends = time.monotonic() + seconds
        print("ready", flush=True)
        while time.monotonic() < ends and (n_seen < 100 or len(generations) < 5):
            hits = reader.search(SPACE, queries[n_seen % len(queries)], limit=20)
            assert hits, "a search found nothing"
            assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
            for video in range(N_VIDEOS):
                assert reader.count(SPACE, Filter(video_ids=(f"c/{video}",))) > 0, f"video {video} was gone"
            n_seen += 1
            generations.add(reader._opened[SPACE].replica.generation)
    print(n_seen, len(generations), flush=True)


def hold(folder: Path, seconds: float) -> None:
    """Keep the space locked, as a writer that takes long."""
    from archive_pipeline.search.edge_folder import SpaceFolder

    with SpaceFolder(folder, SPACE, 5).locked():
        print("ready", flush=True)
        time.sleep(seconds)


def search_and_wait(folder: Path, seconds: float) -> None:
    """Open a copy and keep it."""
    with open_index(folder, None, None, read_only=True) as reader:
        reader.count(SPACE)
        print("ready", flush=True)
        time.sleep(seconds)


if __name__ == "__main__":
    role, path, duration = sys.argv[1:]
    {"write": write, "read": read, "hold": hold, "search_and_wait": search_and_wait}[role](Path(path), float(duration))
