"""How far the sensor that asks for descriptions has looked at each collection: its cursor, from tick to tick."""

import hashlib
import json
import time
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass

from archive_pipeline.collections.model import Collection
from archive_pipeline.resources.archive import Archive
from archive_pipeline.stages.chain import Stage
from archive_pipeline.stages.parameters import analysis_parameters
from archive_pipeline.store.naming import VideoName

_WHOLE_EVERY_S = 600.0
"""What the catalogue does not tell (subtitles put beside videos, runs that were lost) is seen this often."""
_MOST_VIDEOS = 500  # of more, comparing the whole collection is cheaper


@dataclass(frozen=True)
class Looked:
    """A look at a collection."""

    sequence: int
    """The catalogue's change up to which it went."""
    parameters: str
    """Digest of those of its analyses."""
    whole_at: float
    """When all its videos were last compared, Unix."""
    left: bool = False
    """Whether there was more to ask for than fitted."""
    waiting: int = 0
    """Videos that wait for a VLM server."""


def looked_so_far(cursor: str | None) -> dict[str, Looked]:
    """By collection; nothing where the cursor is none of ours."""
    try:
        return {name: Looked(**facts) for name, facts in json.loads(cursor or "{}").items()}
    except (ValueError, TypeError, AttributeError):
        return {}


def as_cursor(looked: Mapping[str, Looked]) -> str:
    return json.dumps({name: asdict(one) for name, one in looked.items()})


def parameters_digest(archive: Archive, collection: Collection, stages: Iterable[Stage]) -> str:
    """Of these analyses. Raises ConfigurationError where a vocabulary, a policy or a model is wrong."""
    facts = [
        [stage.name, stage.code_version, dict(analysis_parameters(stage, collection, archive.settings))]
        for stage in stages
    ]
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:16]


def to_compare(
    archive: Archive, collection: Collection, last: Looked | None, now: Looked, *, server_is_there: bool
) -> list[VideoName] | None:
    """The videos of which something may be due since the `last` look; None: all.

    They are those that changed, and those with an analysis that failed and may be tried again.
    """
    is_old = last is None or last.parameters != now.parameters or time.time() - last.whole_at > _WHOLE_EVERY_S
    if last is None or is_old or last.left or (last.waiting and server_is_there) or last.sequence > now.sequence:
        return None
    _, changed = archive.catalogue.changes_since(last.sequence)
    videos = {video for video in changed if video.collection == collection.name}
    videos.update(archive.catalogue.passing_failures(collection.name))
    return sorted(videos) if len(videos) <= _MOST_VIDEOS else None
