"""Which vectors a collection's map is of."""

from archive_pipeline.search.index import ShotReader
from archive_pipeline.search.model import Filter


def space_of(reader: ShotReader, collection: str) -> str | None:
    """The space with most of the collection's shots, two while it changes its model; None where none has any."""
    wanted = Filter(collections=(collection,))
    counts = {space: reader.count(space, wanted, exact=False) for space in reader.spaces()}
    space = max(counts, key=lambda name: counts[name], default=None)
    return space if space and counts[space] else None
