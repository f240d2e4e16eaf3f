"""What the status page shows: looked at once for all pages that are open, and counted where the rows are."""

import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import PurePosixPath

from archive_pipeline.store.catalogue import Entry, Hold, Standing
from archive_pipeline.store.leases import open_leases
from archive_pipeline.store.naming import VideoName
from archive_pipeline.web.archive import WebArchive
from archive_pipeline.web.video_lists import Total, published_at, totals

EVERY_S = 5.0
_MOST_FAILURES = 200
_NOTHING = Standing(0, 0, 0, 0, None)


@dataclass(frozen=True)
class Line:
    """One collection."""

    name: str
    title: str
    ready: int
    failed: int
    running: int
    waiting: int
    total: Total
    last: datetime | None


@dataclass(frozen=True)
class Report:
    lines: list[Line]
    running: list[str]
    """Ids of the videos that are worked on."""
    failures: list[Entry]
    """The newest."""
    published: datetime | None
    holds: list[Hold] = field(default_factory=list)
    """What keeps the work of whole collections waiting."""


class StatusBoard:
    """The newest report; safe for several threads."""

    def __init__(self, archive: WebArchive) -> None:
        self._archive = archive
        self._looking = threading.Lock()
        self._report: Report | None = None
        self._looked_at = 0.0

    def report(self) -> Report:
        """At most EVERY_S old, however many ask."""
        with self._looking:
            if self._report is None or time.monotonic() - self._looked_at > 0.9 * EVERY_S:
                self._report = look_at_status(self._archive)
                self._looked_at = time.monotonic()
            return self._report


def look_at_status(archive: WebArchive) -> Report:
    """A look that costs the same for a video and for a thousand, but for counting."""
    published, standings, titles = totals(archive.published), archive.catalogue.standings(), archive.titles()
    leases = open_leases(archive.catalogue.database, "video", archive.settings.locks_dir)
    at_work = archive.catalogue.entries_of([VideoName.from_relative_file(PurePosixPath(n)) for n in leases.all_held()])
    running = [entry.name for entry in at_work if entry.pending and entry.name.collection in titles]
    running = [video for video in running if archive.allows(video.video_id)]
    standings |= {name: _standing(archive, name) for name in archive.withheld.collections}
    lines = []
    for name, title in titles.items():
        standing = standings.get(name, _NOTHING)
        n_running = sum(video.collection == name for video in running)
        waiting = max(standing.pending - n_running, 0)
        total = published.get(name, Total())
        lines.append(Line(name, title, standing.ready, standing.failed, n_running, waiting, total, standing.last))
    failed = archive.catalogue.failures([*titles], _MOST_FAILURES)
    failures = [entry for entry in failed if archive.allows(entry.name.video_id)]
    ids = sorted(video.video_id for video in running)
    open_to_all = titles.keys() - archive.withheld.collections  # counts of all videos are not for everybody
    holds = [hold for hold in archive.catalogue.holds() if hold.collection in open_to_all]
    return Report(lines, ids, failures, published_at(archive.published), holds)


def _standing(archive: WebArchive, collection: str) -> Standing:
    """Of a collection under an embargo: what everybody may see is counted."""
    entries = [one for one in archive.catalogue.entries(collection) if archive.allows(one.name.video_id)]
    counted = Counter(entry.status for entry in entries)
    ended = [entry.finished_at for entry in entries if entry.finished_at]
    pending = sum(entry.pending for entry in entries)
    return Standing(counted["ready"], counted["failed"], counted["removed"], pending, max(ended, default=None))
