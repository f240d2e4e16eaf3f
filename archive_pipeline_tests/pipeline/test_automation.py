"""What Dagster does by itself: sensors, schedules, retries, checks, reports."""

import http.server
import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from archive_pipeline.assets.policy import VIDEOS
from archive_pipeline.automation.collection_automation import collection_automation
from archive_pipeline.automation.execution import LocalRuns
from archive_pipeline.automation.publication import publish_when_changed
from archive_pipeline.errors import PassingError
from archive_pipeline.search.edge import EdgeIndex
from archive_pipeline.settings import Settings
from archive_pipeline.stages.chain import ALBUM_CHAIN, CHAIN
from archive_pipeline_tests.pipeline.site import NAME, Site
from archive_pipeline_tests.thorough import thorough


def tick(site: Site, instance: dg.DagsterInstance) -> dg.SensorResult | dg.SkipReason:
    """Evaluate the collection's own sensor."""
    (sensor,) = (s for s in collection_automation(Settings()).sensors if s.name == NAME)
    result = evaluate(sensor, site, instance)
    assert isinstance(result, dg.SensorResult | dg.SkipReason)
    return result


def evaluate(sensor: dg.SensorDefinition, site: Site, instance: dg.DagsterInstance) -> Any:
    """One tick, as the daemon does it."""
    with dg.build_sensor_context(instance=instance, resources={"archive": site.archive}) as context:
        return sensor(context)


def run_requested(instance: dg.DagsterInstance, request: dg.RunRequest) -> bool:
    """What the daemon does with a request."""
    tags = {**request.tags, "dagster/run_key": request.run_key or ""}
    return LocalRuns(instance, "ingest_video").execute(request.partition_key, tags)[1]


def test_a_watched_collection_asks_for_each_new_video_once(
    site: Site, clips: dict[str, Path], instance: dg.DagsterInstance
) -> None:
    site.describe(watch=True, priority=7, tags={"team": "news"}, max_runs_per_tick=2)
    for name in ("first", "second", "third"):
        site.add(clips[name])
    first = tick(site, instance)
    assert isinstance(first, dg.SensorResult)
    requests = first.run_requests or []
    assert [request.partition_key for request in requests] == ["site/first.mp4", "site/second.mp4"]
    assert requests[0].tags["dagster/priority"] == "7"
    assert requests[0].tags["team"] == "news"
    assert requests[0].tags["archive/collection"] == "site"
    assert len(instance.get_dynamic_partitions(VIDEOS.name or "")) == 3
    assert all(run_requested(instance, request) for request in requests)
    second = tick(site, instance)
    assert isinstance(second, dg.SensorResult)
    (request,) = second.run_requests or []
    assert request.partition_key == "site/third.mp4"
    assert run_requested(instance, request)
    third = tick(site, instance)
    assert isinstance(third, dg.SkipReason)
    assert "3 known videos; nothing new" in (third.skip_message or "")


def recorded(instance: dg.DagsterInstance, request: dg.RunRequest, **tags: str) -> dg.DagsterRun:
    """The run that the daemon makes of a request, before anybody works on it."""
    return instance.create_run_for_job(
        LocalRuns(instance, "ingest_video")._job.get_definition(),
        tags={
            **request.tags,
            "dagster/partition": request.partition_key or "",
            "dagster/run_key": request.run_key or "",
            **{f"dagster/{name}": value for name, value in tags.items()},
        },
    )


def asked_for_once(site: Site, clip: Path, instance: dg.DagsterInstance) -> dg.RunRequest:
    """What the look at a watched collection with one clip asks for."""
    site.describe(watch=True)
    site.add(clip)
    first = tick(site, instance)
    assert isinstance(first, dg.SensorResult)
    (request,) = first.run_requests or []
    return request


