"""Analyses that look at sampled pictures of the lake, and what there is to say where `pictures:` keeps too few of them.

A collection whose file keeps none has none for any of its videos: that holds the analysis up. A video may still lack
them under a file that keeps them, until it is ingested again: that concerns this video alone.
"""

from archive_pipeline.collections.model import Collection
from archive_pipeline.errors import ConfigurationError, MissingInputError
from archive_pipeline.stages.chain import OBJECTS, REUSES, VISIBLE_TEXT, Stage
from archive_pipeline.store.naming import VideoName

_CODE = "no_pictures_kept"
_ENOUGH = {OBJECTS: ("keyframes", "all"), VISIBLE_TEXT: ("keyframes", "all"), REUSES: ("all",)}
"""Values of `pictures:` that keep what each analysis looks at; the first is what to write."""


def require_kept(stage: Stage, collection: Collection) -> None:
    """Raises ConfigurationError `no_pictures_kept` where the collection's file keeps too few for the analysis."""
    enough = _ENOUGH.get(stage, ())
    if enough and collection.pictures not in enough:
        raise ConfigurationError(
            _CODE,
            f"{stage.name} looks at sampled pictures, and `pictures: {collection.pictures}` keeps too few of them. "
            f"Write `pictures: {enough[0]}` into the file of {collection.name} and ingest it again (archive-pipeline "
            f"ingest {collection.name}), or take {stage.name} out of its `analyses:`.",
        )


def not_kept(stage: Stage, video: VideoName, collection: Collection) -> MissingInputError:
    """What to raise for a video whose pictures are not there. Raises ConfigurationError where no other has any."""
    require_kept(stage, collection)
    return MissingInputError(
        _CODE,
        f"{stage.name} looks at sampled pictures, and those of {video.video_id} were not kept when it was ingested. "
        f"Ingest it again, now that `pictures: {collection.pictures}` keeps them: archive-pipeline ingest "
        f"{collection.name}",
    )
