"""The stores of one archive, and the lease on the video that a run works on."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cached_property

import dagster as dg

from archive_pipeline import progress
from archive_pipeline.collections.collection_files import find_collection, load_collections
from archive_pipeline.collections.model import Collection
from archive_pipeline.search.configured import open_index
from archive_pipeline.search.index import ShotIndex
from archive_pipeline.settings import Settings
from archive_pipeline.store.catalogue import Catalogue, Entry
from archive_pipeline.store.lake import Lake
from archive_pipeline.store.leases import Leases, open_leases
from archive_pipeline.store.naming import VideoName

PARTITION_TAG = "dagster/partition"


class Archive(dg.ConfigurableResource):
    """Lake, catalogue, index and collections of the archive in ARCHIVE_HOME.

    A run of one video holds a lease on it from its first asset to its last, so that two runs, whoever started them
    (the queue, a command line, a sensor), never work on the same video at once. The second one finds the work done.
    """

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator["Archive"]:
        key = context.run.tags.get(PARTITION_TAG) if context.run else None
        if key is None:
            yield self
            return
        video = VideoName.from_partition_key(key)
        log = context.log

        def say_so(holder: str) -> None:
            text = f"waits for another run of this video ({holder})"
            progress.report(text, None)
            if log:
                log.info(text)

        with self.leases.hold(str(video.relative_file), on_wait=say_so):
            entry = self.catalogue.entry(video)
            self._forced.clear()
            if entry and entry.forced:
                self._forced.add(video)
            yield self

    def is_forced(self, video: VideoName) -> bool:
        """Whether the video was to be computed again altogether when its run began; what is asked for meanwhile is for
        the next run, or half of it would not be done."""
        return video in self._forced

    @cached_property
    def _forced(self) -> set[VideoName]:
        return set()

    def idle(self, entries: Iterable[Entry]) -> list[Entry]:
        """Those of the videos that no run is at work on: what is found of the others may be half of a change."""
        entries = list(entries)
        held = self.leases.held(str(entry.name.relative_file) for entry in entries)
        return [entry for entry in entries if str(entry.name.relative_file) not in held]

    @cached_property
    def settings(self) -> Settings:
        return Settings()

    @cached_property
    def lake(self) -> Lake:
        return Lake(self.settings.lake_place)

    @cached_property
    def catalogue(self) -> Catalogue:
        return Catalogue(self.settings.database)

    @cached_property
    def leases(self) -> Leases:
        """On videos, by their `relative_file`."""
        return open_leases(self.catalogue.database, "video", self.settings.locks_dir)

    @cached_property
    def index(self) -> ShotIndex:
        return open_index(self.settings.qdrant_dir, self.settings.qdrant_url, self.settings.qdrant_key)

    def collection(self, name: str) -> Collection:
        """Read from its file now, so that a change counts from the next video on."""
        return find_collection(name, self.settings.collection_folders)

    def collections(self) -> list[Collection]:
        """All collections whose files are right; `collections check` and `doctor` name the others."""
        return load_collections(self.settings.collection_folders)[0]
