"""From the lake to points: the photos of an album."""

from collections.abc import Mapping
from typing import Any

from archive_pipeline.detectors.counts import counted_objects
from archive_pipeline.search.counted import MOST_COUNTED
from archive_pipeline.search.dates import clock_s
from archive_pipeline.search.listed import kept_value
from archive_pipeline.search.model import Point, ShotPayload
from archive_pipeline.search.photo_filter import keyword_of
from archive_pipeline.search.words.bm25 import document_vector
from archive_pipeline.search.words.places import order_of
from archive_pipeline.stages.chain import PHOTOS
from archive_pipeline.store.arrays import embedding_matrix
from archive_pipeline.store.lake import Lake
from archive_pipeline.store.naming import VideoName
from archive_pipeline.store.shot_words import video_words

_COLUMNS = ["photo_id", "path", "sha256", "keywords", "taken_at", "latitude", "longitude", "rights", "creator"]


def photo_points(lake: Lake, album: VideoName) -> list[Point]:
    """The ready photos of an album, as points: a photo is a shot without a duration."""
    made_from = lake.provenance(PHOTOS.tables[-1], album)
    vectors = lake.read("photo_embeddings", album)
    files = lake.read("photos", album, _COLUMNS).rows_by_key("photo_id", named=True, unique=True)
    objects = counted_objects(lake.read("detections", album))
    words = video_words(lake, album)
    texts = {key: words.of_shot(key, 0.0, 0.0) for key in vectors["photo_id"]}
    return [
        Point(
            key,
            vector,
            ShotPayload(
                video_id=album.video_id,
                collection=album.collection,
                shot=number,
                scene=0,
                semantic_class=-1,
                start_s=0.0,
                end_s=0.0,
                keyframe_s=float(number),
                sha256=files[key]["sha256"] or "",
                fingerprint=made_from.fingerprint if made_from else "",
                objects=tuple((label, min(n, MOST_COUNTED)) for label, n in objects.get(key, ())),
                **_said(files[key]),
                word_order=order_of(texts[key]),
            ),
            document_vector(texts[key], key),
        )
        for number, (key, vector) in enumerate(zip(vectors["photo_id"], embedding_matrix(vectors), strict=True))
    ]


def _said(row: Mapping[str, Any]) -> dict[str, Any]:
    """What only photos say of themselves."""
    has_place = row["latitude"] is not None and row["longitude"] is not None
    return {
        "file": row["path"].rpartition("/")[2],
        "keywords": tuple(dict.fromkeys(filter(None, map(keyword_of, row["keywords"] or ())))),
        "taken_s": clock_s(row["taken_at"]) if row["taken_at"] else None,
        "listed": tuple((name, kept) for name in ("rights", "creator") if (kept := kept_value(row[name] or ""))),
        "place": (round(row["latitude"], 6), round(row["longitude"], 6)) if has_place else None,
    }