def test_a_run_that_died_is_no_failure_of_its_video(
    site: Site, clips: dict[str, Path], instance: dg.DagsterInstance
) -> None:
    request = asked_for_once(site, clips["plain"], instance)
    run = recorded(instance, request)
    instance.report_run_failed(run)
    site.report_failure(instance, run.run_id)
    (entry,) = site.archive.catalogue.entries(NAME)
    assert (entry.status, entry.attempts) == ("new", 0)
    assert isinstance(tick(site, instance), dg.SkipReason), "Dagster is about to start it again"
    instance.add_run_tags(run.run_id, {"dagster/will_retry": "false"})  # the code server was away: Dagster gives up
    again = tick(site, instance)
    assert isinstance(again, dg.SensorResult)
    (second,) = again.run_requests or []
    assert second.partition_key == request.partition_key
    assert second.run_key != request.run_key


def test_a_video_whose_run_died_for_the_last_time_is_a_failure_and_asked_for_again_later(
    site: Site, clips: dict[str, Path], instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = asked_for_once(site, clips["plain"], instance)
    run = recorded(instance, request, retry_number="2")
    assert isinstance(tick(site, instance), dg.SkipReason), "it was asked for and is under way"
    instance.report_run_failed(run)
    site.report_failure(instance, run.run_id)
    (entry,) = site.archive.catalogue.entries(NAME)
    assert (entry.status, entry.error_code, entry.attempts) == ("failed", "run_failed", 1)
    assert isinstance(tick(site, instance), dg.SkipReason), "it pauses first"
    monkeypatch.setattr("archive_pipeline.collections.work.pause", lambda _: timedelta(0))
    again = tick(site, instance)
    assert isinstance(again, dg.SensorResult)
    assert [r.partition_key for r in again.run_requests or []] == ["site/plain.mp4"]


def test_the_tick_says_why_when_the_source_is_unmounted(
    site: Site, clips: dict[str, Path], instance: dg.DagsterInstance
) -> None:
    site.describe(watch=True)
    site.add(clips["plain"])
    site.ingest()
    elsewhere = site.source.rename(site.source.parent / "unmounted")
    skipped = tick(site, instance)
    assert isinstance(skipped, dg.SkipReason)
    assert "Nothing was removed" in (skipped.skip_message or "")
    assert site.rows("SELECT status FROM videos") == [("ready",)]
    elsewhere.rename(site.source)
    assert isinstance(tick(site, instance), dg.SkipReason)
    assert site.computed("frames") == 1


def test_a_schedule_looks_at_its_collection_in_its_time_zone(
    site: Site, clips: dict[str, Path], instance: dg.DagsterInstance
) -> None:
    site.describe(schedule={"cron": "30 3 * * *", "timezone": "Europe/Madrid"})
    site.add(clips["plain"])
    automation = collection_automation(Settings())
    (schedule,) = automation.schedules
    assert (schedule.name, schedule.cron_schedule, schedule.execution_timezone) == (NAME, "30 3 * * *", "Europe/Madrid")
    assert schedule.default_status == dg.DefaultScheduleStatus.RUNNING
    with dg.build_schedule_context(instance=instance, resources={"archive": site.archive}) as context:
        requests: Any = schedule(context)
    assert [request.partition_key for request in requests] == ["site/plain.mp4"]


@thorough
def test_a_removal_is_a_run_that_names_what_it_withdrew(
    site: Site, clips: dict[str, Path], instance: dg.DagsterInstance
) -> None:
    gone = site.add(clips["plain"])
    site.add(clips["other"])
    site.ingest()
    gone.unlink()
    site.ingest(accept_removals=True)
    (run,) = instance.get_runs(dg.RunsFilter(job_name="withdraw_videos"))
    messages = [entry.user_message for entry in instance.all_logs(run.run_id)]
    assert "withdrawn: site/plain.mp4" in messages
    assert instance.get_dynamic_partitions(VIDEOS.name or "") == ["site/other.mp4"]


def test_a_wrong_file_fails_its_own_tick_and_harms_no_other_collection(
    site: Site, clips: dict[str, Path], instance: dg.DagsterInstance
) -> None:
    site.describe(watch=True)
    site.add(clips["plain"])
    site.yaml.with_name("wrong.yaml").write_text("source: /nowhere\nfsp: 3\n", encoding="utf-8")
    assert isinstance(tick(site, instance), dg.SensorResult)
    (files,) = (s for s in collection_automation(Settings()).sensors if s.name == "collection_files")
    with pytest.raises(Exception, match=r"wrong\.yaml:2.*fps"):
        evaluate(files, site, instance)


def test_every_invariant_is_checked_for_every_video_and_holds(
    site: Site, clips: dict[str, Path], instance: dg.DagsterInstance
) -> None:
    site.add(clips["first"])
    site.ingest()
    (run,) = instance.get_runs(dg.RunsFilter(job_name="ingest_video"))
    evaluations = [
        event.dagster_event.asset_check_evaluation_data
        for event in instance.all_logs(run.run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION)
        if event.dagster_event
    ]
    assert {evaluation.check_name for evaluation in evaluations} == {
        "frame_times_increase",
        "embeddings_are_unit_and_finite",
        "shots_tile_the_video",
        "shots_nest",
        "points_are_exactly_the_shots",
    }
    assert all(evaluation.passed and evaluation.blocking for evaluation in evaluations)


@thorough
def test_materializations_carry_numbers_and_small_pictures(site: Site, clips: dict[str, Path]) -> None:
    site.add(clips["first"])
    site.ingest()
    (event,) = site.materializations("shots")
    metadata = event.metadata
    assert metadata["dagster/row_count"].value == site.rows("SELECT count(*) FROM shots")[0][0]
    for name in ("contact_sheet", "timeline"):
        picture = str(metadata[name].value)
        assert picture.startswith("![")
        assert len(picture) < 30_000
    (event,) = site.materializations("embeddings")
    assert {"device", "precision", "batch_size", "realtime_factor"} <= set(event.metadata)


def test_a_permanent_failure_is_not_retried_and_carries_code_and_sentence(
    site: Site, instance: dg.DagsterInstance
) -> None:
    (site.source / "text.mp4").write_text("this is text, not a video\n" * 50)
    assert site.ingest() == {"site/text.mp4": False}
    (run,) = instance.get_runs(dg.RunsFilter(job_name="ingest_video"))
    logs = instance.all_logs(run.run_id)
    failures = [e.dagster_event for e in logs if e.dagster_event and e.dagster_event.is_step_failure]
    (failure,) = failures
    data: Any = failure.event_specific_data
    assert data.user_failure_data.metadata["error_code"].value == site.rows("SELECT error_code FROM failures")[0][0]
    assert not [e for e in logs if e.dagster_event and e.dagster_event.is_step_up_for_retry]


class _Busy:
    """Makes the index fail for the first few writes, as a server that restarts would."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, failures: int) -> None:
        self.left = failures
        real = EdgeIndex.replace_videos

        def flaky(index: EdgeIndex, *arguments: Any) -> None:
            if self.left > 0:
                self.left -= 1
                raise PassingError("qdrant_unreachable", "Qdrant does not answer.")
            real(index, *arguments)

        monkeypatch.setattr(EdgeIndex, "replace_videos", flaky)


@thorough
def test_a_passing_error_is_retried_within_the_run(
    site: Site, clips: dict[str, Path], instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.add(clips["plain"])
    _Busy(monkeypatch, failures=1)
    assert site.ingest() == {"site/plain.mp4": True}
    (run,) = instance.get_runs(dg.RunsFilter(job_name="ingest_video"))
    retries = [e for e in instance.all_logs(run.run_id) if e.dagster_event and e.dagster_event.is_step_up_for_retry]
    assert len(retries) == 1
    assert site.rows("SELECT count(*) FROM failures") == [(0,)]


@pytest.fixture
def webhook() -> Iterator[tuple[str, list[dict[str, str]]]]:
    """A real HTTP server that keeps what it is sent."""
    received: list[dict[str, str]] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            received.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/", received
    server.shutdown()


@thorough
def test_a_failed_video_is_reported_once_to_the_webhook(
    site: Site,
    instance: dg.DagsterInstance,
    webhook: tuple[str, list[dict[str, str]]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    url, received = webhook
    monkeypatch.setenv("ARCHIVE_FAILURE_WEBHOOK", url)
    (site.source / "empty.mp4").touch()
    site.ingest()
    (run,) = instance.get_runs(dg.RunsFilter(job_name="ingest_video"))
    site.report_failure(instance, run.run_id)
    (sent,) = received
    assert (sent["video_id"], sent["stage"], sent["run_id"]) == ("site/empty.mp4", "source_video", run.run_id)
    assert sent["error_code"] == site.rows("SELECT error_code FROM failures")[0][0]


def test_publishing_is_asked_for_when_something_changed(
    site: Site, clips: dict[str, Path], instance: dg.DagsterInstance
) -> None:
    site.add(clips["plain"])
    ingestion = site._ingestion()
    _, videos = ingestion.prepare()
    site.run(ingestion, videos[0])
    assert isinstance(evaluate(publish_when_changed, site, instance), dg.RunRequest)
    assert site.publish(ingestion)
    ingestion.close()
    assert isinstance(evaluate(publish_when_changed, site, instance), dg.SkipReason)


@pytest.mark.usefixtures("site")
def test_the_project_shows_what_its_users_expect() -> None:
    from archive_pipeline.definitions import defs

    graph = defs.resolve_asset_graph()
    for stage in (*CHAIN, *ALBUM_CHAIN):
        node = graph.get(dg.AssetKey(stage.name))
        assert node.code_version == stage.code_version
        assert node.group_name != "default"
        assert node.kinds
        assert node.owners
        assert node.description
        assert "dagster/column_schema" in node.metadata
    repository = defs.get_repository_def()
    for automation in (*repository.sensor_defs, *repository.schedule_defs, *repository.get_all_jobs()):
        assert automation.description or automation.name.startswith("__"), automation.name
    job = defs.resolve_job_def("ingest_video")
    assert "dagster-k8s/config" not in job.tags  # it asks an encoder
    assert job.tags["dagster-celery/queue"] == "cpu"
    embeddings = job.graph.node_named("embeddings").definition
    assert isinstance(embeddings, dg.OpDefinition)
    assert embeddings.pool is None  # the encoder process keeps the order: no run waits for a place, or holds one
    assert embeddings.tags["dagster-celery/queue"] == "cpu"


def test_retry_from_failure_runs_only_what_failed(
    site: Site, clips: dict[str, Path], instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.add(clips["plain"])
    with monkeypatch.context() as broken:
        broken.setattr(EdgeIndex, "replace_videos", lambda *_: 1 / 0)
        assert site.ingest() == {"site/plain.mp4": False}
    failures = site.rows("SELECT stage, error_code, permanent FROM failures")
    assert failures == [("qdrant_points", "internal_error", False)]
    (failed,) = instance.get_runs(dg.RunsFilter(job_name="ingest_video"))
    job = dg.build_reconstructable_job(
        "archive_pipeline.definitions", "job_named", reconstructable_args=("ingest_video",)
    )
    options = dg.ReexecutionOptions.from_failure(failed.run_id, instance)
    with dg.execute_job(job, instance, reexecution_options=options, tags=failed.tags) as again:
        assert again.success
        steps = {event.step_key for event in again.all_events if event.is_step_success}
    assert steps == {"qdrant_points", "video_statistics"}
    assert site.archive.catalogue.entries(NAME)[0].status == "ready"
