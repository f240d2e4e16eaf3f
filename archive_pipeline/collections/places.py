"""First look: what lies where a video was last seen."""

from dataclasses import dataclass

from archive_pipeline.store.catalogue.entry import Entry, Snapshot
from archive_pipeline.store.catalogue.sightings import RelativePath, Scan, SourceFile, below_unreadable


@dataclass(frozen=True)
class Places:
    """The videos of a collection by what their places hold, and the files that no video accounts for."""

    files: dict[RelativePath, SourceFile]
    kept: dict[RelativePath, Entry]
    """Same size, same time: the same file."""
    replaced: dict[RelativePath, Entry]
    """A settled file of another size or time."""
    changing: dict[RelativePath, Entry]
    """A file of another size or time that is not settled."""
    gone: dict[RelativePath, Entry]
    """No file."""
    hidden: dict[RelativePath, Entry]
    """Nobody can say: the folder or file cannot be read."""
    removed: tuple[Entry, ...]
    """Withdrawn before, oldest first."""

    @property
    def strangers(self) -> list[SourceFile]:
        """Settled files that are new in their place, by path."""
        lived_in = self.kept.keys() | self.changing.keys()
        return [file for file in self.files.values() if file.settled and file.path not in lived_in]

    @property
    def unsettled(self) -> list[SourceFile]:
        """New or changed files that may still be being written. A known file is not doubted for a fresh inode."""
        return [file for file in self.files.values() if not file.settled and file.path not in self.kept]


def look_in_places(scan: Scan, snapshot: Snapshot) -> Places:
    places = Places(
        {file.path: file for file in scan.files},
        *({}, {}, {}, {}, {}),
        tuple(sorted((e for e in snapshot.entries if e.status == "removed"), key=lambda entry: entry.sequence)),
    )
    cannot_be_seen = below_unreadable(scan.unreadable)
    for entry in snapshot.entries:
        if entry.status != "removed":
            file = places.files.get(entry.path)
            if file is None:
                group = places.hidden if cannot_be_seen(entry.path) else places.gone
            elif file.bytes == entry.bytes and entry.mtime_ns in (None, file.mtime_ns):
                group = places.kept
            else:
                group = places.replaced if file.settled else places.changing
            group[entry.path] = entry
    return places
