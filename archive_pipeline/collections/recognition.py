"""Which file is which video: by content where a place alone cannot tell.

Files are read only where reading can tell something: when a video of the same size has lost its place.
"""

from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from archive_pipeline.store.catalogue.entry import Entry
from archive_pipeline.store.catalogue.sightings import RelativePath, SourceFile

Digest = Callable[[SourceFile], str | None]
"""SHA-256 of a file; None where there was no time to read it, "" where it cannot be read."""


@dataclass(frozen=True)
class Recognition:
    """What reading files told."""

    videos: Mapping[RelativePath, Entry]
    """The video whose content lies at a path that is not, or no longer, its own."""
    untouched: frozenset[RelativePath]
    """Files that still hold the content of the video that lives there, whatever their time says."""
    digests: Mapping[RelativePath, str]
    """SHA-256 of the files that were read."""
    unknown: tuple[SourceFile, ...]
    """Files that were not read for want of time; each may be one of the lost videos of its size."""


def recognise(
    strangers: Sequence[SourceFile],
    replaced: Mapping[RelativePath, Entry],
    lost: Iterable[Entry],
    digest: Digest,
) -> Recognition:
    """Find lost contents among files.

    strangers: settled files that are new, or differ from the video that lives at their path.
    replaced: these videos, by path.
    lost: videos whose file is gone, differs, or was removed before.
    """
    by_size: dict[int, list[Entry]] = defaultdict(list)
    for entry in lost:
        if entry.sha256 is not None:
            by_size[entry.bytes].append(entry)
    digests: dict[RelativePath, str] = {}
    unknown: list[SourceFile] = []
    for file in strangers:
        own = replaced.get(file.path)
        if any(entry is not own for entry in by_size.get(file.bytes, ())):
            sha256 = digest(file)
            if sha256 is None:
                unknown.append(file)
            elif sha256:
                digests[file.path] = sha256
    untouched = frozenset(
        path for path, sha256 in digests.items() if path in replaced and replaced[path].sha256 == sha256
    )
    at_home = {id(replaced[path]) for path in untouched}
    contents: dict[str, list[Entry]] = defaultdict(list)
    for entry in (entry for entries in by_size.values() for entry in entries):
        if id(entry) not in at_home:
            contents[str(entry.sha256)].append(entry)
    places: dict[str, list[RelativePath]] = defaultdict(list)
    for path in sorted(set(digests) - untouched):
        places[digests[path]].append(path)
    videos = {
        path: entry for sha256, paths in places.items() for path, entry in _pairs(paths, contents.get(sha256, []))
    }
    return Recognition(videos, untouched, digests, tuple(unknown))


def _pairs(paths: list[RelativePath], entries: list[Entry]) -> Iterator[tuple[RelativePath, Entry]]:
    """Give equal contents to equal files: back to the same place, then under the same file name, then in order.

    Videos that are in the archive go before removed ones.
    """
    waiting = sorted(entries, key=lambda entry: (entry.status == "removed", entry.path))
    for likeness in (_place, _file_name, _nothing):
        alike: dict[bytes, deque[Entry]] = defaultdict(deque)
        for entry in waiting:
            alike[likeness(entry.path)].append(entry)
        left: list[RelativePath] = []
        for path in paths:
            if found := alike.get(likeness(path)):
                yield path, found.popleft()
            else:
                left.append(path)
        kept = {id(entry) for entries in alike.values() for entry in entries}
        waiting, paths = [entry for entry in waiting if id(entry) in kept], left


def _place(path: RelativePath) -> bytes:
    return path


def _file_name(path: RelativePath) -> bytes:
    return path.rpartition(b"/")[2]


def _nothing(_path: RelativePath) -> bytes:
    return b""
