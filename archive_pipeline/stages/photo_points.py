"""From the lake to points: the photos of an album."""

from archive_pipeline.search.model import Point, ShotPayload
from archive_pipeline.stages.chain import PHOTOS
from archive_pipeline.store.arrays import embedding_matrix
from archive_pipeline.store.lake import Lake
from archive_pipeline.store.naming import VideoName


def photo_points(lake: Lake, album: VideoName) -> list[Point]:
    """The ready photos of an album, as points: a photo is a shot without a duration."""
    made_from = lake.provenance(PHOTOS.tables[-1], album)
    vectors = lake.read("photo_embeddings", album)
    contents = dict(lake.read("photos", album, ["photo_id", "sha256"]).rows())
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
                keyframe_s=0.0,
                sha256=contents[key] or "",
                fingerprint=made_from.fingerprint if made_from else "",
            ),
        )
        for number, (key, vector) in enumerate(zip(vectors["photo_id"], embedding_matrix(vectors), strict=True))
    ]
