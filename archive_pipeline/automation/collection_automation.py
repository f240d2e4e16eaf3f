"""Each collection's own sensor (watch) or schedule (cron): it looks at the source and asks for runs."""

import logging
import time
import warnings
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import dagster as dg

from archive_pipeline.assets.evaluation import evaluation_asset
from archive_pipeline.assets.organisation import organisation_asset
from archive_pipeline.automation.configuration import held_up, said
from archive_pipeline.automation.discovery import (
    KEYS_A_QUERY,
    REQUEST_TAG,
    ingest_tags,
    look,
    look_and_register,
    request_key,
    run_keys,
    summary,
)
from archive_pipeline.automation.jobs import INGEST_JOBS, ingest_video
from archive_pipeline.automation.withdrawal import withdraw
from archive_pipeline.collections.collection_files import load_collections
from archive_pipeline.collections.model import Collection
from archive_pipeline.counting import counted
from archive_pipeline.errors import ArchiveError, ConfigurationError
from archive_pipeline.resources.archive import Archive
from archive_pipeline.settings import Settings
from archive_pipeline.stages.archive_list import state_of_list, take_over_list
from archive_pipeline.stages.parameters import plan_of
from archive_pipeline.store.catalogue import INGEST
from archive_pipeline.store.naming import VideoName

_READING_S = 20.0  # a tick is given 60 s in all
_LISTING_S = 15.0
_LIST_KNOWN_S = 600.0  # then rows that others removed from the lake are looked for, as `stores` does
_MOST_REMOVALS = 1000  # a tick, some 10 ms each; the rest follows with the next
_SCHEDULED_RUNS = 1000
_lists_taken: dict[str, tuple[Hashable, float]] = {}
"""State of each collection's list when nothing of it was left to take over, and when that was."""
_WAITING = [dg.DagsterRunStatus.QUEUED, dg.DagsterRunStatus.NOT_STARTED, dg.DagsterRunStatus.STARTING]


@dataclass(frozen=True)
class CollectionAutomation:
    """What the collections' files enable."""

    sensors: Sequence[dg.SensorDefinition]
    schedules: Sequence[dg.ScheduleDefinition]
    evaluations: Sequence[dg.AssetsDefinition]
    organisations: Sequence[dg.AssetsDefinition]


def collection_automation(settings: Settings) -> CollectionAutomation:
    """Built when the code location is loaded: `archive-pipeline collections apply` loads it again."""
    warnings.filterwarnings("ignore", "Parameter `owners`", dg.BetaWarning)  # Dagster is pinned
    collections, _ = load_collections(settings.collection_folders)
    watched = [_sensor(collection) for collection in collections if collection.watch is not None]
    scheduled = [_schedule(collection) for collection in collections if collection.schedule]
    evaluations = [evaluation_asset(collection, collection.truth) for collection in collections if collection.truth]
    organisations = [organisation_asset(collection) for collection in collections]
    sensors = [_files_sensor(collections), *watched]
    return CollectionAutomation(sensors, scheduled, evaluations, organisations)


def _sensor(collection: Collection) -> dg.SensorDefinition:
    @dg.sensor(
        name=collection.name,
        job=INGEST_JOBS[collection.kind],
        minimum_interval_seconds=int(collection.watch or 60),
        default_status=dg.DefaultSensorStatus.RUNNING,
        description=_what_it_looks_for(collection),
        tags={"archive/collection": collection.name},
        owners=list(collection.owners),
    )
    def watch(context: dg.SensorEvaluationContext, archive: Archive) -> dg.SensorResult | dg.SkipReason:
        requests, text = _tick(archive, context.instance, collection.name, context.log)
        return dg.SensorResult(run_requests=requests) if requests else dg.SkipReason(text)

    return watch


def _what_it_looks_for(collection: Collection) -> str:
    what = f"new, changed and vanished {collection.kind} of {collection.title}"
    return f"Looks for {what} in {collection.source} and asks for their runs."


def _schedule(collection: Collection) -> dg.ScheduleDefinition:
    assert collection.schedule is not None

    @dg.schedule(
        name=collection.name,
        job=INGEST_JOBS[collection.kind],
        cron_schedule=collection.schedule.cron,
        execution_timezone=collection.schedule.timezone,
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description=_what_it_looks_for(collection),
        tags={"archive/collection": collection.name},
        owners=list(collection.owners),
    )
    def at_its_time(context: dg.ScheduleEvaluationContext, archive: Archive) -> Sequence[dg.RunRequest] | dg.SkipReason:
        requests, text = _tick(archive, context.instance, collection.name, context.log)
        return requests or dg.SkipReason(text)

    return at_its_time


