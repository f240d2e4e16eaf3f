"""A source folder and a catalogue: files come, change, move and go; the collection is looked at, videos are run."""

import hashlib
import itertools
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from archive_pipeline.collections.plan import IngestPlan, plan_ingest
from archive_pipeline.collections.scan import scan_source
from archive_pipeline.store.catalogue import Catalogue, Entry
from archive_pipeline.store.catalogue.sightings import SourceFile
from archive_pipeline.store.naming import VideoName

PLAN = "plan-1"
_times = itertools.count(1_600_000_000)


class Site:
    """Paths are bytes relative to the source. Files are settled unless a test says how old they are."""

    def __init__(self, folder: Path, name: str = "archive") -> None:
        self.name = name
        self.source = folder / "source"
        self.source.mkdir()
        self.catalogue = Catalogue(folder / "catalogue.sqlite")
        self.n_hashed = 0
        self.ran: list[VideoName] = []
        self.computed: list[VideoName] = []
        self.results: dict[VideoName, str] = {}

    def full(self, path: bytes) -> Path:
        return self.source / os.fsdecode(path)

    def write(self, path: bytes, content: bytes) -> None:
        """A new or changed file; every write has a time of its own, as real ones have."""
        self.full(path).parent.mkdir(parents=True, exist_ok=True)
        self.full(path).write_bytes(content)
        self.touch(path)

    def touch(self, path: bytes) -> None:
        at_s = next(_times)
        os.utime(self.full(path), (at_s, at_s))

    def move(self, path: bytes, to: bytes) -> None:
        self.full(to).parent.mkdir(parents=True, exist_ok=True)
        self.full(path).replace(self.full(to))

    def swap(self, one: bytes, other: bytes) -> None:
        self.move(one, b"aside.tmp")
        self.move(other, one)
        self.move(b"aside.tmp", other)

    def remove(self, path: bytes) -> None:
        self.full(path).unlink()

    def sha256(self, path: bytes) -> str:
        return hashlib.sha256(self.full(path).read_bytes()).hexdigest()

    def digest(self, file: SourceFile) -> str | None:
        self.n_hashed += 1
        return self.sha256(file.path)

    def look(
        self,
        *,
        plan: str = PLAN,
        accept_removals: bool = False,
        settle_s: float = 0.0,
        later_s: float = 0.0,
        now: datetime | None = None,
    ) -> IngestPlan:
        scan = scan_source(self.source, settle_s, datetime.now(UTC).timestamp() + later_s)
        snapshot = self.catalogue.snapshot(self.name)
        return plan_ingest(scan, snapshot, plan, self.digest, accept_removals=accept_removals, now=now)

    def run(self, videos: list[VideoName], plan: str = PLAN) -> None:
        """What the pipeline does: read the file, compute where the content is another one, record the outcome."""
        for video in videos:
            entry = self.entry(video)
            status = self.full(entry.path).stat()
            sha256 = self.sha256(entry.path)
            self.catalogue.record_content(video, status.st_size, status.st_mtime_ns, sha256)
            self.ran.append(video)
            if self.results.get(video) != sha256:
                self.computed.append(video)
                self.results[video] = sha256
            self.catalogue.record_outcome(video, "ready", plan=plan)

    def ingest(self, *, plan: str = PLAN, accept_removals: bool = False) -> IngestPlan:
        """Look, register, run, remove: what a sensor or the command line does."""
        found = self.look(plan=plan, accept_removals=accept_removals)
        self.run(self.catalogue.apply(found), plan)
        self.catalogue.mark_removed(found.removals)
        return found

    def settle(self) -> None:
        """Ingest until there is nothing more to do; removals are meant."""
        for _ in range(5):
            if not self.ingest(accept_removals=True).has_news:
                return
        raise AssertionError("the collection does not come to rest")

    def entry(self, video: VideoName | bytes) -> Entry:
        name = video if isinstance(video, VideoName) else VideoName(self.name, video)
        entry = self.catalogue.entry(name)
        assert entry is not None
        return entry

    def living(self) -> dict[bytes, Entry]:
        """The videos that were not removed, by path."""
        entries = [entry for entry in self.catalogue.entries(self.name) if entry.status != "removed"]
        assert len({entry.path for entry in entries}) == len(entries)
        return {entry.path: entry for entry in entries}

    def fail(self, video: bytes, *, permanent: bool, plan: str | None = PLAN, error_code: str | None = None) -> None:
        """A run that reads the file and fails."""
        entry = self.entry(video)
        status = self.full(entry.path).stat()
        self.catalogue.record_content(entry.name, status.st_size, status.st_mtime_ns, self.sha256(entry.path))
        code = error_code or ("no_video_stream" if permanent else "qdrant_unreachable")
        self.catalogue.record_outcome(
            entry.name, "failed", plan, "source_video", code, "It does not work.", permanent=permanent
        )


def names(sightings_or_entries: object) -> list[bytes]:
    """The names of sightings, entries or videos, sorted."""
    found = [getattr(item, "name", item) for item in sightings_or_entries]  # type: ignore[attr-defined]
    return sorted(name.path for name in found)


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)
