"""Which videos are withheld from whoever has no word for them: of a collection under an embargo, all that its list does
not open by this day.

What the list said when it was last read lies in the lake (`embargoes`), so that a list that is missing opens nothing; a
video without a row is withheld, and so is one of a collection whose file is gone or wrong and was under an embargo.
"""

import hashlib
import io
import logging
import threading
import time
from collections.abc import Iterable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from archive_pipeline.collections.collection_files import load_collections
from archive_pipeline.collections.model import Collection
from archive_pipeline.errors import DamagedTableError
from archive_pipeline.settings import CollectionFolders, Settings
from archive_pipeline.store.catalogue import Catalogue
from archive_pipeline.store.lake import Lake
from archive_pipeline.store.naming import VideoName
from archive_pipeline.store.schema import table

_TABLE, _FILE = "embargoes", "rows"
_LOOK_AGAIN_S, _READ_AGAIN_S = 2.0, 60.0
_logger = logging.getLogger(__name__)

cleared: ContextVar[bool] = ContextVar("cleared", default=False)
"""Whether who asks in this context has the word for what is withheld."""


@dataclass(frozen=True)
class Withheld:
    """What is withheld at one moment."""

    collections: frozenset[str] = frozenset()
    """Those under an embargo."""
    opened: Mapping[str, date] = field(default_factory=dict)
    """Ids of their videos that everybody may see, and since which day; `date.min`: always."""
    video_ids: tuple[str, ...] = ()
    """Ids of their known videos that nobody without the word may see, sorted."""

    def allows(self, video_id: str) -> bool:
        """Whether everybody may see the video; of a collection under an embargo, only one that was opened."""
        return video_id.partition("/")[0] not in self.collections or video_id in self.opened

    @property
    def digest(self) -> str:
        """Of what is left out; empty where there is no embargo."""
        if not self.collections:
            return ""
        return hashlib.sha256("\0".join([*sorted(self.collections), "", *self.video_ids]).encode()).hexdigest()


NOTHING = Withheld()


def withheld(lake: Lake, catalogue: Catalogue, collections: Iterable[Collection], today: date) -> Withheld:
    """`collections`: those whose files can be read."""
    files = {collection.name: collection for collection in collections}
    kept = set(lake.objects.folders(_TABLE))
    under = {name for name, one in files.items() if one.embargo} | {name for name in kept if name not in files}
    opened = {video.video_id: day for name in under & kept for video, day in _read(lake, name).items() if day <= today}
    known = {entry.name.video_id for name in under for entry in catalogue.entries(name)}
    return Withheld(frozenset(under), opened, tuple(sorted(known - opened.keys())))


class Embargo:
    """What is withheld now, looked at every two seconds; a day that begins opens what was withheld until then.

    The ids of 25,000 videos take 0.3 s of a processor, so that they are read where something changed, else once a
    minute; `allows` knows at once of a video that came since.
    """

    def __init__(self, folders: CollectionFolders, lake: Lake, catalogue: Catalogue) -> None:
        self._folders = folders
        self._lake = lake
        self._catalogue = catalogue
        self._looking = threading.Lock()
        self._seen: Withheld | None = None
        self._looked_at = self._read_at = 0.0
        self._state: object = None

    @classmethod
    def of(cls, settings: Settings) -> "Embargo":
        return cls(settings.collection_folders, Lake(settings.lake_place), Catalogue(settings.database))

    def now(self) -> Withheld:
        with self._looking:
            if self._seen is None or time.monotonic() - self._looked_at > _LOOK_AGAIN_S:
                self._seen = self._look(self._seen)
                self._looked_at = time.monotonic()
            return self._seen

    def _look(self, seen: Withheld | None) -> Withheld:
        described, _ = load_collections(self._folders)
        files = tuple((collection.name, collection.embargo is not None) for collection in described)
        kept = tuple((name, self._lake.objects.stat(_key(name))) for name in self._lake.objects.folders(_TABLE))
        state = (
            date.today(),
            files,
            kept,
            self._catalogue.sequence() if kept or any(is_under for _, is_under in files) else 0,
        )
        if seen is None or state != self._state or time.monotonic() - self._read_at > _READ_AGAIN_S:
            seen = withheld(self._lake, self._catalogue, described, date.today())
            self._state, self._read_at = state, time.monotonic()
        return seen

    def allows(self, video_id: str) -> bool:
        return self.now().allows(video_id)


def begin(lake: Lake, collection: str) -> bool:
    """All of it is withheld until its list opens something, even where its file is wrong or gone by then. Whether it
    was open until now."""
    is_new = lake.objects.stat(_key(collection)) is None
    if is_new:
        keep_opened(lake, collection, {})
    return is_new


def keep_opened(
    lake: Lake, collection: str, opened: Mapping[VideoName, date], withheld_until: date | None = None
) -> None:
    """What the collection's list says now; written where it differs. What was withheld by what it said before, and is
    not any more, is open from `withheld_until` on."""
    kept = _read(lake, collection)
    now = {video: _open_from(day, kept.get(video), withheld_until) for video, day in opened.items()}
    if lake.objects.stat(_key(collection)) is None or kept != now:
        rows = sorted((video.partition_key, day) for video, day in now.items())
        lake.append(_TABLE, collection, _FILE, pl.DataFrame(rows, schema=table(_TABLE).polars_schema, orient="row"))


def _open_from(day: date, before: date | None, withheld_until: date | None) -> date:
    if withheld_until is None or day > withheld_until:
        return day
    return before if before is not None and before <= withheld_until else withheld_until


def lift(lake: Lake, collection: str) -> None:
    """Its file says of no embargo any more."""
    if lake.objects.stat(_key(collection)) is not None:
        lake.objects.delete([_key(collection)])


def _read(lake: Lake, collection: str) -> dict[VideoName, date]:
    """First open day by video; nothing where it cannot be read: then all is withheld."""
    try:
        rows = pl.read_parquet(io.BytesIO(lake.objects.read(_key(collection))), columns=["video", "open_from"]).rows()
    except FileNotFoundError:
        return {}
    except (pl.exceptions.PolarsError, ValueError) as error:
        _logger.warning("%s", DamagedTableError(lake.objects.shown(_key(collection)), error))
        return {}
    return {VideoName.from_partition_key(video): day for video, day in rows}


def _key(collection: str) -> str:
    return f"{_TABLE}/{collection}/{_FILE}.parquet"