def _tick(
    archive: Archive, instance: dg.DagsterInstance, name: str, log: logging.Logger
) -> tuple[list[dg.RunRequest], str]:
    """Look at the collection, withdraw what vanished, ask for as many runs as fit; also what happened, as a line."""
    collection = archive.collection(name)
    if hold := held_up(archive, instance, collection, INGEST):  # no look is possible without a model that has a name
        log.warning(said(hold))
        return [], said(hold)
    plan, videos = look_and_register(
        archive, instance, collection, lambda: look(archive, collection, budget_s=_READING_S)
    )
    text = summary(plan)
    log.info(text)
    if plan.held:
        text = f"{text}. Nothing was removed: {plan.held}"
        log.warning(text)
    text = f"{text}{_list_followed(archive, collection, log)}"
    withdraw(instance, plan.removals[:_MOST_REMOVALS], collection)
    if videos and (hold := held_up(archive, instance, collection, INGEST, asks_encoder=True)):
        log.warning(said(hold))
        return [], f"{text}; {len(videos)} {collection.kind} wait: [{hold.error_code}] {hold.message}"
    requests = _requests(archive, instance, collection, videos)
    waiting = len(videos) - len(requests)
    if waiting:
        text = f"{text}; {counted(waiting, 'video waits', 'videos wait')} for runs that were asked for before"
    return requests, text


def _list_followed(archive: Archive, collection: Collection, log: logging.Logger) -> str:
    """Take over what changed in the archive's own list; what is wrong with it holds no video up."""
    state = state_of_list(collection, archive.lake, archive.catalogue)
    known, since_s = _lists_taken.get(collection.name, (None, 0.0))
    if state is not None and state == known and time.monotonic() - since_s < _LIST_KNOWN_S:
        return ""
    try:
        found = take_over_list(
            collection, archive.lake, archive.catalogue, archive.index, archive.leases, budget_s=_LISTING_S
        )
    except ArchiveError as error:
        log.warning(str(error))
        return f". Its list was not read: {error}"
    if found is None or not (found.n_changed or found.n_waiting):
        _lists_taken[collection.name] = state, time.monotonic()
        return ""
    for note in found.notes:
        log.warning(note)
    files = counted(len(found.joined.videos_without_row), "file")
    unmatched = f"{counted(found.joined.n_rows_left, 'row has', 'rows have')} no file and {files} no row"
    return f"; {counted(found.n_changed, 'row')} of its list taken over, {found.n_waiting} waiting; {unmatched}"


def _requests(
    archive: Archive, instance: dg.DagsterInstance, collection: Collection, videos: Sequence[VideoName]
) -> list[dg.RunRequest]:
    """Requests for the first of `videos` that nobody asked for yet, few enough to keep the queue short."""
    tags = ingest_tags(collection)
    queued = instance.get_runs_count(dg.RunsFilter(tags={"archive/collection": collection.name}, statuses=_WAITING))
    plan = plan_of(collection)
    budget = max(0, most_runs(collection) - queued)
    requests: list[dg.RunRequest] = []
    for first in range(0, len(videos), KEYS_A_QUERY):
        if len(requests) >= budget:
            break
        entries = archive.catalogue.entries_of(videos[first : first + KEYS_A_QUERY])
        keys = {request_key(entry, plan): entry.name.partition_key for entry in entries}
        requests += [
            dg.RunRequest(run_key=run_key, partition_key=keys[key], tags={**tags, REQUEST_TAG: key})
            for key, run_key in run_keys(instance, keys).items()
        ]
    return requests[:budget]


def most_runs(collection: Collection) -> int:
    """How many runs one look may start. A schedule looks rarely, so that it may start many unless it is told."""
    if collection.schedule and "max_runs_per_tick" not in collection.model_fields_set:
        return _SCHEDULED_RUNS
    return collection.max_runs_per_tick


def _files_sensor(loaded: Sequence[Collection]) -> dg.SensorDefinition:
    @dg.sensor(
        name="collection_files",
        job=ingest_video,
        minimum_interval_seconds=60,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Fails while a collection's file is wrong; says when changed files wait for a reload.",
    )
    def collection_files(archive: Archive) -> dg.SkipReason:
        present, problems = load_collections(archive.settings.collection_folders)
        if problems:
            raise ConfigurationError("wrong_collection", "; ".join(str(problem) for problem in problems))
        if {_automation_of(c) for c in present} != {_automation_of(c) for c in loaded}:
            return dg.SkipReason(
                "collections have changed: run `archive-pipeline collections apply` or reload the location"
            )
        return dg.SkipReason(f"{counted(len(present), 'collection')}, all of them right and in effect")

    return collection_files


def _automation_of(collection: Collection) -> tuple[object, ...]:
    """What takes effect only when the code location is loaded; everything else is read when it is needed."""
    return (
        collection.name,
        collection.kind,
        collection.watch,
        str(collection.schedule),
        collection.owners,
        collection.title,
    )
