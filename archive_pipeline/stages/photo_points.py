"""From the lake to points: the photos of an album."""

from archive_pipeline.search.model import Point, ShotPayload
from archive_pipeline.search.words.bm25 import document_vector
from archive_pipeline.stages.chain import PHOTOS
from archive_pipeline.store.arrays import embedding_matrix
from archive_pipeline.store.lake import Lake
from archive_pipeline.store.naming import VideoName
from archive_pipeline.store.shot_words import video_words

_COLUMNS = ["photo_id", "path", "sha256"]


def photo_points(lake: Lake, album: VideoName) -> list[Point]:
    """The ready photos of an album, as points: a photo is a shot without a duration."""
    made_from = lake.provenance(PHOTOS.tables[-1], album)
    vectors = lake.read("photo_embeddings", album)
    files = {key: (path, sha256) for key, path, sha256 in lake.read("photos", album, _COLUMNS).rows()}
    words = video_words(lake, album)
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
                sha256=files[key][1] or "",
                fingerprint=made_from.fingerprint if made_from else "",
                file=files[key][0].rpartition("/")[2],
            ),
            document_vector(words.of_shot(key, 0.0, 0.0), key),
        )
        for number, (key, vector) in enumerate(zip(vectors["photo_id"], embedding_matrix(vectors), strict=True))
    ]
