"""The archive's own list of a collection: what it says of each video, as a table, points and words.

The list is read at every look and compared with what was taken over of it; what differs is written, one video after the
other. No video is decoded or encoded for it.
"""

import hashlib
import io
import logging
import time
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import polars as pl

from archive_pipeline.collections.embargo import begin, keep_opened, lift
from archive_pipeline.collections.model import Collection
from archive_pipeline.errors import DamagedTableError, PassingError
from archive_pipeline.language.lists.embargo import open_days
from archive_pipeline.language.lists.joining import Joined, join_list
from archive_pipeline.language.lists.reading import ListRow, read_list
from archive_pipeline.search.index import ShotIndex
from archive_pipeline.stages.qdrant_points import refresh_points
from archive_pipeline.store.catalogue import Catalogue, Entry
from archive_pipeline.store.lake import Lake
from archive_pipeline.store.leases import Leases
from archive_pipeline.store.naming import VideoName
from archive_pipeline.store.provenance import Provenance
from archive_pipeline.store.schema import table

_TABLE, _TAKEN, _FILE = "listed", "listed_taken", "rows"
_BUSY = "video_busy"
_logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class ListLook:
    """A list beside the videos of its collection; `notes` are sentences with a code."""

    joined: Joined
    notes: Sequence[str]
    opened: Mapping[VideoName, date] | None = None
    """Under an embargo: the first day on which everybody may see each video; the others are withheld."""
    n_changed: int = 0
    """Videos whose rows were written, or withdrawn, by this look."""
    n_waiting: int = 0
    """Those that a later look will write: a run is at work on them, or there was no time."""

    @property
    def n_withheld(self) -> int | None:
        """Videos that nobody without the word may see today; None where there is no embargo."""
        if self.opened is None:
            return None
        n_open = sum(day <= date.today() for day in self.opened.values())
        return len(self.joined.rows) + len(self.joined.videos_without_row) - n_open


def look_at_list(collection: Collection, entries: Sequence[Entry]) -> ListLook | None:
    """Read and join it, and change nothing; None where the collection names none.

    Raises ConfigurationError with a code that begins with `list_` (language/lists/reading.py).
    """
    if collection.list is None:
        return None
    read = read_list(collection.list, collection.language)
    videos = {entry.name: entry.path for entry in entries if entry.status != "removed"}
    joined = join_list(read.rows, videos, collection.list.match)
    if collection.embargo is None:
        return ListLook(joined, read.notes)
    return ListLook(joined, read.notes, _opened(joined, open_days(read, collection.embargo)))


def state_of_list(collection: Collection, lake: Lake, catalogue: Catalogue) -> Hashable:
    """What `take_over_list` goes by, but for rows that others removed from the lake: while it stays the same there is
    nothing more to take over, and a list of 25,000 rows need not be read for a second. None where it cannot be told."""
    described = collection.list
    taken = lake.objects.stat(_key(collection.name))
    if described is None:
        return None
    try:
        file = described.file.stat()
    except OSError:
        return None
    seen = (file.st_dev, file.st_ino, file.st_size, file.st_mtime_ns, file.st_ctime_ns)
    kept = (lake.objects.shown(_key(collection.name)), taken.version if taken else None)
    told = (repr(described), repr(collection.embargo), collection.language)
    return told, seen, kept, catalogue.revision(collection.name)


