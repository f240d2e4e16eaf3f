"""An archive of many finished videos that never were: files, catalogue, lake, points and the published database.

Files in the source are empty and of a size of their own; rows, shots and vectors are drawn. Tables that nothing reads
here are one file without rows under many names.
"""

import hashlib
import os
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
import numpy as np
import polars as pl

from archive_pipeline.assets.policy import VIDEOS
from archive_pipeline.collections.model import Collection
from archive_pipeline.collections.registration import write_collection
from archive_pipeline.encoders import BUNDLED_MODEL, identify
from archive_pipeline.progress import report
from archive_pipeline.resources.archive import Archive
from archive_pipeline.search.model import Point, ShotPayload
from archive_pipeline.search.spaces import space_name
from archive_pipeline.stages.chain import ANALYSES, CHAIN, CONCEPTS
from archive_pipeline.stages.parameters import analysis_plans, plan_of
from archive_pipeline.store.catalogue import Entry
from archive_pipeline.store.lake import Lake
from archive_pipeline.store.naming import VideoName
from archive_pipeline.store.provenance import METADATA_KEY, Provenance
from archive_pipeline.store.schema import table
from archive_pipeline.timecode import format_timecode
from archive_pipeline.warehouse import publish

COLLECTION = "scale"
SHOTS = 12
"""Of every video: 300,000 points at 25,000 videos."""
SHOT_S = 5.0
DRAWING = "drawing"
_DIMENSION = 256  # archive-tiny's
_SUBJECTS = 40  # what shots are of: vectors lie about as many centres
_AT_ONCE = 400
_FILE_BYTES = 10_000_000
_LONG_AGO_S = 1_700_000_000
_DRAWN = {"media": "source_video", "decoding": "frames", "shots": "shots", "video_statistics": "video_statistics"}


def space() -> str:
    """Where the points lie."""
    return space_name(BUNDLED_MODEL, identify(BUNDLED_MODEL))


def draw_archive(archive: Archive, instance: dg.DagsterInstance, source: Path, n_videos: int) -> None:
    """Make `n_videos` finished videos of the collection COLLECTION, whose files lie in `source` (empty), and publish
    them. Reports its progress as DRAWING."""
    facts = {"analyses": ("concepts",), "watch": 60.0, "settle_s": 0.0, "model": BUNDLED_MODEL}
    collection = Collection.model_validate({"name": COLLECTION, "source": source, **facts})
    write_collection(archive.settings.registered_collections_dir, collection)
    index, name = archive.index, space()
    index.ensure_space(name, _DIMENSION)
    for first in range(0, n_videos, _AT_ONCE):
        numbers = range(first, min(first + _AT_ONCE, n_videos))
        entries = [_entry(source, number, plan_of(collection)) for number in numbers]
        archive.catalogue.restore(entries)
        _write_tables(archive.lake, entries, first)
        index.replace_videos(name, {entry.name.video_id: drawn_points(entry.name) for entry in entries})
        report(DRAWING, 0.8 * numbers.stop / n_videos)
    plans = analysis_plans([CONCEPTS], collection, archive.settings)
    for number, entry in enumerate(archive.catalogue.entries(COLLECTION)):
        archive.catalogue.record_analysis(entry.name, CONCEPTS.name, plans[CONCEPTS.name](entry) or "")
        report(DRAWING, 0.8 + 0.1 * number / n_videos)
    keys = [entry.name.partition_key for entry in archive.catalogue.entries(COLLECTION)]
    instance.add_dynamic_partitions(VIDEOS.name or "", keys)
    publish(archive.lake, archive.catalogue, archive.collections(), archive.settings.database_link)
    report(DRAWING, 1.0)


def drawn_file(source: Path, number: int) -> Path:
    """An empty file that takes no room, of a size that no other one has, and old enough to be complete."""
    file = source / f"{number % 100:02}" / f"{number:06}.mp4"
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("wb") as written:
        written.truncate(_FILE_BYTES + number)
    os.utime(file, (_LONG_AGO_S, _LONG_AGO_S))
    return file


