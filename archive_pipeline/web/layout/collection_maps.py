"""The maps of collections: kept in files, brought up to date when somebody looks, made anew rarely and aside."""

import hashlib
import logging
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta

from archive_pipeline.errors import PassingError, RequestError
from archive_pipeline.search.index import ShotReader
from archive_pipeline.search.model import Filter
from archive_pipeline.semantics.organisation.projection import METHOD
from archive_pipeline.settings import Settings, child_environment
from archive_pipeline.store.catalogue import Catalogue, Entry
from archive_pipeline.web.kept_files import KeptFiles
from archive_pipeline.web.layout.shot_map import ShotMap
from archive_pipeline.web.layout.spaces import space_of

_MOST_BYTES = 1_000_000_000  # 120,000 shots: 15 MB
_MOST_VIDEOS = 500  # placed while somebody waits, 1 ms each; of more changes a map is made anew
_NEWEST = timedelta(seconds=5)  # a reader of the index is a second behind, the catalogue is not
_logger = logging.getLogger(__name__)


def kept_maps(settings: Settings) -> KeptFiles:
    return KeptFiles(settings.home / "cache" / "maps" / "shots", _MOST_BYTES)


def kept_name(collection: str) -> str:
    return f"{hashlib.sha256(f'1 {METHOD} {collection}'.encode()).hexdigest()}.npz"


class CollectionMaps:
    """Safe for several threads. One map is made at a time."""

    def __init__(self, settings: Settings, catalogue: Catalogue, reader: ShotReader) -> None:
        self._settings = settings
        self._catalogue = catalogue
        self._reader = reader
        self._kept = kept_maps(settings)
        self._turn = threading.Lock()
        self._mutex = threading.Lock()
        self._aside: set[str] = set()
        self._child: subprocess.Popen[bytes] | None = None

    def of(self, collection: str) -> ShotMap:
        """The map as the catalogue is now. The first one is waited for; a worn one is shown while the next one is made.

        Raises RequestError `nothing_to_map`, PassingError `map_not_made`.
        """
        space = space_of(self._reader, collection)
        found = self._read(collection) or self._first(collection, space)
        if space != found.space:  # another encoder's vectors
            self._renew(collection)
            return found
        newest, changed = self._catalogue.changes_since(found.sequence)
        own = [video for video in changed if video.collection == collection]
        if len(own) > _MOST_VIDEOS:
            self._renew(collection)
            return found
        entries = [entry for video in own if (entry := self._catalogue.entry(video))]
        if entries or found.sequence > newest:
            found = self._brought_up(found, entries, newest)
            self._kept.write(kept_name(collection), found.to_bytes())
        if found.is_worn:
            self._renew(collection)
        return found

    def close(self) -> None:
        """What is being made is made when somebody looks again."""
        child = self._child
        if child is not None and child.poll() is None:
            child.terminate()

    def _brought_up(self, found: ShotMap, entries: list[Entry], newest: int) -> ShotMap:
        ready = tuple(entry.name.video_id for entry in entries if entry.status == "ready")
        wanted = Filter(video_ids=ready)
        points = [point for batch in self._reader.batches(found.space, wanted) for point in batch] if ready else []
        horizon = datetime.now(UTC) - _NEWEST
        unsure = [entry.sequence for entry in entries if entry.finished_at and entry.finished_at > horizon]
        return found.changed({entry.name.video_id for entry in entries}, points, min([newest + 1, *unsure]) - 1)

    def _first(self, collection: str, space: str | None) -> ShotMap:
        if space:
            self._make(collection)
        found = self._read(collection)
        if found is None:
            raise RequestError("nothing_to_map", f"Collection {collection} has no shots yet. Ingest some videos first.")
        return found

    def _read(self, collection: str) -> ShotMap | None:
        """None where none was made."""
        content = self._kept.read(kept_name(collection))
        if content is None:
            return None
        try:
            return ShotMap.from_bytes(content)
        except (ValueError, OSError, KeyError, TypeError) as error:
            _logger.warning("the map of %s is damaged and made again: %s", collection, error)
            return None

    def _renew(self, collection: str) -> None:
        with self._mutex:
            if collection not in self._aside:
                self._aside.add(collection)
                threading.Thread(target=self._renewed, args=[collection], name="map", daemon=True).start()

    def _renewed(self, collection: str) -> None:
        try:
            self._make(collection)
        except PassingError as error:
            _logger.warning("%s", error)
        finally:
            with self._mutex:
                self._aside.discard(collection)

    def _make(self, collection: str) -> None:
        command = [sys.executable, "-m", "archive_pipeline.web.layout.making", collection]
        with self._turn:
            self._child = subprocess.Popen(
                command,
                env=child_environment({"ARCHIVE_HOME": str(self._settings.home)}),
                stdin=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
            )
            _, said = self._child.communicate()
        if self._child.returncode:
            why = said.decode(errors="replace").strip().rpartition("\n")[2]
            raise PassingError("map_not_made", f"The map of {collection} could not be made: {why[:300]} Try again.")
