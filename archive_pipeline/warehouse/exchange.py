"""The published database where the lake lies in a bucket: any machine publishes it there, and any fetches it once.

    warehouse/<sha256>.duckdb    a version, never written again
    warehouse/newest.json        which of them is the newest; written last, and only by who saw the one before

A version that was superseded goes after an hour: until then whoever read the pointer may still be fetching it. Where
other videos are withheld than before it goes at once, here and on every machine that follows.
"""

import hashlib
import json
import os
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

from archive_pipeline.durability import write_atomically
from archive_pipeline.errors import PassingError
from archive_pipeline.locking import file_lock
from archive_pipeline.settings import Bucket, LakePlace
from archive_pipeline.store.lake import Lake
from archive_pipeline.system_errors import require_room
from archive_pipeline.warehouse.snapshot import left_out_of
from archive_pipeline.warehouse.versions import Versions

if TYPE_CHECKING:
    from archive_pipeline.store.bucket import BucketObjects

_POINTER = "newest.json"
_SUPERSEDED_S = 3600.0
_CHUNK_BYTES = 16 << 20
_WAIT_S = 900.0


@dataclass(frozen=True)
class Newest:
    """What the pointer says."""

    digest: str
    n_bytes: int
    published_s: int
    superseded: dict[str, float] = field(default_factory=dict)
    """When earlier versions, by digest, were superseded, in seconds since the epoch."""
    left_out: str = ""
    """Digest of what is withheld and was left out of it."""


class Exchange:
    """Between the versions behind a link of this machine and those in the bucket. Used while holding the versions'
    lock. Raises what the bucket raises, and PassingError `disk_full`."""

    def __init__(self, bucket: "BucketObjects", versions: Versions) -> None:
        self._bucket = bucket
        self._versions = versions
        self._folder = versions.name
        self._pointer_key = f"{self._folder}/{_POINTER}"
        self._note = versions.folder / ".exchanged"  # name and digest of the version that both sides have
        self._newest: Newest | None = None
        self._pointer: str | None = None

    def look(self) -> bool:
        """Read the pointer: whether this machine's current version is the one that it names."""
        found = self._bucket.read_versioned(self._pointer_key)
        self._newest, self._pointer = (Newest(**json.loads(found[0])), found[1]) if found else (None, None)
        current = self._versions.current()
        noted = self._note.read_text(encoding="utf-8").split() if self._note.exists() else []
        return bool(current and self._newest and noted == [current.name, self._newest.digest])

    def fetch(self) -> None:
        """Make the newest version in the bucket this machine's own."""
        if self.look() or self._newest is None:
            return
        newest, aside = self._newest, self._versions.aside
        aside.parent.mkdir(parents=True, exist_ok=True)
        require_room(aside, newest.n_bytes, "to fetch the published database")
        self._versions.clear_aside()
        digest = hashlib.sha256()
        with self._bucket.open(self._key(newest.digest)) as source, aside.open("wb") as target:
            for chunk in _chunks(source):
                digest.update(chunk)
                target.write(chunk)
        if digest.hexdigest() != newest.digest:
            raise PassingError(
                "lake_unavailable", f"{self._bucket.shown(self._key(newest.digest))} came otherwise; try again."
            )
        os.utime(aside, (newest.published_s, newest.published_s))  # by which publishers know it as their own
        version = self._versions.install()
        self._keep_note(version, newest.digest)
        remove_superseded(self._versions, version)

    def offer(self, version: Path) -> None:
        """Make this machine's version the newest one in the bucket, after `look` or `fetch`. Raises PassingError
        `publisher_busy` where another machine published meanwhile: its version counts."""
        with version.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            file.seek(0)
            self._bucket.upload(self._key(digest), file)
        now, before, left_out = time.time(), self._newest, left_out_of(version) or ""
        superseded = {**before.superseded, before.digest: now} if before else {}
        superseded = {one: at for one, at in superseded.items() if one != digest and now - at < _SUPERSEDED_S}
        forbidden = list(superseded) if before and before.left_out != left_out else []
        if forbidden:
            superseded = {}
        status = version.stat()
        newest = Newest(digest, status.st_size, int(status.st_mtime), superseded, left_out)
        if not self._bucket.swap(self._pointer_key, json.dumps(asdict(newest)).encode(), self._pointer):
            raise PassingError(
                "publisher_busy", "Another machine published meanwhile; the next publication follows it."
            )
        self._keep_note(version, digest)
        self._bucket.delete([self._key(one) for one in forbidden])
        self._remove_old(newest, now)

    def _remove_old(self, newest: Newest, now: float) -> None:
        """What is no longer named, and what publishers left that were cut off."""
        named = {self._key(digest) for digest in (newest.digest, *newest.superseded)} | {self._pointer_key}
        stored = self._bucket.listed(self._folder)
        self._bucket.delete([o.key for o in stored if o.key not in named and now - o.modified_s > _SUPERSEDED_S])

    def _key(self, digest: str) -> str:
        return f"{self._folder}/{digest}.duckdb"

    def _keep_note(self, version: Path, digest: str) -> None:
        write_atomically(self._note, f"{version.name} {digest}".encode())


def remove_superseded(versions: Versions, version: Path) -> None:
    """At once the ones in which there may be what is withheld now; of the others those that nobody reads any more."""
    versions.remove(_superseded(versions, version))
    versions.remove_old()


def has_superseded(versions: Versions, version: Path) -> bool:
    """Whether a publisher was killed before it removed what may not be read any more."""
    return next(_superseded(versions, version), None) is not None


def _superseded(versions: Versions, version: Path) -> Iterator[Path]:
    left_out = left_out_of(version)
    return (other for other in versions.all() if other != version and left_out_of(other) != left_out)


def exchange_of(lake: Lake, versions: Versions) -> Exchange | None:
    """None where the lake lies in a folder, and the database with it."""
    return Exchange(cast("BucketObjects", lake.objects), versions) if lake.objects.is_remote else None


def follow(place: LakePlace, link: Path) -> None:
    """Have `link` lead to the newest database that any machine published; nothing to do where the lake is a folder.

    Raises PassingError `lake_unavailable`, `disk_full`, and ConfigurationError where the bucket refuses.
    """
    if not isinstance(place, Bucket):
        return
    versions = Versions(link)
    exchange = exchange_of(Lake(place), versions)
    if exchange and not exchange.look():
        with file_lock(versions.lock_file, timeout_s=_WAIT_S, code="publisher_busy"):
            exchange.fetch()


def _chunks(source: BinaryIO) -> Iterator[bytes]:
    while chunk := source.read(_CHUNK_BYTES):
        yield chunk
