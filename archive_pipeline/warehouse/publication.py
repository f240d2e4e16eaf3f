"""Publishing: the next version of the database is made beside the old one and swapped in."""

import os
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import polars as pl

from archive_pipeline.collections.model import Collection
from archive_pipeline.errors import PassingError
from archive_pipeline.locking import file_lock
from archive_pipeline.store.catalogue import Catalogue
from archive_pipeline.store.group_names import GroupNames
from archive_pipeline.store.judgements import Judgements
from archive_pipeline.store.lake import Lake
from archive_pipeline.store.leases import open_leases
from archive_pipeline.store.naming import VideoName
from archive_pipeline.store.organisations import Organisations
from archive_pipeline.store.reviews import Reviews
from archive_pipeline.system_errors import require_room, system_error
from archive_pipeline.warehouse.exchange import exchange_of
from archive_pipeline.warehouse.rows import batches, collection_rows, organisation_rows
from archive_pipeline.warehouse.snapshot import State, schema_digest, state_of, written
from archive_pipeline.warehouse.versions import Versions, is_barred

_GROWING = ("evaluations", "reviews", "group_names", "judgements")
_ROOM_BYTES = 8 << 20  # an empty version takes 3 MB, its log while it is written as much
_WAIT_S = 900.0  # for another publisher; rebuilding 10,000 videos takes a minute or two


@dataclass(frozen=True)
class Publication:
    """What was published. `rows` counts the rows of every table of the version, `full` tells of a rebuild, `warning` of
    what a person has to do."""

    version_path: Path
    sequence: int
    n_videos_changed: int
    rows: Mapping[str, int]
    seconds: float
    full: bool
    warning: str | None = None


@contextmanager
def turn(catalogue: Catalogue, versions: Versions) -> Iterator[None]:
    leases = open_leases(catalogue.database, "database", versions.folder)
    with (
        leases.hold("publisher", timeout_s=_WAIT_S, code="publisher_busy"),
        file_lock(versions.lock_file, timeout_s=_WAIT_S, code="publisher_busy"),  # who fetches holds it, too
    ):
        yield


@contextmanager
def made_aside(versions: Versions) -> Iterator[None]:
    """What is made aside goes unless it was installed. Raises PassingError `disk_full` and its like,
    `cannot_publish`."""
    versions.clear_aside()
    try:
        yield
    except (duckdb.Error, OSError) as error:
        if refused := system_error(error, versions.folder):
            raise refused from error
        if not isinstance(error, duckdb.IOException):
            raise
        raise PassingError("cannot_publish", f"{versions.folder} could not be written: {error}") from error
    finally:
        versions.clear_aside()


def publish_whole(
    lake: Lake, catalogue: Catalogue, collections: Iterable[Collection], link: Path, *, full: bool
) -> Publication:
    """Bring the database behind `link` up to date with the catalogue and the lake, with all that is withheld.

    The version before is copied and the rows of the videos that changed since then are replaced. `full` builds from the
    lake instead; so does a first publication, a changed schema, another catalogue, and a version before that is damaged
    or that somebody wrote to. When nothing has changed, nothing is done.

    One process publishes at a time, others wait. A process killed at any moment leaves the last good version in place.
    Raises PassingError: `publisher_busy` when another publisher does not end, `disk_full` and its like
    (system_errors.py), `cannot_publish` when writing fails for another reason.
    """
    started = time.monotonic()
    versions = Versions(link)
    whole, organised = _whole_tables(lake, collections), Organisations(lake).versions()
    with turn(catalogue, versions):
        exchange = exchange_of(lake, versions)
        if exchange:  # another machine may have published since
            exchange.fetch()
        versions.clear_aside()
        base = None if full else _base(versions)
        sequence, changed = catalogue.changes_since(base.state.sequence if base else 0)
        if base and _nothing_stays(base.state, catalogue, sequence, changed):
            base, (sequence, changed) = None, catalogue.changes_since(0)
        if base and base.is_sound and _is_up_to(base.state, sequence, whole, organised):
            if exchange and not exchange.look():
                exchange.offer(base.version)
            seconds = time.monotonic() - started
            return Publication(base.version, sequence, 0, base.state.rows, seconds, full=False)
        require_room_to_publish(link)
        with made_aside(versions):
            state = _build(versions, base, lake, catalogue, changed, whole, organised, sequence)
            version = versions.install()
        versions.remove_old()
        if exchange:
            exchange.offer(version)
    return Publication(version, sequence, len(changed), state.rows, time.monotonic() - started, full=base is None)


def require_room_to_publish(link: Path) -> None:
    """Raises PassingError `disk_full` where a next version of the size of the current one does not fit beside it."""
    current = Versions(link).current()
    n_bytes = current.stat().st_size if current else 0
    require_room(link, n_bytes + _ROOM_BYTES, "to publish the database")


