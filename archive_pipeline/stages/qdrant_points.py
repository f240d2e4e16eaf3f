"""From the lake to the index: the points of one video, and of the whole archive again."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, time
from typing import Any

import polars as pl

from archive_pipeline.detectors.counts import counted_objects
from archive_pipeline.errors import DamagedTableError
from archive_pipeline.language.concepts.rows import held_concepts
from archive_pipeline.language.lists.conditions import columns_of
from archive_pipeline.search.counted import MOST_COUNTED
from archive_pipeline.search.dates import clock_s
from archive_pipeline.search.index import ShotIndex
from archive_pipeline.search.model import Point, ShotPayload
from archive_pipeline.search.spaces import in_present_layout
from archive_pipeline.search.words.bm25 import document_vector
from archive_pipeline.search.words.places import order_of
from archive_pipeline.stages.chain import SHOTS, index_stage_of
from archive_pipeline.stages.photo_points import photo_points
from archive_pipeline.store.arrays import embedding_matrix
from archive_pipeline.store.catalogue import Catalogue
from archive_pipeline.store.corrected import corrected
from archive_pipeline.store.corrections import Corrections
from archive_pipeline.store.lake import Lake
from archive_pipeline.store.naming import VideoName
from archive_pipeline.store.shot_words import video_words

_BESIDE = ("concepts", "transcripts", "descriptions")
_BESIDE_WHERE_FOUND = ("detections", "visible_texts", "listed")
"""They came later, and so did corrections: points of videos without them stay as they are."""
_VIDEOS_AT_ONCE = 200  # one opening of the embedded store for many videos


def stored_points(lake: Lake, video: VideoName) -> list[Point]:
    """The shots of a video, or the photos of an album, as points."""
    if video.is_album:
        return photo_points(lake, video)
    made_from = lake.provenance(SHOTS.tables[-1], video)
    sha256 = lake.read("media", video, ["sha256"]).item()
    right = corrected(lake, video)
    shots = right.shots.table if right.shots else lake.read("shots", video)
    vectors = right.shots.embeddings if right.shots else embedding_matrix(lake.read("shot_embeddings", video))
    concepts = held_concepts(right.inherited(lake.read("concepts", video)))
    objects = counted_objects(right.inherited(lake.read("detections", video)))
    words = video_words(lake, video, right)
    texts = [words.of_shot(shot["shot_id"], shot["start_s"], shot["end_s"]) for shot in shots.iter_rows(named=True)]
    listed = _listed(lake, video)
    return [
        Point(
            shot["shot_id"],
            vector,
            ShotPayload(
                video_id=shot["video_id"],
                collection=video.collection,
                shot=shot["shot"],
                scene=shot["scene"],
                semantic_class=shot["class"],
                start_s=shot["start_s"],
                end_s=shot["end_s"],
                keyframe_s=shot["keyframe_s"],
                sha256=sha256,
                fingerprint=made_from.fingerprint if made_from else "",
                concepts=concepts.get(shot["shot_id"], ()),
                objects=tuple((label, min(n, MOST_COUNTED)) for label, n in objects.get(shot["shot_id"], ())),
                languages=tuple(sorted({text.language for text in own if text.part == "said" and text.language})),
                **listed,
                word_order=order_of(own),
            ),
            document_vector(own, shot["shot_id"]),
        )
        for shot, vector, own in zip(shots.iter_rows(named=True), vectors, texts, strict=True)
    ]


def _listed(lake: Lake, video: VideoName) -> dict[str, Any]:
    """What the archive's list says of the whole video."""
    said: dict[str, Any] = {}
    for row in lake.read("listed", video).iter_rows(named=True):
        said["listed"] = columns_of(row)
        if row["first_day"]:
            first, last = (datetime.combine(row[name], time.min) for name in ("first_day", "last_day"))
            said |= {"taken_s": clock_s(first), "taken_before_s": clock_s(last) + 86_400.0}
    return said


def indexed_shots(lake: Lake, video: VideoName) -> set[str]:
    """Ids of the shots that have points: the machine's, but where people put boundaries right."""
    right = corrected(lake, video).shots
    return set((right.table if right else lake.read("shots", video, ["shot_id"]))["shot_id"])


def put_points(lake: Lake, index: ShotIndex, video: VideoName, space: str) -> pl.DataFrame:
    """Make the video's points in the space those that the lake tells, and have none in any other; returns the row of
    the table `points`, without the video."""
    digest, points = beside(lake, video), stored_points(lake, video)  # what is corrected meanwhile differs from this
    index.ensure_space(space, len(points[0].vector))
    index.replace_video(space, video.video_id, points)
    index.remove_video(video.video_id, keep_space=space)
    return _points_row(space, len(points), digest)