def drawn_points(video: VideoName, take: int = 0) -> list[Point]:
    """The shots of a video; another `take` has others."""
    seed = int.from_bytes(hashlib.sha256(f"{video.video_id} {take}".encode()).digest()[:8])
    random = np.random.default_rng(seed)
    subjects = np.random.default_rng(0).standard_normal((_SUBJECTS, _DIMENSION), dtype=np.float32)
    vectors = subjects[random.integers(_SUBJECTS, size=SHOTS)]
    vectors = vectors + random.standard_normal(vectors.shape, dtype=np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return [
        Point(shot_id, vector, ShotPayload(video.video_id, COLLECTION, shot, shot, shot % 9, *_times(shot), "", ""))
        for shot, (shot_id, vector) in enumerate(zip(_shot_ids(video, take), vectors, strict=True))
    ]


def _times(shot: int) -> tuple[float, float, float]:
    return shot * SHOT_S, (shot + 1) * SHOT_S, (shot + 0.5) * SHOT_S


def _shot_ids(video: VideoName, take: int) -> list[str]:
    return [str(uuid.uuid5(uuid.NAMESPACE_URL, f"{video.video_id} {take} {shot}")) for shot in range(SHOTS)]


def _entry(source: Path, number: int, plan: str) -> Entry:
    file = drawn_file(source, number)
    path = os.fsencode(file.relative_to(source))
    status, now = file.stat(), datetime.now(UTC)
    sha256 = hashlib.sha256(path).hexdigest()
    name = VideoName(COLLECTION, path)
    size, mtime_ns = status.st_size, status.st_mtime_ns
    return Entry(name, path, size, mtime_ns, sha256, "ready", False, plan, None, None, None, None, 0, now, 0)


def _write_tables(lake: Lake, entries: list[Entry], first: int) -> None:
    """Straight to Parquet: the lake's own writer waits for the disk at every table."""
    empty = dict(_empty_tables(lake))
    for number, entry in enumerate(entries, first):
        rows = _rows(entry, number)
        for name, stage in _DRAWN.items():
            frame = table(name).conform(pl.DataFrame(rows[name]).with_columns(video_id=pl.lit(entry.name.video_id)))
            file = _file(lake, name, entry.name)
            file.parent.mkdir(parents=True, exist_ok=True)
            frame.write_parquet(file, metadata={METADATA_KEY.decode(): Provenance(stage, "1").to_json().decode()})
        for name, without_rows in empty.items():
            file = _file(lake, name, entry.name)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.hardlink_to(without_rows)


def _file(lake: Lake, name: str, video: VideoName) -> Path:
    return Path(lake.objects.shown(lake.key(name, video)))


def _empty_tables(lake: Lake) -> Iterator[tuple[str, Path]]:
    """One file for each table that is not drawn."""
    stages = {name: stage.name for stage in (*CHAIN, *ANALYSES) for name in stage.tables}
    for name, stage in {**stages, "outcomes": "outcome", "analyses": "analyses"}.items():
        if name in _DRAWN or stage in {one.name for one in ANALYSES if one is not CONCEPTS}:
            continue
        nobody = VideoName("nobody", b"nothing")
        if not lake.exists(name, nobody):
            lake.write(name, nobody, pl.DataFrame(schema=table(name).polars_schema), Provenance(stage, "1"))
        yield name, _file(lake, name, nobody)


def _rows(entry: Entry, number: int) -> dict[str, dict[str, object]]:
    length_s = SHOTS * SHOT_S
    starts, ends, middles = zip(*map(_times, range(SHOTS)), strict=True)
    facts: dict[str, object] = {
        "container": "mp4",
        "video_codec": ("h264", "hevc")[number % 2],
        "stream_index": 0,
        "width": 1280,
    }
    facts |= {"height": 720, "rotation": 0, "sample_aspect_ratio": 1.0, "frame_rate": 25.0, "zero_s": 0.0}
    shots = list(range(SHOTS))
    return {
        "media": {
            **{name: [value] for name, value in facts.items()},
            "sha256": [entry.sha256],
            "bytes": [entry.bytes],
            "start_s": [0.0],
            "duration_s": [length_s],
            "audio_codec": ["aac"],
            "source_timecode": [None],
            "note": [None],
            **{name: [False] for name in ("is_mirrored", "is_vfr", "is_interlaced", "has_audio", "drop_frame")},
            "is_colour_matrix_assumed": [True],
            "colour_matrix": ["bt709"],
            "colour_range": ["tv"],
            **{name: [None] for name in ("colour_primaries", "colour_transfer")},
        },
        "decoding": {
            "n_source_frames": [int(length_s * 25)],
            "start_s": [0.0],
            "end_s": [length_s],
            "decoded_share": [1.0],
            "warnings": [[]],
        },
        "shots": {
            "shot": shots,
            "scene": shots,
            "class": [shot % 9 for shot in shots],
            "start_s": starts,
            "end_s": ends,
            "keyframe_s": middles,
            "shot_id": _shot_ids(entry.name, 0),
            "start_timecode": list(map(format_timecode, starts)),
            "end_timecode": list(map(format_timecode, ends)),
            "source_timecode": [None] * SHOTS,
            "n_frames": [15] * SHOTS,
            "cohesion": [0.9] * SHOTS,
            "leader": [None] * SHOTS,
        },
        "video_statistics": {
            **{name: [SHOTS] for name in ("n_classes", "n_scenes", "n_shots")},
            "duration_s": [length_s],
            "n_frames": [15 * SHOTS],
            "n_cuts": [SHOTS - 1],
            "mean_shot_s": [SHOT_S],
            "shots_per_minute": [60 / SHOT_S],
            "unclustered_share": [0.0],
            "realtime_factor": [20.0],
            **{name: [1.0] for name in ("frames_s", "embeddings_s", "semantics_s", "index_s")},
        },
    }
