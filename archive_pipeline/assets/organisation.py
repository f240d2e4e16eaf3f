"""organisation/<collection>: what a collection shows, in groups that nobody had to describe."""

import dagster as dg

from archive_pipeline.assets.album_statistics import album_statistics
from archive_pipeline.assets.policy import ORGANISATION_GROUP, OWNERS, column_schema
from archive_pipeline.assets.video_statistics import video_statistics
from archive_pipeline.collections.model import Collection
from archive_pipeline.counting import counted
from archive_pipeline.errors import ArchiveError
from archive_pipeline.resources.archive import Archive
from archive_pipeline.resources.work import PASSING_ERRORS
from archive_pipeline.stages.organisation.organise import Organised, organise_collection
from archive_pipeline.stages.organisation.parameters import CODE_VERSION


class OrganisationConfig(dg.Config):
    """How a collection is organised."""

    whole: bool = False
    """Look for groups in the whole collection, however little has changed."""


def organisation_key(collection: str) -> dg.AssetKey:
    return dg.AssetKey([ORGANISATION_GROUP, collection])


def organisation_asset(collection: Collection) -> dg.AssetsDefinition:
    """The asset that organises one collection."""
    of_photos = collection.kind == "photos"

    @dg.asset(
        key=organisation_key(collection.name),
        group_name=ORGANISATION_GROUP,
        kinds={"python", "parquet"},
        deps=[album_statistics if of_photos else video_statistics],
        owners=list(collection.owners) or OWNERS,
        description=f"Groups of the {'photos' if of_photos else 'shots'} of {collection.title}, found in what they "
        "show: themes, groups, parts; their names, a map, and what is there twice.",
        code_version=CODE_VERSION,
        retry_policy=PASSING_ERRORS,
        metadata=column_schema("picture_groups"),
    )
    def organisation(
        context: dg.AssetExecutionContext, config: OrganisationConfig, archive: Archive
    ) -> dg.MaterializeResult:
        try:
            present = archive.collection(collection.name)
            organised = organise_collection(
                archive.lake, archive.catalogue, present, archive.settings, whole=config.whole
            )
        except ArchiveError as error:
            raise dg.Failure(f"{error.message} [{error.code}]", allow_retries=not error.permanent) from error
        facts = organised.facts
        found = f"{counted(facts['n_groups'], 'group')} of {counted(facts['n_pictures'], 'picture')}"
        context.log.info(f"{found} in {facts['elapsed_s']:.1f} s")
        return dg.MaterializeResult(metadata=organisation_metadata(organised))

    return organisation


def organisation_metadata(organised: Organised) -> dict[str, float | int | str | bool]:
    """Numbers by name, which the UI plots over time."""
    facts = organised.facts
    numbers = ("n_pictures", "n_nowhere", "n_themes", "n_groups", "n_parts", "n_folded", "version", "elapsed_s")
    return {
        **{name: facts[name] for name in numbers},
        "come": organised.n_come,
        "gone": organised.n_gone,
        "whole": organised.is_whole,
        "reused": not organised.is_new,
        "model": facts["model"],
    }
