"""What a search can be narrowed by at this moment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from archive_pipeline.web.api.models import OfferedConcept, OfferedKeyword, OfferedObject
from archive_pipeline.web.archive import WebArchive


@dataclass(frozen=True)
class Offered:
    titles: Mapping[str, str] = field(default_factory=dict)
    """Of the collections, by name."""
    concepts: Sequence[OfferedConcept] = ()
    objects: Sequence[OfferedObject] = ()
    keywords: Sequence[OfferedKeyword] = ()
    has_photos: bool = False


def offered(archive: WebArchive) -> Offered:
    return Offered(
        titles=archive.titles(),
        concepts=archive.concepts.offered(),
        objects=archive.objects.offered(),
        keywords=archive.keywords.offered(),
        has_photos=bool(archive.published.counted("albums", "SELECT 1 FROM albums WHERE status = 'ready' LIMIT 1")),
    )
