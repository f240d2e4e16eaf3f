"""reuses: which footage of the video is in other videos of the archive, too; no server, and no decoding."""

import dagster as dg
import polars as pl

from archive_pipeline.assets.illustrations import captioned_sheet
from archive_pipeline.assets.policy import analysis_asset
from archive_pipeline.assets.shots import shots
from archive_pipeline.resources.archive import Archive
from archive_pipeline.resources.work import VideoWork, analysis_work
from archive_pipeline.stages.chain import REUSES
from archive_pipeline.stages.reuses import reuse_rows, shared_footage
from archive_pipeline.stages.signatures import video_signatures
from archive_pipeline.store.footage_index import FootageIndex
from archive_pipeline.store.naming import VideoName
from archive_pipeline.store.stills import Stills

_MOST_SHOWN = 12


@analysis_asset(REUSES, kinds={"numpy", "parquet"}, deps=[shots])
def reuses(context: dg.AssetExecutionContext, archive: Archive) -> dg.MaterializeResult:
    """Find footage that other videos of the archive show as well: rushes, repeats, the same agency pictures."""
    with analysis_work(context, archive, REUSES) as work:
        if not work.is_current:
            _compare(work)
        table = work.read("reuses")
        return work.result(
            {
                "dagster/row_count": table.height,
                "others": table["other_video_id"].n_unique(),
                "shared_s": round(float((table["end_s"] - table["start_s"]).sum()), 1),
                "longest": captioned_sheet(_longest(work)),
            }
        )


def _compare(work: VideoWork) -> None:
    """Its signatures come first: of two videos that are compared at once, at least one then finds the other."""
    model = str(work.parameters["model"])
    work.write("signatures", video_signatures(work.lake, work.video, work.collection))
    shelves = FootageIndex(work.archive.settings.footage_dir, work.lake).shelves()
    work.notes["compared_with"] = sum(shelf.manifest.height for shelf in shelves)
    shared = shared_footage(work.lake, work.video, model, shelves)
    work.write("reuses", reuse_rows(work.lake, work.video, shared))


def _longest(work: VideoWork) -> list[tuple[bytes, str]]:
    """Pairs of pictures, ours and the other's."""
    stills = Stills(work.lake)
    longest = (
        work.read("reuses").with_columns(length=pl.col("end_s") - pl.col("start_s")).sort("length", descending=True)
    )
    shown: list[tuple[bytes, str]] = []
    for row in longest.head(_MOST_SHOWN // 2).iter_rows(named=True):
        other = VideoName.from_video_id(row["other_video_id"])
        middles = (row["start_s"] + row["end_s"]) / 2, (row["other_start_s"] + row["other_end_s"]) / 2
        for video, middle in zip((work.video, other), middles, strict=True):
            still = stills.at(video, middle)
            if still:
                shown.append((still.jpeg, f"{video.video_id} {middle:.1f} s"))
    return shown
