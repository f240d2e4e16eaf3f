"""qdrant_points: every shot as a point that can be searched."""

import dagster as dg

from archive_pipeline.assets.policy import video_asset
from archive_pipeline.assets.shots import shots
from archive_pipeline.resources.archive import Archive
from archive_pipeline.resources.encoder import EncoderResource
from archive_pipeline.resources.work import video_work
from archive_pipeline.search.spaces import space_name
from archive_pipeline.stages.chain import QDRANT_POINTS
from archive_pipeline.stages.qdrant_points import indexed_shots, put_points, refresh_points
from archive_pipeline.store.naming import VideoName


def points_are_exactly_the_shots(archive: Archive, video: VideoName) -> dg.AssetCheckResult:
    """Qdrant holds a point for every shot of the video and none that is older."""
    return exactly("shots", indexed_shots(archive.lake, video), archive, video)


def exactly(what: str, wanted: set[str], archive: Archive, video: VideoName) -> dg.AssetCheckResult:
    """Whether the points of a video, or album, are those of the `wanted` ids, in one space only."""
    found = [set(archive.index.video_points(space, video.video_id)) for space in archive.index.spaces()]
    present = [ids for ids in found if ids]
    return dg.AssetCheckResult(
        passed=present == [wanted],
        metadata={what: len(wanted), "points": sum(map(len, present)), "spaces": len(present)},
    )


@video_asset(
    QDRANT_POINTS, group_name="publishing", kinds={"qdrant"}, deps=[shots], checks=(points_are_exactly_the_shots,)
)
def qdrant_points(
    context: dg.AssetExecutionContext, archive: Archive, encoder: EncoderResource
) -> dg.MaterializeResult:
    """Replace the video's points in the index: its shots, no older ones, in no other encoder's space."""
    with video_work(context, archive, QDRANT_POINTS) as work:
        model = work.collection.model
        space = space_name(model, encoder.identify(model))
        wanted = indexed_shots(work.lake, work.video)
        if not work.is_current or set(archive.index.video_points(space, work.video_id)) != wanted:
            work.write("points", put_points(work.lake, archive.index, work.video, space))
        else:
            refresh_points(work.lake, archive.index, work.video)
        return work.result({"dagster/row_count": len(wanted), "points": len(wanted), "space": space})
