"""photo_points: every photo as a point that can be searched, beside the shots of videos."""

import dagster as dg

from archive_pipeline.assets.photo_embeddings import photo_embeddings
from archive_pipeline.assets.policy import album_asset
from archive_pipeline.assets.qdrant_points import exactly
from archive_pipeline.resources.archive import Archive
from archive_pipeline.resources.encoder import EncoderResource
from archive_pipeline.resources.work import video_work
from archive_pipeline.search.spaces import space_name
from archive_pipeline.stages.chain import PHOTO_POINTS
from archive_pipeline.stages.qdrant_points import put_points
from archive_pipeline.store.naming import VideoName


def points_are_exactly_the_photos(archive: Archive, album: VideoName) -> dg.AssetCheckResult:
    """Qdrant holds a point for every ready photo of the album and none that is older."""
    wanted = set(archive.lake.read("photo_embeddings", album, ["photo_id"])["photo_id"])
    return exactly("photos", wanted, archive, album)


@album_asset(PHOTO_POINTS, kinds={"qdrant"}, deps=[photo_embeddings], checks=(points_are_exactly_the_photos,))
def photo_points(context: dg.AssetExecutionContext, archive: Archive, encoder: EncoderResource) -> dg.MaterializeResult:
    """Replace the album's points in the index, in the space of the encoder that shots of that encoder are in, too."""
    with video_work(context, archive, PHOTO_POINTS) as work:
        model = work.collection.model
        space = space_name(model, encoder.identify(model))
        wanted = set(work.read("photo_embeddings", "photo_id")["photo_id"])
        if not work.is_current or set(archive.index.video_points(space, work.video_id)) != wanted:
            work.write("points", put_points(work.lake, archive.index, work.video, space))
        return work.result({"dagster/row_count": len(wanted), "points": len(wanted), "space": space})
