"""One clear line for every failed video, in the log and, where one is set, at a webhook."""

import json
import urllib.request
from collections.abc import Collection, Mapping

import dagster as dg
from dagster._core.events import RunFailureReason
from dagster._core.storage.tags import MAX_RETRIES_TAG, RETRY_NUMBER_TAG, RUN_FAILURE_REASON_TAG

from archive_pipeline.automation.discovery import REQUEST_TAG
from archive_pipeline.automation.jobs import DESCRIBE_JOBS, INGEST_JOBS
from archive_pipeline.automation.machine_tags import WORK_TAG
from archive_pipeline.errors import PassingError
from archive_pipeline.resources.archive import PARTITION_TAG, Archive
from archive_pipeline.resources.work import HOLDS_UP
from archive_pipeline.stages import outcomes
from archive_pipeline.stages.chain import ANALYSES, ANALYSES_OF, CHAIN_OF
from archive_pipeline.stages.parameters import analysis_plans, asked_analyses
from archive_pipeline.stages.preflight import hold_of
from archive_pipeline.store.naming import VideoName

_WEBHOOK_TIMEOUT_S = 10.0
_ANALYSES = frozenset(stage.name for stage in ANALYSES)
_STAGES = {
    **{job.name: {stage.name for stage in CHAIN_OF[kind]} for kind, job in INGEST_JOBS.items()},
    **{job.name: {stage.name for stage in ANALYSES_OF[kind].values()} for kind, job in DESCRIBE_JOBS.items()},
}
"""What a run of a backfill does, which is of none of these jobs, as one of them."""
_DAGSTERS_OWN = ("dagster/", ".dagster/")
_DESCRIBING = frozenset(job.name for job in DESCRIBE_JOBS.values())


@dg.run_failure_sensor(
    minimum_interval_seconds=15,
    request_jobs=[*INGEST_JOBS.values(), *DESCRIBE_JOBS.values()],
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Logs which video failed, why and with which code; posts it to ARCHIVE_FAILURE_WEBHOOK, if set.",
)
def report_failed_videos(context: dg.RunFailureSensorContext, archive: Archive) -> dg.RunRequest | None:
    """Say which video failed, why and with which code; post it to ARCHIVE_FAILURE_WEBHOOK where that is set.

    A run that met what holds its whole collection up is asked for again: it waits in the queue until that is put right.
    """
    run = context.dagster_run
    key = run.tags.get(PARTITION_TAG)
    if not key:
        return None  # publishing and withdrawing say for themselves what went wrong
    if will_be_tried_again(context.instance, run):
        context.log.info(f"run {run.run_id} lost its process, which is no fault of its video; it is started again")
        return None
    record = context.instance.get_run_record_by_id(run.run_id)
    began = (record.start_time or record.create_timestamp.timestamp()) if record else 0.0
    asked = {key.to_user_string() for key in run.asset_selection or ()}
    steps = context.get_step_failure_events()
    if held := [facts for event in steps if HOLDS_UP in (facts := _facts(event))]:
        hold = hold_of(archive.catalogue, VideoName.from_partition_key(key).collection, held[0][HOLDS_UP])
        _tell(context, archive, held_report(run, held[0], hold.message if hold else "It has been put right since."))
        return _asked_again(run)
    failed_steps = {str(event.step_key) for event in steps}
    analyses = asked or (_ANALYSES if run.job_name in _DESCRIBING else failed_steps)
    if analyses and (analyses <= _ANALYSES or (failed_steps and failed_steps <= _ANALYSES)):
        record_crashed_analyses(archive, VideoName.from_partition_key(key), analyses & _ANALYSES, began, failed_steps)
        report = analysis_report(archive, run, began)
    else:
        record_unexplained(archive, VideoName.from_partition_key(key), began, context.failure_event.message)
        report = failure_report(archive, run)
    _tell(context, archive, report)
    return None


def _tell(context: dg.RunFailureSensorContext, archive: Archive, report: dict[str, str]) -> None:
    context.log.error(f"{report['video_id']}: {report['message']} [{report['error_code']}]")
    if archive.settings.failure_webhook:
        post_json(archive.settings.failure_webhook, report)


def _facts(event: dg.DagsterEvent) -> dict[str, str]:
    """What the failure of a step says of itself (`resources/work.py`)."""
    failure = event.step_failure_data.user_failure_data
    return {name: str(value.value) for name, value in failure.metadata.items()} if failure else {}


def _asked_again(run: dg.DagsterRun) -> dg.RunRequest | None:
    """None for what others ask for again: the sensors for their own runs, a person for those of a command line."""
    was_queued = any(tag.startswith(WORK_TAG) for tag in run.tags)
    assets = {key.to_user_string() for key in run.asset_selection or ()}
    job = next((job for job, stages in _STAGES.items() if assets <= stages and (assets or job == run.job_name)), None)
    if job is None or REQUEST_TAG in run.tags or not was_queued:
        return None
    return dg.RunRequest(
        f"again:{run.run_id}",
        job_name=job,
        partition_key=run.tags[PARTITION_TAG],
        asset_selection=[*run.asset_selection] if run.asset_selection else None,
        tags={name: value for name, value in run.tags.items() if not name.startswith(_DAGSTERS_OWN)},
    )


