"""Opening the place where the lake's files lie."""

from archive_pipeline.errors import ConfigurationError
from archive_pipeline.settings import Bucket, LakePlace
from archive_pipeline.store.folder import FolderObjects
from archive_pipeline.store.objects import Objects, Pieces


def open_objects(place: LakePlace, pieces: Pieces | None = None) -> Objects:
    """Raises ConfigurationError `lake_library_missing` and what `BucketObjects` raises."""
    if isinstance(place, Bucket):
        try:
            from archive_pipeline.store.bucket import BucketObjects  # installed where it is used
        except ModuleNotFoundError as error:
            raise ConfigurationError(
                "lake_library_missing",
                f"A lake in {place.url} needs {error.name}: pip install 'archive-pipeline[shared]'",
            ) from None
        return BucketObjects(place, pieces)
    return FolderObjects(place)