def is_whole_published(lake: Lake, catalogue: Catalogue, collections: Iterable[Collection], link: Path) -> bool:
    """Whether `publish_whole` would do nothing; as cheap to ask as the database is to open."""
    versions = Versions(link)
    exchange = exchange_of(lake, versions)
    if exchange and not exchange.look():
        return False
    version = versions.current()
    state = state_of(version) if version and is_barred(version) else None
    if not version or not state or not _is_ours(version, state):
        return False
    whole, organised = _whole_tables(lake, collections), Organisations(lake).versions()
    return _is_up_to(state, catalogue.sequence(), whole, organised)


def _whole_tables(lake: Lake, collections: Iterable[Collection]) -> dict[str, pl.DataFrame]:
    """Small tables that are not of videos; every version has them as they are then."""
    return {
        "collections": collection_rows(collections),
        "evaluations": lake.read_appended("evaluations"),
        "reviews": Reviews(lake).all(),
        "group_names": GroupNames(lake).all(),
        "judgements": Judgements(lake).all(),
    }


def _is_up_to(state: State, sequence: int, whole: Mapping[str, pl.DataFrame], organised: Mapping[str, int]) -> bool:
    """Evaluations, reviews, names and judgements are only ever added, so their number tells."""
    same = whole["collections"].rows() == state.collections and organised == state.organised
    return sequence == state.sequence and same and all(whole[name].height == state.rows[name] for name in _GROWING)


@dataclass(frozen=True)
class _Base:
    """The version that the next one is made from."""

    version: Path
    state: State
    is_sound: bool
    """Whether readers are safe from people who write: it opens right now, and nobody has written a log."""


def _base(versions: Versions) -> _Base | None:
    """The current version; None where the next one cannot be made from it."""
    version = versions.current()
    if version is None:
        return None
    state = state_of(version)
    is_sound = state is not None and is_barred(version)
    if state is None:  # it may only be locked, by somebody who opened it for writing
        versions.copy_aside(version)
        state = state_of(versions.aside)
    return _Base(version, state, is_sound) if state and _is_ours(version, state) else None


def _is_ours(version: Path, state: State) -> bool:
    """Whether this code made it and nobody wrote to it since.

    A version carries the time that it states as its own modification time: a later write changes that.
    """
    return is_untouched(version, state) and state.schema_digest == schema_digest() and not state.left_out


def is_untouched(version: Path, state: State) -> bool:
    return version.stat().st_mtime_ns == int(state.published_at.timestamp()) * 10**9


def _nothing_stays(base: State, catalogue: Catalogue, sequence: int, changed: Sequence[VideoName]) -> bool:
    """Whether every video changed. A catalogue that was lost and made again looks like that, and must not leave rows of
    videos that it does not know."""
    n_videos = sum(n for counts in catalogue.counts().values() for status, n in counts.items() if status != "new")
    return sequence < base.sequence or (bool(changed) and len(changed) >= n_videos)


def _build(
    versions: Versions,
    base: _Base | None,
    lake: Lake,
    catalogue: Catalogue,
    changed: Sequence[VideoName],
    whole: Mapping[str, pl.DataFrame],
    organised: Mapping[str, int],
    sequence: int,
) -> State:
    """Make the next version aside and read it back.

    From `base`, 0.3 s and 6 ms a changed video, among 1,000 videos as among 4,700; from the lake, 5 ms a video and
    0.4 GB (CPU time, videos of two minutes). After 1,000 publications that replaced 5 of 1,000 videos each, the file is
    twice as large as a rebuilt one, as it was after 200: DuckDB uses free blocks again, nothing must be cleaned up.
    """
    versions.clear_aside()
    if base:
        versions.copy_aside(base.version)
    with written(versions.aside) as snapshot:
        if base:
            snapshot.withdraw([video.video_id for video in changed])
        else:
            snapshot.create_schema()
        snapshot.insert(batches(lake, catalogue.entries_of(sorted(changed))))
        before = base.state.organised if base else {}
        organised_anew = [name for name in sorted({*before, *organised}) if before.get(name) != organised.get(name)]
        snapshot.replace_collections(organised_anew, organisation_rows(lake, organised_anew))
        snapshot.finish(whole, datetime.now(UTC).replace(microsecond=0), sequence)
    return read_back(versions)


def read_back(versions: Versions) -> State:
    state = state_of(versions.aside)
    if state is None:
        raise PassingError("cannot_publish", f"{versions.aside} was written and cannot be read back; check the disk")
    published_s = int(state.published_at.timestamp())
    os.utime(versions.aside, (published_s, published_s))
    return state