def will_be_tried_again(instance: dg.DagsterInstance, run: dg.DagsterRun) -> bool:
    """Whether a run that failed may be retried by Dagster (`run_retries` of dagster.yaml): it failed in none of its
    steps, and not for the last time."""
    if not instance.run_retries_enabled or run.tags.get(RUN_FAILURE_REASON_TAG) == RunFailureReason.STEP_FAILURE.value:
        return False
    return int(run.tags.get(RETRY_NUMBER_TAG, 0)) < int(run.tags.get(MAX_RETRIES_TAG, instance.run_retries_max_retries))


def record_unexplained(archive: Archive, video: VideoName, began: float, message: str | None = None) -> None:
    """A run that failed without saying why is a failure too: it is tried again, ever more rarely.

    `began` is when the run began (Unix time): what was recorded since then is its own word. Without a `message` its
    process died.
    """
    entry = archive.catalogue.entry(video)
    if entry and (entry.finished_at is None or entry.finished_at.timestamp() < began):
        text = message or "The process of the run died, out of memory perhaps; the run's log may say why."
        error = PassingError("run_failed" if message else "run_crashed", text)
        outcomes.record_failure(archive.lake, archive.catalogue, archive.index, video, "run", error)


def record_crashed_analyses(
    archive: Archive, video: VideoName, analyses: Collection[str], began: float, failed_steps: Collection[str]
) -> None:
    """The analyses of a run whose process died, which could not say so themselves: they are due again after a pause.

    Where a step failed, the process lived, and every step that was begun has spoken for itself.
    """
    entry = archive.catalogue.entry(video)
    if failed_steps or entry is None:
        return
    ended = {one.analysis: one.finished_at.timestamp() for one in archive.catalogue.analyses(video.collection, video)}
    error = PassingError(
        "run_crashed", "The process of the run died, out of memory perhaps; the run's log may say why."
    )
    collection = archive.collection(video.collection)
    wanted = {stage.name for stage in asked_analyses(collection)} & set(analyses)
    for stage in ANALYSES:
        if stage.name in wanted and ended.get(stage.name, 0.0) < began:
            plan = analysis_plans([stage], collection, archive.settings)[stage.name](entry) or ""
            outcomes.record_analysis(archive.lake, archive.catalogue, video, stage.name, plan, error)


def failure_report(archive: Archive, run: dg.DagsterRun) -> dict[str, str]:
    """What a person on call wants to know of a failed run."""
    key = run.tags.get(PARTITION_TAG, "")
    video = VideoName.from_partition_key(key) if key else None
    entry = archive.catalogue.entry(video) if video else None
    failed = entry if entry and entry.status == "failed" else None
    return {
        "video_id": video.video_id if video else "",
        "stage": (failed.stage if failed else None) or "",
        "error_code": (failed.error_code if failed else None) or "run_failed",
        "message": (failed.message if failed else None) or "the run ended without a result; its log says why",
        "run_id": run.run_id,
    }


def held_report(run: dg.DagsterRun, facts: Mapping[str, str], message: str) -> dict[str, str]:
    """The same for a run that met what would fail every video of its collection: no video has failed."""
    return {
        "video_id": facts["video_id"],
        "stage": facts[HOLDS_UP],
        "error_code": facts["error_code"],
        "message": f"{message} Every other video of the collection waits for that, and goes on by itself.",
        "run_id": run.run_id,
    }


def analysis_report(archive: Archive, run: dg.DagsterRun, began: float) -> dict[str, str]:
    """The same for a run that analyses a finished video; the video itself is well."""
    video = VideoName.from_partition_key(run.tags[PARTITION_TAG])
    ended = archive.catalogue.analyses(video.collection, video)
    failed = [one for one in ended if one.status == "failed" and one.finished_at.timestamp() >= began]
    return {
        "video_id": video.video_id,
        "stage": ", ".join(one.analysis for one in failed),
        "error_code": (failed[0].error_code if failed else None) or "run_failed",
        "message": "; ".join(one.message or "" for one in failed) or "the run ended without a result; its log says why",
        "run_id": run.run_id,
    }


def post_json(url: str, report: dict[str, str]) -> None:
    """POST the report; an HTTP error or an unreachable host raises OSError, which the sensor's tick shows."""
    request = urllib.request.Request(
        url, data=json.dumps(report).encode(), headers={"Content-Type": "application/json"}, method="POST"
    )
    with urllib.request.urlopen(request, timeout=_WEBHOOK_TIMEOUT_S):
        pass
