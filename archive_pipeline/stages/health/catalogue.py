"""A catalogue that cannot be read is put aside and made again from the lake."""

from archive_pipeline.errors import ArchiveError
from archive_pipeline.store.catalogue import Catalogue
from archive_pipeline.store.catalogue.rebuild import rebuild
from archive_pipeline.store.lake import Lake


def mend_catalogue(catalogue: Catalogue, lake: Lake) -> int:
    """How many videos were put back; 0 where the catalogue is whole. Videos that were registered and never finished
    are found again by the next look at their source."""
    try:
        catalogue.check()
    except ArchiveError as error:
        if error.code != "catalogue_damaged":
            raise
        catalogue.database.put_aside()
        return rebuild(catalogue, lake)
    return rebuild(catalogue, lake) if not catalogue.counts() else 0
