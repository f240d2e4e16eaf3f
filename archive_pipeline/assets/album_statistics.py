"""album_statistics: what an album holds and what it cost, one row; with it the album is ready."""

import dagster as dg
import polars as pl

from archive_pipeline.assets.photo_points import photo_points
from archive_pipeline.assets.policy import album_asset
from archive_pipeline.resources.archive import Archive
from archive_pipeline.resources.work import VideoWork, video_work
from archive_pipeline.stages import chain, outcomes
from archive_pipeline.stages.chain import ALBUM_STATISTICS

_COUNTS = ("n_photos", "n_failed")


@album_asset(ALBUM_STATISTICS, kinds={"polars", "parquet"}, deps=[photo_points])
def album_statistics(context: dg.AssetExecutionContext, archive: Archive) -> dg.MaterializeResult:
    """Count the album's photos, sum what its stages cost, and call it ready."""
    with video_work(context, archive, ALBUM_STATISTICS) as work:
        found = _statistics(work)
        if not work.is_current or work.read("album_statistics", *_COUNTS).rows() != found.select(_COUNTS).rows():
            work.is_current = False
            work.write("album_statistics", found)
        is_news = work.retry or not work.is_current  # photos that failed, of the same files
        outcomes.record_ready(
            archive.lake,
            archive.catalogue,
            archive.index,
            work.video,
            work.plan_done,
            forced=work.forces_all,
            is_news=is_news,
        )
        row = work.read("album_statistics").drop("album").row(0, named=True)
        return work.result({name: round(value, 3) for name, value in row.items()})


def _statistics(work: VideoWork) -> pl.DataFrame:
    is_ready = work.read("photos", "status")["status"] == "ready"
    return pl.DataFrame(
        {
            "n_photos": [is_ready.sum()],
            "n_failed": [(~is_ready).sum()],
            "photos_s": [work.cost_s(chain.SOURCE_ALBUM) + work.cost_s(chain.PHOTOS)],
            "embeddings_s": [work.cost_s(chain.PHOTO_EMBEDDINGS)],
            "index_s": [work.cost_s(chain.PHOTO_POINTS)],
        }
    )
