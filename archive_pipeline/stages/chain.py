"""The chains that every video and every album of photos go through: their stages, what each writes and what each
depends on; and the analyses that may follow.

A stage's code version is raised only when its output changes for the same input, because everything after it is then
computed again.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from archive_pipeline.collections.model import Kind
from archive_pipeline.store.naming import VideoName


@dataclass(frozen=True)
class Stage:
    """`tables` are the lake tables it writes, the last one last: when it is there, the others are too."""

    name: str
    code_version: str
    tables: tuple[str, ...]
    inputs: tuple[str, ...]


SOURCE_VIDEO = Stage("source_video", "2", ("media",), ())
FRAMES = Stage("frames", "5", ("cuts", "decoding", "pictures"), ("source_video",))
EMBEDDINGS = Stage("embeddings", "1", ("embeddings",), ("frames",))
CLASSES = Stage("classes", "2", ("classes", "frame_classes"), ("embeddings",))
SCENES = Stage("scenes", "2", ("scenes",), ("classes",))
SHOTS = Stage("shots", "2", ("shot_embeddings", "frames", "shots"), ("scenes",))
QDRANT_POINTS = Stage("qdrant_points", "2", ("points",), ("shots",))
VIDEO_STATISTICS = Stage("video_statistics", "1", ("video_statistics",), ("qdrant_points",))

CHAIN = (SOURCE_VIDEO, FRAMES, EMBEDDINGS, CLASSES, SCENES, SHOTS, QDRANT_POINTS, VIDEO_STATISTICS)

SOURCE_ALBUM = Stage("source_album", "1", ("album_files",), ())
PHOTOS = Stage("photos", "2", ("photo_pictures", "photos"), ("source_album",))
PHOTO_EMBEDDINGS = Stage("photo_embeddings", "1", ("photo_embeddings",), ("photos",))
PHOTO_POINTS = Stage("photo_points", "2", ("points",), ("photo_embeddings",))
ALBUM_STATISTICS = Stage("album_statistics", "1", ("album_statistics",), ("photo_points",))

ALBUM_CHAIN = (SOURCE_ALBUM, PHOTOS, PHOTO_EMBEDDINGS, PHOTO_POINTS, ALBUM_STATISTICS)

# What is said about a finished video, in a job of its own: a server that is slow or absent holds no ingest up.
CONCEPTS = Stage("concepts", "2", ("class_names", "concepts"), ("shots",))
OBJECTS = Stage("objects", "1", ("detections",), ("shots",))
VISIBLE_TEXT = Stage("visible_text", "1", ("visible_texts",), ("shots",))
REUSES = Stage("reuses", "2", ("signatures", "reuses"), ("shots",))
TRANSCRIPT = Stage("transcript", "1", ("transcripts",), ("source_video",))
DESCRIPTIONS = Stage("descriptions", "1", ("descriptions",), ("shots",))
SUMMARIES = Stage("summaries", "1", ("summaries",), ("descriptions",))
FINDINGS = Stage("findings", "1", ("findings",), ("shots", "transcript"))
SECOND_OPINIONS = Stage("second_opinions", "1", ("second_opinions",), ("findings", "transcript"))

VIDEO_ANALYSES = (
    CONCEPTS, OBJECTS, VISIBLE_TEXT, REUSES, TRANSCRIPT, DESCRIPTIONS, SUMMARIES, FINDINGS, SECOND_OPINIONS,
)  # fmt: skip

# The same of an album: in the tables of videos, where a photo is a shot without a duration.
PHOTO_VISIBLE_TEXT = Stage("photo_visible_text", "1", ("photo_readings", "visible_texts"), ("photos",))
PHOTO_OBJECTS = Stage("photo_objects", "1", ("photo_viewings", "detections"), ("photos",))
PHOTO_DESCRIPTIONS = Stage("photo_descriptions", "1", ("descriptions",), ("photos",))

CHAIN_OF: Mapping[Kind, tuple[Stage, ...]] = {"videos": CHAIN, "photos": ALBUM_CHAIN}
"""By kind of collection, what its videos, or albums, go through."""

ALBUM_ANALYSES = (PHOTO_OBJECTS, PHOTO_VISIBLE_TEXT, PHOTO_DESCRIPTIONS)

ANALYSES = (*VIDEO_ANALYSES, *ALBUM_ANALYSES)
ANALYSES_OF: Mapping[Kind, Mapping[str, Stage]] = {
    "videos": {stage.name: stage for stage in VIDEO_ANALYSES},
    "photos": {stage.name.removeprefix("photo_"): stage for stage in ALBUM_ANALYSES},
}
"""By kind of collection, its analyses by the names that people ask for them by."""

OF_A_SERVER = frozenset(
    stage.name for stage in (DESCRIPTIONS, SUMMARIES, FINDINGS, SECOND_OPINIONS, PHOTO_DESCRIPTIONS)
)
"""Analyses that cannot be done without a VLM server."""

BY_NAME = {stage.name: stage for stage in (*CHAIN, *ALBUM_CHAIN, *ANALYSES)}


def chain_of(video: VideoName) -> tuple[Stage, ...]:
    """What a video, or an album, goes through."""
    return ALBUM_CHAIN if video.is_album else CHAIN


def analyses_of(video: VideoName) -> tuple[Stage, ...]:
    """What may be said about it once it is ready."""
    return ALBUM_ANALYSES if video.is_album else VIDEO_ANALYSES


def index_stage_of(video: VideoName) -> Stage:
    """The stage that writes its points."""
    return PHOTO_POINTS if video.is_album else QDRANT_POINTS


def tables_from(stage: str, stages: Sequence[Stage] = CHAIN) -> tuple[str, ...]:
    """The lake tables of `stage` and of all behind it: what says nothing any more once it failed for good."""
    first = [known.name for known in stages].index(stage)
    return tuple(table for later in stages[first:] for table in later.tables)


def plan(parameters: Mapping[str, Mapping[str, Any]], stages: Sequence[Stage] = CHAIN) -> str:
    """Fingerprint of what would be done to a video: code versions and the parameters of each stage, by stage name.

    A ready video whose stored plan differs is outdated.
    """
    versions = [(stage.name, stage.code_version, dict(parameters.get(stage.name, {}))) for stage in stages]
    return hashlib.sha256(json.dumps(versions, sort_keys=True).encode()).hexdigest()[:32]
