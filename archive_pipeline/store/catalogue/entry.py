"""What the catalogue knows about a video, and what a scan may change about it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from archive_pipeline.store.catalogue.sightings import RelativePath, SourceFile
from archive_pipeline.store.naming import VideoName

Status = Literal["new", "ready", "failed", "removed"]


@dataclass(frozen=True, slots=True)
class Entry:
    """A video as it was last seen and last worked on."""

    name: VideoName
    path: RelativePath
    """Where the file is now; differs from `name.path` once it was moved."""
    bytes: int
    mtime_ns: int | None
    """None after a rebuild from the lake that did not know it."""
    sha256: str | None
    """None while the present content has not been read."""
    status: Status
    """The last outcome; `new` until there is one. A changed file stays `ready` or `failed` until its run ends."""
    pending: bool
    """Work was asked for (new, changed, come back) and no run has ended since."""
    plan: str | None
    """Fingerprint of the plan under which the present content became ready or failed."""
    stage: str | None
    error_code: str | None
    message: str | None
    permanent: bool | None
    attempts: int
    """Runs that failed since the last success."""
    finished_at: datetime | None
    """When a run last ended, in UTC."""
    sequence: int
    """Number of the last change that DuckDB must see; 0 while there is none."""
    forced: bool = False
    """Every stage is to be computed again, whatever is there."""
    removed_at: datetime | None = None
    """When a removed video was found gone, in UTC; None before that was written down, and of all others."""


@dataclass(frozen=True)
class Standing:
    """How many videos of a collection are what, and when a run of one last ended (UTC)."""

    ready: int
    failed: int
    removed: int
    pending: int
    last: datetime | None


@dataclass(frozen=True)
class Snapshot:
    """All entries of a collection, removed ones too, at one moment."""

    collection: str
    revision: int
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Sighting:
    """A video and the file that a scan found for it."""

    name: VideoName
    file: SourceFile
    sha256: str | None = None
    """Where the file was read to recognise it."""


@dataclass(frozen=True)
class Registration:
    """What a scan changes in the catalogue, all at once; made from the snapshot of `revision`."""

    collection: str
    revision: int
    new: tuple[Sighting, ...] = ()
    """Files seen for the first time, and those that took the place of a removed video, under whose name they go."""
    changed: tuple[Sighting, ...] = ()
    """Videos whose file has another size or modification time."""
    moved: tuple[Sighting, ...] = ()
    """Videos whose content was found at another path; their results stand."""
    returned: tuple[Sighting, ...] = ()
    """Removed videos whose content was found again; their results stand, only points and rows come back."""
    touched: tuple[Sighting, ...] = ()
    """Same content, another (or until now unknown) modification time."""
    to_run: tuple[VideoName, ...] = ()
    """Videos that need a run when this is registered: those above that have work, and known ones that are due."""

    @property
    def is_empty(self) -> bool:
        return not (self.new or self.changed or self.moved or self.returned or self.touched)
