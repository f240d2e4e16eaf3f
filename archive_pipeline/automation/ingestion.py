"""`ingest` from a command line: look, register, run every video through Dagster, publish."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import dagster as dg

from archive_pipeline.automation.discovery import look, look_and_register, make_known, run_tags
from archive_pipeline.automation.failures import record_unexplained
from archive_pipeline.automation.instance import close_abandoned_runs, environment
from archive_pipeline.automation.jobs import INGEST_JOBS
from archive_pipeline.automation.local_runs import run_videos
from archive_pipeline.automation.local_worker import Progress, RunResult, Task
from archive_pipeline.automation.mending import mend_with_points
from archive_pipeline.automation.publication import publish_now
from archive_pipeline.automation.withdrawal import withdraw
from archive_pipeline.collections.model import Collection
from archive_pipeline.collections.plan import IngestPlan
from archive_pipeline.encoders.service import served_encoder
from archive_pipeline.errors import ArchiveError, ConfigurationError, PassingError
from archive_pipeline.resources.archive import Archive
from archive_pipeline.resources.work import FORCE_TAG, RETRY_TAG
from archive_pipeline.settings import adopt_environment
from archive_pipeline.stages.archive_list import ListLook, take_over_list
from archive_pipeline.stages.corrections import follow_corrections
from archive_pipeline.stages.health import Mended, vanished_tables
from archive_pipeline.stages.photos import failed_photos
from archive_pipeline.stages.preflight import hold_of, hold_up, preflight
from archive_pipeline.store.catalogue import INGEST, Entry
from archive_pipeline.store.naming import VideoName
from archive_pipeline.system_errors import DISK_FULL, require_room

_QUIET_S = 2.0
_LEAST_ROOM_BYTES = 1 << 20


@dataclass(frozen=True)
class Request:
    """What a person asked for."""

    jobs: int
    force: bool = False
    """Compute every stage again."""
    retry_failed: bool = False
    """Try permanent failures again, too, those of single photos among them."""
    accept_removals: bool = False
    """More than 5 % vanished, and that is meant."""


def request_tags(request: Request) -> dict[str, str]:
    """What its runs carry."""
    asked = {FORCE_TAG: request.force, RETRY_TAG: request.retry_failed}
    return {tag: "true" for tag, is_asked in asked.items() if is_asked}


class Ingestion:
    """One collection, from the look at its source to the published snapshot."""

    def __init__(self, archive: Archive, collection: Collection, request: Request) -> None:
        self.archive = archive
        self.collection = collection
        self.request = request
        self.environment = environment(archive.settings)
        adopt_environment(self.environment)
        self.instance = dg.DagsterInstance.get()
        self._will_encode = False
        self._encoder_error: ConfigurationError | None = None
        close_abandoned_runs(self.instance)

    def prepare(self) -> tuple[IngestPlan, list[VideoName]]:
        """Look at the source and register what is there; the videos to run, in their order. Vanished ones go.

        Raises ConfigurationError for what would fail every video.
        """
        archive = self.archive
        hold = preflight(archive.catalogue, self.collection, INGEST, archive.settings, asked_by_a_person=True)
        if hold:
            raise hold.error
        self.mended = self._mend()
        plan, videos = self._look()
        withdraw(self.instance, plan.removals, self.collection)
        if plan.removals and plan.waiting:  # what lies in the place of a removed video is known only now
            plan, more = self._look()
            videos = list(dict.fromkeys([*videos, *more]))
        self.list = self._follow_list()
        follow_corrections(self.archive.lake, self.archive.catalogue, self.archive.index, self.archive.leases)
        videos = [*videos, *self._asked_for(plan, videos)]
        if self.request.force:
            self.archive.catalogue.ask_anew(videos)
        is_forced = self.request.force or any(entry.forced for entry in plan.unfinished)
        self._will_encode = bool(plan.new or plan.changed or is_forced)
        return plan, videos

    def _follow_list(self) -> ListLook | ArchiveError | None:
        """Take over what changed in the archive's own list; or why that could not be, which holds no video up."""
        archive = self.archive
        try:
            return take_over_list(self.collection, archive.lake, archive.catalogue, archive.index, archive.leases)
        except ArchiveError as error:
            return error

    def _mend(self) -> Mended:
        """What a quick look finds lost of the collection: tables that are gone or empty, points that are gone."""
        own = self.archive.idle(self.archive.catalogue.entries(self.collection.name))
        return mend_with_points(self.archive, vanished_tables(self.archive.lake, own))

    def _look(self) -> tuple[IngestPlan, list[VideoName]]:
        return look_and_register(
            self.archive,
            self.instance,
            self.collection,
            lambda: look(self.archive, self.collection, accept_removals=self.request.accept_removals, quiet_s=_QUIET_S),
        )

    def _asked_for(self, plan: IngestPlan, videos: Sequence[VideoName]) -> list[VideoName]:
        """What only a person asks for: failures whose pause is not over, permanent ones, everything when forced."""
        asked: list[Entry] = [*plan.failed_waiting]
        if self.request.retry_failed:
            asked += plan.failed_permanent
            albums = {entry.name.video_id: entry for entry in plan.unchanged if entry.name.is_album}
            failed = failed_photos(self.archive.lake, [entry.name for entry in albums.values()])
            asked += [albums[album] for album in failed["album"].unique(maintain_order=True)]
        if self.request.force:
            asked += plan.unchanged
        known = set(videos)
        return [entry.name for entry in asked if entry.name not in known]

    def run(self, videos: Sequence[VideoName], on_progress: Callable[[Progress], None]) -> Iterator[RunResult]:
        """Run the chain for each video, publishing now and then; yields results as they come.

        Raises PassingError `disk_full` after the first video that met it, and ConfigurationError for what would fail
        every video; what runs beside it is stopped.
        """
        if self._will_encode and videos:
            threading.Thread(target=self._load_encoder, daemon=True).start()  # while the first videos are decoded
        make_known(self.instance, videos)
        tags = run_tags(self.collection) | request_tags(self.request)
        results = run_videos(
            [Task(INGEST_JOBS[self.collection.kind].name, video.partition_key) for video in videos],
            jobs=min(self.request.jobs, max(len(videos), 1)),
            environment=self.environment,
            tags=tags,
            on_progress=lambda progress: self._show(progress, on_progress),
        )
        for result in results:
            if not result.success and not result.canceled and result.task.key:
                self._stop_if_held_up()
                message = None if result.crashed else f"Run {result.run_id} failed; its log says where."
                video = VideoName.from_partition_key(result.task.key)
                record_unexplained(self.archive, video, time.time() - result.seconds, message)
                self._stop_if_disk_is_full(video)
            yield result

    def _show(self, progress: Progress, on_progress: Callable[[Progress], None]) -> None:
        if self._encoder_error:  # known before any video comes to it
            raise self._encoder_error
        on_progress(progress)

    def _stop_if_held_up(self) -> None:
        """The videos stay as they are: another ingest takes them up."""
        if hold := hold_of(self.archive.catalogue, self.collection.name, INGEST):
            raise hold.error

    def _stop_if_disk_is_full(self, video: VideoName) -> None:
        """No other video would fare better than this one, and each takes the time of its retries."""
        entry = self.archive.catalogue.entry(video)
        if entry and entry.error_code == DISK_FULL:
            raise PassingError(DISK_FULL, entry.message or "")
        require_room(self.archive.settings.home, _LEAST_ROOM_BYTES, "to go on")

    def _load_encoder(self) -> None:
        try:
            _ = served_encoder(self.collection.model, self.archive.settings.device).dimension
        except ConfigurationError as error:
            hold_up(self.archive.catalogue, self.collection.name, INGEST, error)
            self._encoder_error = error
        except PassingError:  # the run that needs it will say what is wrong
            pass

    def publish(self) -> bool:
        """Publish the snapshot where something changed; whether it worked (its run says why not)."""
        return publish_now(self.archive, self.environment)

    def close(self) -> None:
        self.instance.dispose()
