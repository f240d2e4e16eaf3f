"""Asks for runs that describe videos and albums as these become ready, and again when a server is back."""

import functools
import time
from collections.abc import Collection as Names
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import dagster as dg

from archive_pipeline.assets.policy import GPU_TAGS
from archive_pipeline.automation.configuration import held_up, said
from archive_pipeline.automation.described_so_far import Looked, as_cursor, looked_so_far, parameters_digest, to_compare
from archive_pipeline.automation.discovery import KEYS_A_QUERY, REQUEST_TAG, run_keys, run_tags
from archive_pipeline.automation.due_analyses import Due, due_analyses, without
from archive_pipeline.automation.instance import n_unfinished
from archive_pipeline.automation.jobs import DESCRIBE_JOBS
from archive_pipeline.automation.machine_tags import work_tag
from archive_pipeline.collections.model import Collection
from archive_pipeline.counting import counted
from archive_pipeline.errors import ArchiveError
from archive_pipeline.language.transcripts.sidecars import Surroundings
from archive_pipeline.language.vlm.reachability import served_models
from archive_pipeline.resources.archive import Archive
from archive_pipeline.settings import Settings
from archive_pipeline.stages.chain import ANALYSES_OF, OF_A_SERVER
from archive_pipeline.stages.parameters import asked_analyses
from archive_pipeline.store.catalogue import INGEST, Hold

_RUNS_A_TICK = 50


@dg.sensor(
    jobs=list(DESCRIBE_JOBS.values()),
    minimum_interval_seconds=30,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Runs describe_video for ready videos, describe_album for ready albums, that lack an analysis which "
    "their collection asks for.",
)
def describe_when_ready(context: dg.SensorEvaluationContext, archive: Archive) -> dg.SensorResult | dg.SkipReason:
    """Run describe_video for ready videos, and describe_album for ready albums, that lack an analysis which their
    collection asks for.

    A tick goes by what changed since the one before it. What needs a VLM server waits while none answers, and the tick
    says why; the rest goes on. Subtitles that were put beside a video, or changed, make its transcript due.
    """
    n_asked = sum(n_unfinished(context.instance, job.name) for job in DESCRIBE_JOBS.values())
    budget = _RUNS_A_TICK - n_asked + _n_held(context.instance, archive)
    if budget <= 0:
        return dg.SkipReason("enough runs are waiting")
    absence = server_absence(archive.settings)
    before, looked = looked_so_far(context.cursor), dict[str, Looked]()
    requests: list[dg.RunRequest] = []
    lines: list[str] = []
    for collection in archive.collections():
        held = _held(archive, context.instance, collection)
        lines += [said(hold) for hold in held.values()]
        try:
            due, now = _look(archive, collection, before.get(collection.name), absence, [*held])
        except ArchiveError as error:  # its list of subtitles, its model: the collection waits, others do not
            lines.append(f"{collection.name}: {error.message}")
            continue
        asked = _requests(context.instance, collection, due)
        requests += asked[:budget]
        looked[collection.name] = replace(now, left=len(asked) >= budget)
        budget -= len(asked[:budget])
    waiting = sum(one.waiting for one in looked.values())
    waits = counted(waiting, "video or album waits", "videos or albums wait")
    lines += [f"{waits} for a VLM server: {absence}"] if waiting else []
    for line in lines:
        context.log.warning(line)
    context.update_cursor(as_cursor(looked))
    if requests:
        return dg.SensorResult(run_requests=requests)
    return dg.SkipReason("; ".join(lines) or "nothing is due")


def _look(
    archive: Archive, collection: Collection, last: Looked | None, absence: str | None, held: Names[str]
) -> tuple[list[Due], Looked]:
    """What is due and can be done, as far as `last` does not tell already; without the analyses that are `held` up."""
    stages = [stage for stage in asked_analyses(collection) if stage.name not in held]
    newest = archive.catalogue.sequence()
    now = Looked(newest, parameters_digest(archive, collection, stages), time.time())
    videos = to_compare(archive, collection, last, now, server_is_there=absence is None)
    due = due_analyses(archive, collection, stages, videos=videos, surroundings=_surroundings(collection.source))
    waiting = sum(not OF_A_SERVER.isdisjoint(one.analyses) for one in due) if absence else 0
    if last and videos is not None:
        now = replace(now, whole_at=last.whole_at)
        waiting = max(waiting, last.waiting)
    return without(due, OF_A_SERVER) if absence else due, replace(now, waiting=waiting)


def _n_held(instance: dg.DagsterInstance, archive: Archive) -> int:
    """How many runs wait in the queue for a setting to be put right: they keep no other collection waiting."""
    held = [{work_tag(hold.work): hold.collection} for hold in archive.catalogue.holds() if hold.work != INGEST]
    queued = [dg.DagsterRunStatus.QUEUED]
    jobs = [job.name for job in DESCRIBE_JOBS.values()]
    filters = (dg.RunsFilter(job_name=job, statuses=queued, tags=tags) for job in jobs for tags in held)
    return sum(instance.get_runs_count(one) for one in filters)


def _held(archive: Archive, instance: dg.DagsterInstance, collection: Collection) -> dict[str, Hold]:
    """By analysis, what holds it up: a policy that is wrong, say. The others are done."""
    names = [stage.name for stage in asked_analyses(collection)]
    return {name: hold for name in names if (hold := held_up(archive, instance, collection, name))}


@functools.cache
def _surroundings(source: Path) -> Surroundings:
    """Kept from tick to tick: listing all folders of a large archive on a network disk takes a while."""
    return Surroundings(source)


def server_absence(settings: Settings) -> str | None:
    """Why no VLM server can be asked, as a sentence; None where one answers."""
    if not settings.vlm_url:
        return "ARCHIVE_VLM_URL names none."
    try:
        served_models(settings.vlm_url, settings.vlm_key)
    except ArchiveError as error:
        return error.message
    return None


def describe_tags(collection: Collection) -> dict[str, str]:
    """What the collection's runs of these jobs carry; its ingests go first."""
    return {**run_tags(collection), "dagster/priority": str(collection.priority - 1)}


def _requests(instance: dg.DagsterInstance, collection: Collection, due: Sequence[Due]) -> list[dg.RunRequest]:
    """Requests for what nobody asked for yet."""
    requests: list[dg.RunRequest] = []
    objects = ANALYSES_OF[collection.kind]["objects"]
    for first in range(0, len(due), KEYS_A_QUERY):
        by_key = {f"{','.join(one.analyses)}:{one.key}": one for one in due[first : first + KEYS_A_QUERY]}
        requests += [
            dg.RunRequest(
                run_key=run_key,
                job_name=DESCRIBE_JOBS[collection.kind].name,
                partition_key=by_key[key].video.partition_key,
                asset_selection=[dg.AssetKey(name) for name in by_key[key].analyses],
                tags={
                    **describe_tags(collection),
                    **(GPU_TAGS if objects.name in by_key[key].analyses else {}),
                    REQUEST_TAG: key,
                },
            )
            for key, run_key in run_keys(instance, by_key).items()
        ]
        if len(requests) >= _RUNS_A_TICK:
            break
    return requests
