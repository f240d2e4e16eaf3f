"""warehouse: the DuckDB snapshot that analysts read."""

import dagster as dg

from archive_pipeline.assets.album_statistics import album_statistics
from archive_pipeline.assets.policy import OWNERS
from archive_pipeline.assets.video_statistics import video_statistics
from archive_pipeline.errors import ArchiveError
from archive_pipeline.resources.archive import Archive
from archive_pipeline.resources.work import PASSING_ERRORS
from archive_pipeline.system_errors import DISK_FULL
from archive_pipeline.warehouse import publish


@dg.asset(
    group_name="publishing",
    kinds={"duckdb"},
    deps=[video_statistics, album_statistics],
    owners=OWNERS,
    code_version="1",
    retry_policy=PASSING_ERRORS,
)
def warehouse(context: dg.AssetExecutionContext, archive: Archive) -> dg.MaterializeResult:
    """Publish a new read-only DuckDB snapshot: build it aside, swap the link `archive.duckdb`."""
    try:
        publication = publish(archive.lake, archive.catalogue, archive.collections(), archive.settings.database_link)
    except ArchiveError as error:
        # no room is made by waiting here: the sensor asks again for as long as something is to be published
        is_worth_trying = not error.permanent and error.code != DISK_FULL
        raise dg.Failure(f"{error.message} [{error.code}]", allow_retries=is_worth_trying) from error
    context.log.info(f"{publication.n_videos_changed} changed videos published in {publication.seconds:.1f} s")
    if publication.warning:
        context.log.warning(f"{publication.warning} [edition_left]")
    return dg.MaterializeResult(
        metadata={
            "warning": publication.warning or "none",
            "database": dg.MetadataValue.path(str(archive.settings.database_link)),
            "version": publication.version_path.name,
            "changed_videos": publication.n_videos_changed,
            "seconds": round(publication.seconds, 2),
            "rebuilt_from_lake": publication.full,
            **{f"rows/{table}": count for table, count in publication.rows.items()},
        }
    )