def beside(lake: Lake, video: VideoName) -> str:
    """Digest of what `stored_points` puts beside the vectors: it changes with the analyses of the video.

    Of the files, not of their fingerprints: a model that is asked again answers the same question otherwise.
    """
    found = hashlib.sha256()
    for table in _BESIDE:
        found.update(hashlib.sha256(lake.content(table, video)).digest())
    later = [*(lake.content(table, video) for table in _BESIDE_WHERE_FOUND), Corrections(lake).content(video)]
    for content in filter(None, later):
        found.update(hashlib.sha256(content).digest())
    return found.hexdigest()[:32]


def _points_row(space: str, n_points: int, digest: str) -> pl.DataFrame:
    return pl.DataFrame({"space": [space], "n_points": [n_points], "beside": [digest]})


def refresh_points(lake: Lake, index: ShotIndex, video: VideoName) -> bool:
    """Write the video's points anew where its analyses changed since they were written; whether they had to be.

    Points of an older layout are left to the next ingest, which finds the video outdated.
    """
    made_from = lake.provenance("points", video)
    if made_from is None or made_from.code_version != index_stage_of(video).code_version:
        return False
    stored, digest = lake.read("points", video), beside(lake, video)
    if stored["beside"].item() == digest:
        return False
    space, points = stored["space"].item(), stored_points(lake, video)
    index.replace_video(space, video.video_id, points)
    row = _points_row(space, len(points), digest).with_columns(video_id=pl.lit(video.video_id))
    lake.write("points", video, row, made_from)
    return True


def reindex(
    lake: Lake, catalogue: Catalogue, index: ShotIndex, on_videos: Callable[[int], None]
) -> tuple[int, Sequence[VideoName]]:
    """Make the points of every ready video those that the lake tells; returns how many videos have them, and those
    whose tables are missing or cannot be read.

    `on_videos` is called with the number of videos that were done.
    """
    before = set(index.spaces())  # what appears while this works belongs to somebody else
    entries = catalogue.all_entries()
    index.remove_videos([entry.name.video_id for entry in entries if entry.status != "ready"])
    ready = [entry.name for entry in entries if entry.status == "ready"]
    spaces, unreadable = _by_space(lake, ready)
    for space in before - set(spaces):
        index.drop_space(space)
    n_videos, more = _write_spaces(lake, index, spaces, on_videos)
    return n_videos, [*unreadable, *more]


def write_points(lake: Lake, index: ShotIndex, videos: Sequence[VideoName]) -> tuple[int, list[VideoName]]:
    """Make the points of these videos those that the lake tells; returns how many videos have them, and those whose
    tables are missing or cannot be read."""
    spaces, unreadable = _by_space(lake, videos)
    n_videos, more = _write_spaces(lake, index, spaces, lambda _: None)
    return n_videos, [*unreadable, *more]


def _write_spaces(
    lake: Lake, index: ShotIndex, spaces: Mapping[str, Sequence[VideoName]], on_videos: Callable[[int], None]
) -> tuple[int, list[VideoName]]:
    """Many videos in one opening of the index; how many were written, and those whose tables cannot be read."""
    unreadable: list[VideoName] = []
    n_videos = 0
    for space, own in spaces.items():
        for first in range(0, len(own), _VIDEOS_AT_ONCE):
            points: dict[str, list[Point]] = {}
            for video in own[first : first + _VIDEOS_AT_ONCE]:
                try:
                    if found := stored_points(lake, video):
                        points[video.video_id] = found
                    else:
                        unreadable.append(video)
                except (DamagedTableError, ValueError):  # gone, or of another making than its neighbour
                    unreadable.append(video)
            if points:
                index.ensure_space(space, len(next(iter(points.values()))[0].vector))
                index.replace_videos(space, points)
            n_videos += len(points)
            on_videos(len(points))
    return n_videos, unreadable


def _by_space(lake: Lake, videos: Sequence[VideoName]) -> tuple[dict[str, list[VideoName]], list[VideoName]]:
    """The videos by the space that their points belong to, and those of which the lake does not say."""
    spaces: dict[str, list[VideoName]] = {}
    unreadable = []
    for video in videos:
        try:
            space = lake.read("points", video, ["space"]).item()
        except (DamagedTableError, ValueError):
            unreadable.append(video)
        else:
            spaces.setdefault(in_present_layout(space), []).append(video)
    return spaces, unreadable
