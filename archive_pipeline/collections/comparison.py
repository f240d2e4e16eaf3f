"""Files of a scan and videos of the catalogue, put side by side: who is who, and who is gone."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from archive_pipeline.collections.places import Places, look_in_places
from archive_pipeline.collections.recognition import Digest, Recognition, recognise
from archive_pipeline.store.catalogue.entry import Entry, Sighting, Snapshot
from archive_pipeline.store.catalogue.sightings import RelativePath, Scan, SourceFile
from archive_pipeline.store.naming import VideoName


@dataclass
class Comparison:
    """See Registration and IngestPlan for what each group means."""

    new: list[Sighting] = field(default_factory=list)
    changed: list[Sighting] = field(default_factory=list)
    moved: list[Sighting] = field(default_factory=list)
    returned: list[Sighting] = field(default_factory=list)
    touched: list[Sighting] = field(default_factory=list)
    vanished: list[Entry] = field(default_factory=list)
    waiting: list[RelativePath] = field(default_factory=list)
    out_of_sight: list[Entry] = field(default_factory=list)
    unsettled: list[SourceFile] = field(default_factory=list)
    present: list[Entry] = field(default_factory=list)
    """Videos whose content, as the catalogue knows it, is in view: where it was, or moved."""
    permanently_failed: set[VideoName] = field(default_factory=set)
    """Those of `returned` that have no work."""


def compare(scan: Scan, snapshot: Snapshot, digest: Digest) -> Comparison:
    """A video stays who it is while its content can be found, wherever that is; else while its place is taken.

    What cannot be told yet waits: a file whose content a video had that is being changed at this moment, a file that
    there was no time to read, and a move onto the place of a video that must be removed first.
    """
    places = look_in_places(scan, snapshot)
    unsure = {entry.bytes for path, entry in places.changing.items() if places.files[path].bytes == entry.bytes}
    strangers = [file for file in places.strangers if file.bytes not in unsure]
    overwritten = [entry for entry in places.changing.values() if entry.bytes not in unsure]
    lost = [*places.gone.values(), *places.replaced.values(), *overwritten, *places.removed]
    recognition = recognise(strangers, places.replaced, lost, digest)

    result = Comparison(out_of_sight=list(places.hidden.values()), unsettled=places.unsettled)
    result.waiting += [file.path for file in places.strangers if file.bytes in unsure]
    _tell_apart(strangers, places, recognition, _Names(snapshot), result)
    _find_vanished(places, recognition, result)
    by_name = {entry.name: entry for entry in snapshot.entries}
    result.present += places.kept.values()
    result.present += [by_name[sighting.name] for sighting in (*result.touched, *result.moved)]
    result.touched += [
        Sighting(entry.name, places.files[path]) for path, entry in places.kept.items() if entry.mtime_ns is None
    ]
    result.permanently_failed |= {s.name for s in result.returned if by_name[s.name].permanent}
    return result


def _tell_apart(
    strangers: list[SourceFile], places: Places, recognition: Recognition, names: "_Names", result: Comparison
) -> None:
    unread = {file.path for file in recognition.unknown}
    new_place = {id(entry): path for path, entry in recognition.videos.items()}
    blocked = _blocked(places.replaced, recognition.videos)
    revived = {entry.path: entry for entry in places.removed if id(entry) not in new_place}
    for file in strangers:
        path = file.path
        video, tenant = recognition.videos.get(path), places.replaced.get(path)
        if tenant and path in recognition.untouched:
            result.touched.append(Sighting(tenant.name, file))
        elif path in unread or path in blocked or (tenant and new_place.get(id(tenant)) in blocked):
            result.waiting.append(path)
        elif video:
            (result.returned if video.status == "removed" else result.moved).append(Sighting(video.name, file))
        elif tenant and id(tenant) not in new_place:
            result.changed.append(Sighting(tenant.name, file))
        else:
            name = revived[path].name if path in revived and not tenant else names.free(path)
            result.new.append(Sighting(name, file, recognition.digests.get(path)))


def _find_vanished(places: Places, recognition: Recognition, result: Comparison) -> None:
    """Nowhere: no file in its place or another video's content, and no file left that could hold its own."""
    found = {id(entry) for entry in recognition.videos.values()}
    displaced = [
        entry for path, entry in places.replaced.items() if path in recognition.videos and id(entry) not in found
    ]
    doubtful = {file.bytes for file in (*places.unsettled, *recognition.unknown)}
    doubtful |= {places.files[path].bytes for path in result.waiting if path not in recognition.digests}
    for entry in (*places.gone.values(), *displaced):
        if id(entry) not in found and (entry.sha256 is None or entry.bytes not in doubtful):
            result.vanished.append(entry)


def _blocked(replaced: Mapping[RelativePath, Entry], videos: Mapping[RelativePath, Entry]) -> frozenset[RelativePath]:
    """Places that a video cannot move to yet, because the one that lives there does not move away itself."""
    moving = {id(entry) for entry in videos.values()}
    blocked: set[RelativePath] = set()
    for path in videos:
        place: RelativePath | None = path if path in replaced and id(replaced[path]) not in moving else None
        while place is not None and place not in blocked:
            blocked.add(place)  # and so whoever wants to move to where the video that is blocked here stays
            stays = videos[place]
            place = stays.path if stays.status != "removed" and stays.path in videos else None
    return frozenset(blocked)


class _Names:
    """Names for new videos: their path, or `path#2`, `path#3` where a video that moved away has it; an album stays one:
    `folder#2/`."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._collection = snapshot.collection
        self._taken = {entry.name.path for entry in snapshot.entries}

    def free(self, path: RelativePath) -> VideoName:
        name, number = path, 1
        while name in self._taken:
            number += 1
            name = b"%s#%d" % (path.removesuffix(b"/"), number) + (b"/" if path.endswith(b"/") else b"")
        self._taken.add(name)
        return VideoName(self._collection, name)
