"""What there is to do in a collection: a scan compared with the catalogue."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from archive_pipeline.collections.albums import album_folder
from archive_pipeline.collections.comparison import Comparison, compare
from archive_pipeline.collections.losses import shrunk_folders, too_many, too_much
from archive_pipeline.collections.recognition import Digest
from archive_pipeline.collections.work import Work, work_of
from archive_pipeline.store.catalogue.entry import Entry, Registration, Sighting, Snapshot
from archive_pipeline.store.catalogue.sightings import Scan, SourceFile, Unreadable
from archive_pipeline.store.naming import VideoName


@dataclass(frozen=True)
class IngestPlan(Registration):
    """The preflight of an ingest, and what `Catalogue.apply` registers.

    A moved video is also counted under the work that it has (`unchanged`, `unfinished`, …); every other video or file
    is counted once.
    """

    n_known: int = 0
    """Videos of the collection before this scan, removed ones not counted."""
    vanished: tuple[Entry, ...] = ()
    """Known videos whose content is nowhere in the source."""
    held: str | None = None
    """Why `vanished` must not be removed now, as a sentence; None when it may be."""
    unchanged: tuple[Entry, ...] = ()
    unfinished: tuple[Entry, ...] = ()
    """Registered before, no run has ended since."""
    outdated: tuple[Entry, ...] = ()
    """Worked on under another plan: parameters, model or code changed."""
    failed_passing: tuple[Entry, ...] = ()
    """Failed for a reason that may have passed, and the pause since is over."""
    failed_waiting: tuple[Entry, ...] = ()
    """Failed for a reason that may pass; the pause is not over."""
    failed_permanent: tuple[Entry, ...] = ()
    """Left alone until the file changes or somebody asks."""
    waiting: tuple[bytes, ...] = ()
    """Paths whose meaning the next scan will know: perhaps a moved video, of which not all is in view yet."""
    out_of_sight: tuple[Entry, ...] = ()
    """Known videos in places that could not be read; nothing is concluded about them."""
    unsettled: tuple[SourceFile, ...] = ()
    """New or changed files that may still be being written."""
    ignored: Mapping[str, int] = field(default_factory=dict)
    n_hidden: int = 0
    hidden_videos: tuple[bytes, ...] = ()
    sounds: tuple[bytes, ...] = ()
    unreadable: tuple[Unreadable, ...] = ()
    bytes_to_run: int = 0
    """Size of the files that are decoded when `to_run` runs."""
    n_photos: int = 0
    """Photos of the albums that run then; 0 of videos."""

    @property
    def removals(self) -> tuple[VideoName, ...]:
        """The videos to withdraw and mark as removed now."""
        return () if self.held else tuple(entry.name for entry in self.vanished)

    @property
    def n_ignored(self) -> int:
        return sum(self.ignored.values())

    @property
    def has_news(self) -> bool:
        """Whether anything is to be registered, run or removed."""
        return not self.is_empty or bool(self.to_run) or bool(self.removals)


def plan_ingest(
    scan: Scan,
    snapshot: Snapshot,
    plan: str,
    digest: Digest,
    *,
    accept_removals: bool = False,
    now: datetime | None = None,
) -> IngestPlan:
    """Compare what lies in the source with what the catalogue knows. Changes nothing.

    `plan` is the fingerprint of what the collection's parameters make of a video now. `accept_removals` is a person's
    word that many videos are gone on purpose; it never counts when the source itself is missing or empty.
    """
    live = tuple(entry for entry in snapshot.entries if entry.status != "removed")
    if scan.unavailable:
        kept = f"; {len(live)} known videos are kept" if live else ""
        why = scan.unavailable + kept
        return IngestPlan(snapshot.collection, snapshot.revision, n_known=len(live), vanished=live, held=why)
    now = now or datetime.now(UTC)
    found = compare(scan, snapshot, digest)
    held = None if accept_removals else _hold_back(found, live)
    if held:
        held = f"{held} (archive-pipeline ingest {snapshot.collection} --accept-removals)"
    states: dict[Work, list[Entry]] = {}
    for entry in sorted(found.present, key=lambda entry: entry.name):
        states.setdefault(work_of(entry, plan, now), []).append(entry)

    def having(work: Work) -> tuple[Entry, ...]:
        return tuple(states.get(work, ()))

    coming_back = [sighting for sighting in found.returned if sighting.name not in found.permanently_failed]
    due = [*having("unfinished"), *having("outdated"), *having("failed_due")]
    to_run: list[Entry | Sighting] = [*having("unfinished"), *found.changed, *coming_back, *found.new]
    to_run += [*having("outdated"), *having("failed_due")]
    return IngestPlan(
        snapshot.collection,
        snapshot.revision,
        new=tuple(found.new),
        changed=tuple(found.changed),
        moved=tuple(found.moved),
        returned=tuple(found.returned),
        touched=tuple(found.touched),
        to_run=tuple(item.name for item in to_run),
        n_known=len(live),
        vanished=tuple(found.vanished),
        held=held,
        unchanged=having("nothing"),
        unfinished=having("unfinished"),
        outdated=having("outdated"),
        failed_passing=having("failed_due"),
        failed_waiting=having("failed_waiting"),
        failed_permanent=having("failed_permanent"),
        waiting=tuple(found.waiting),
        out_of_sight=tuple(found.out_of_sight),
        unsettled=tuple(found.unsettled),
        ignored=scan.ignored,
        n_hidden=scan.n_hidden,
        hidden_videos=scan.hidden_videos,
        sounds=scan.sounds,
        unreadable=scan.unreadable,
        bytes_to_run=sum(s.file.bytes for s in (*found.new, *found.changed)) + sum(entry.bytes for entry in due),
    )


def _hold_back(found: Comparison, live: Sequence[Entry]) -> str | None:
    """Why too much is gone, as a sentence; then the albums that shrank are put among those that wait."""
    if not any(entry.name.is_album for entry in live):
        return too_many(len(found.vanished), len(live))
    shrunk = shrunk_folders(found.vanished, found.changed, found.new, live)
    held = too_much(shrunk, live)
    if held:
        kept = [not shrunk[album_folder(sighting.file.path)] for sighting in found.changed]
        found.waiting += [one.file.path for one, is_kept in zip(found.changed, kept, strict=True) if not is_kept]
        found.changed = [one for one, is_kept in zip(found.changed, kept, strict=True) if is_kept]
    return held