def take_over_list(
    collection: Collection,
    lake: Lake,
    catalogue: Catalogue,
    index: ShotIndex,
    leases: Leases,
    budget_s: float | None = None,
) -> ListLook | None:
    """Make tables and points of the collection's videos those that its list tells; None where it has and had none.

    What was done stays done when the process dies; the rest follows with the next look, and so does what `budget_s`
    leaves no time for. Raises as `look_at_list`: then everything stays as it was.
    """
    taken = _taken(lake, collection.name)
    if collection.embargo is None:
        lift(lake, collection.name)
    # before anything can go wrong with the list
    was_open = collection.embargo is not None and begin(lake, collection.name)
    if collection.list is None and not taken:
        return None
    entries = catalogue.entries(collection.name)
    look = look_at_list(collection, entries) or ListLook(Joined({}, (), (), (), ()), ())
    if look.opened is not None:
        keep_opened(lake, collection.name, look.opened, None if was_open else date.today())
    rows = look.joined.rows
    wanted = {video: _digest(row) for video, row in rows.items()}
    present = set(lake.videos(_TABLE, collection.name)) if taken else set()
    changed = [
        video
        for video in sorted({*wanted, *taken})
        if wanted.get(video) != taken.get(video) or (video in wanted and video not in present)
    ]
    if not changed:
        return look
    ready = {entry.name for entry in entries if entry.status == "ready" and not entry.pending}
    deadline = None if budget_s is None else time.monotonic() + budget_s
    done: dict[VideoName, str | None] = {}
    try:
        for video in changed:
            if deadline is not None and time.monotonic() > deadline:
                break
            try:
                with leases.hold(str(video.relative_file), timeout_s=0, code=_BUSY):
                    _write(lake, video, rows.get(video), wanted.get(video, ""))
                    if video in ready:
                        refresh_points(lake, index, video)
            except DamagedTableError:  # mended by others (stages/health)
                continue
            except PassingError as error:
                if error.code != _BUSY:
                    raise
            else:
                done[video] = wanted.get(video)
    finally:
        lake.objects.settle(lake.key(_TABLE, video) for video in done)
        catalogue.publish_again([video for video in done if video in ready])
        _keep(lake, collection.name, taken | done)
    return replace(look, n_changed=len(done), n_waiting=len(changed) - len(done))


def _opened(joined: Joined, days: Mapping[int, date | None]) -> dict[VideoName, date]:
    """Of several rows about a video the strictest counts; a video without a row has none."""
    opened: dict[VideoName, date] = {}
    for video, row in joined.rows.items():
        told = [days[one.line] for one in (row, *joined.further.get(video, ()))]
        known = [day for day in told if day]
        if len(known) == len(told):
            opened[video] = max(known)
    return opened


def _as_table(video: VideoName, row: ListRow) -> pl.DataFrame:
    values = {
        "video_id": video.video_id,
        "title": row.title,
        "date": row.date,
        "first_day": row.days and row.days.first,
        "last_day": row.days and row.days.last,
        "programme": row.programme,
        "tape": row.tape,
        "rights": row.rights,
        "other": [{"heading": heading, "value": text} for heading, text in row.other],
    }
    return pl.DataFrame([values], schema=table(_TABLE).polars_schema)


def _digest(row: ListRow) -> str:
    """Of all that is written of it: its line is not, so that a row above it changes nothing."""
    return hashlib.sha256(repr(replace(row, line=0, file="")).encode("utf-8", "surrogateescape")).hexdigest()


def _write(lake: Lake, video: VideoName, row: ListRow | None, digest: str) -> None:
    if row is None:
        lake.delete(_TABLE, video)
    else:
        lake.write(_TABLE, video, _as_table(video, row), Provenance("archive_list", "1", inputs={"row": digest}))


def _taken(lake: Lake, collection: str) -> dict[VideoName, str | None]:
    """Digest of what was taken over, by video; nothing where that cannot be read: then all of it is again."""
    key = _key(collection)
    try:
        rows = pl.read_parquet(io.BytesIO(lake.objects.read(key)), columns=["video", "digest"]).rows()
    except FileNotFoundError:
        return {}
    except (pl.exceptions.PolarsError, ValueError) as error:
        _logger.warning("%s", DamagedTableError(lake.objects.shown(key), error))
        return {}
    return {VideoName.from_partition_key(video): digest for video, digest in rows}


def _key(collection: str) -> str:
    return f"{_TAKEN}/{collection}/{_FILE}.parquet"


def _keep(lake: Lake, collection: str, taken: Mapping[VideoName, str | None]) -> None:
    rows = [(video.partition_key, digest) for video, digest in taken.items() if digest]
    lake.append(_TAKEN, collection, _FILE, pl.DataFrame(rows, schema=table(_TAKEN).polars_schema, orient="row"))
