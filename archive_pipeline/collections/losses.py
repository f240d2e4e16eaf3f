"""How much of a collection is gone at once: more than a little is taken for an unmounted disk, and nobody's wish."""

from collections import Counter
from collections.abc import Iterable, Sequence

from archive_pipeline.collections.albums import album_folder
from archive_pipeline.store.catalogue.entry import Entry, Sighting

LARGEST_VANISHED_SHARE = 0.05
"""More than this share of the known videos, or of the bytes of the known photos, gone at once is taken for an unmounted
disk (DESIGN §4.9)."""


def too_many(n_vanished: int, n_known: int) -> str | None:
    """Why that many videos are not removed, as a sentence; None where they may be."""
    if not n_known or n_vanished / n_known <= LARGEST_VANISHED_SHARE:
        return None
    return _held(f"{n_vanished} of {n_known} known videos ({n_vanished / n_known:.0%}) vanished at once")


def too_much(shrunk: Counter[bytes], live: Sequence[Entry]) -> str | None:
    """The same of photos, by bytes: a folder may be there with hardly anything in it. `shrunk` as `shrunk_folders`."""
    lost, known = shrunk.total(), sum(entry.bytes for entry in live)
    if not known or lost / known <= LARGEST_VANISHED_SHARE:
        return None
    return _held(f"{lost / 1e6:,.1f} of {known / 1e6:,.1f} MB of known photos ({lost / known:.0%}) vanished at once")


def shrunk_folders(
    vanished: Iterable[Entry], changed: Iterable[Sighting], new: Iterable[Sighting], live: Iterable[Entry]
) -> Counter[bytes]:
    """By folder, how many bytes of photos it had more than it has. A folder's parts count together, because photos go
    from one to another when it is divided further."""
    known = {entry.name: entry for entry in live}
    changed = list(changed)
    before, after = Counter[bytes](), Counter[bytes]()
    for entry in (*vanished, *(known[sighting.name] for sighting in changed)):
        before[album_folder(entry.path)] += entry.bytes
    for sighting in (*changed, *new):
        after[album_folder(sighting.file.path)] += sighting.file.bytes
    return before - after


def _held(lost: str) -> str:
    return f"{lost}, more than {LARGEST_VANISHED_SHARE:.0%}: nothing is removed until somebody says that this is meant"
