"""What it costs to look for the footage of one more hour in an archive, measured: the asset's work, without Dagster.

python -m archive_pipeline.stages.reuse_bench FOLDER
"""

import json
import sys
import time
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path
from uuid import uuid4

import numpy as np
import polars as pl
from numpy.typing import NDArray
from PIL import Image

from archive_pipeline.collections.model import Collection
from archive_pipeline.semantics.footage.landmarks import landmarks
from archive_pipeline.semantics.footage.nearest import quantized
from archive_pipeline.semantics.footage.signature import SIGNATURE_SIDE
from archive_pipeline.settings import Settings
from archive_pipeline.stages.reuses import shared_footage
from archive_pipeline.stages.signatures import video_signatures
from archive_pipeline.store.arrays import embedding_rows
from archive_pipeline.store.footage_index import FootageIndex
from archive_pipeline.store.lake import Lake
from archive_pipeline.store.naming import VideoName
from archive_pipeline.store.provenance import Provenance
from archive_pipeline.store.schema import table

_FPS = 3
_SHOT_S = 5
_PANNED = 18  # pixels in a shot; a blot is 16 wide
_MODEL = "drawn"
_MADE = Provenance("bench", "1", {"model": _MODEL})
_LINES, _COLUMNS = 336, 597


def measure(folder: Path, hours: float = 27.5, n_videos: int = 370, dimension: int = 768) -> dict[str, float]:
    """Processor seconds of an hour's signatures, index and comparison. `folder` is filled.

    Every shot moves: 45 landmarks a minute, where simulated programmes have 39 to 41 (seeds 4001 and 6006). A tenth of
    the hour's shots are those of the first video.
    """
    settings = Settings(archive_home=folder)
    lake, random = Lake(settings.lake_place), np.random.default_rng(0)
    seconds = round(hours * 3600 / n_videos / _SHOT_S) * _SHOT_S
    for number in range(n_videos):
        shots = _shots(np.random.default_rng(number), seconds)
        _write_drawn(lake, VideoName("bench", b"%d.mp4" % number), shots, dimension, random)
    index = FootageIndex(settings.footage_dir, lake)
    began = time.process_time()
    filled = sum(len(shelf.rows.places) for shelf in index.shelves())
    building = time.process_time() - began
    hour = VideoName("bench", b"hour.mp4")
    _write_hour(lake, hour, dimension, random)
    began = time.process_time()
    signatures = video_signatures(lake, hour, Collection(name="bench", source=folder))
    lake.write("signatures", hour, signatures.with_columns(video_id=pl.lit(hour.video_id)), _MADE)
    made = time.process_time()
    shelves = index.shelves()
    added = time.process_time()
    found = shared_footage(lake, hour, _MODEL, shelves)
    ended = time.process_time()
    return {
        "landmarks": filled,
        "landmarks_of_the_hour": signatures["vector"].count(),
        "found": len(found),
        "building_s": round(building, 1),
        "signatures_s": round(made - began, 1),
        "index_s": round(added - made, 1),
        "comparing_s": round(ended - added, 1),
        "hour_s": round(ended - began, 1),
    }


def _shots(random: np.random.Generator, seconds: int) -> Iterator[NDArray[np.uint8]]:
    """(frames, lines, columns) of shots, small: a window that moves over a picture of blots."""
    for _ in range(seconds // _SHOT_S):
        blots = random.integers(0, 255, (10, 15)).astype(np.uint8)
        wide = Image.fromarray(blots).resize((10 * SIGNATURE_SIDE, 4 * SIGNATURE_SIDE), Image.Resampling.BICUBIC)
        starts = np.linspace(0, _PANNED, _SHOT_S * _FPS).astype(int)
        yield np.stack([np.asarray(wide)[:, start : start + 6 * SIGNATURE_SIDE] for start in starts])


def _write_drawn(
    lake: Lake, video: VideoName, shots: Iterable[NDArray[np.uint8]], dimension: int, random: np.random.Generator
) -> None:
    """Signatures and shots of a video, as they are in the lake."""
    side = (SIGNATURE_SIDE, SIGNATURE_SIDE)
    drawn, number = [], 0
    for shot, pictures in enumerate(shots):
        greys = np.stack([np.asarray(Image.fromarray(one).resize(side, Image.Resampling.BOX)) for one in pictures])
        times = number / _FPS + np.arange(len(greys)) / _FPS
        chosen = set(landmarks(greys, times))
        vectors = quantized(random.standard_normal((len(greys), dimension)).astype(np.float32))
        for at, grey in enumerate(greys):
            vector = vectors[at].tobytes() if at in chosen else None
            drawn.append((number, float(times[at]), shot, grey.tobytes(), vector, 0.0, 0.0, 1.0, 1.0))
            number += 1
    names = ["frame", "pts_s", "shot", "grey", "vector", "x0", "y0", "x1", "y1"]
    rows = pl.DataFrame(drawn, schema=names, orient="row", infer_schema_length=None)
    _write(lake, "signatures", video, rows)
    _write_shots(lake, video, _SHOT_S * (shot + 1))


def _write_hour(lake: Lake, video: VideoName, dimension: int, random: np.random.Generator) -> None:
    """Pictures, embeddings and shots of an hour; a tenth of its shots are the first ones of the first video."""
    shots = list(_shots(random, 3600))
    again = list(_shots(np.random.default_rng(0), _SHOT_S * 5))
    for at in range(0, len(shots), 10):
        shots[at] = again[at // 10 % len(again)]
    jpegs = []
    for picture in (picture for shot in shots for picture in shot):
        file = BytesIO()
        Image.fromarray(picture).resize((_COLUMNS, _LINES)).save(file, "JPEG", quality=85)
        jpegs.append(file.getvalue())
    n = len(jpegs)
    drawn = {"frame": np.arange(n), "pts_s": np.arange(n) / _FPS}
    _write(lake, "pictures", video, pl.DataFrame(drawn | {"jpeg": jpegs}))
    _write(lake, "frames", video, pl.DataFrame(drawn | {"shot": np.arange(n) // (_SHOT_S * _FPS)}))
    vectors = random.standard_normal((n, dimension)).astype(np.float32)
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    _write(lake, "embeddings", video, embedding_rows("frame", np.arange(n, dtype=np.int32), unit))
    _write_shots(lake, video, 3600)


def _write_shots(lake: Lake, video: VideoName, seconds: int) -> None:
    starts = np.arange(0, seconds, _SHOT_S)
    shots = {"shot": np.arange(len(starts)), "start_s": starts, "end_s": starts + _SHOT_S, "shot_id": uuid4().hex}
    _write(lake, "shots", video, pl.DataFrame(shots))


def _write(lake: Lake, name: str, video: VideoName, rows: pl.DataFrame) -> None:
    """The rows with what nobody asks for here: nothing where that may be, else nought."""
    others = [column for column in table(name).columns if column.name not in rows.columns]
    filled = [
        pl.lit(None if column.may_be_null else "0" if column.dtype == pl.String else 0)
        .cast(column.dtype)
        .alias(column.name)
        for column in others
    ]
    lake.write(name, video, rows.with_columns(filled).with_columns(video_id=pl.lit(video.video_id)), _MADE)


if __name__ == "__main__":
    print(json.dumps(measure(Path(sys.argv[1])), indent=1))
