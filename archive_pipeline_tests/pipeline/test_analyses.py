"""What is said about finished videos: when it is asked for, what a failure touches, what is shown of old shots."""

import http.server
import threading
import time
from collections.abc import Iterator
from datetime import timedelta

import dagster as dg
import pytest
import yaml
from typer.testing import CliRunner

from archive_pipeline.automation.describe_sensor import describe_when_ready
from archive_pipeline.automation.described_so_far import Looked, looked_so_far, parameters_digest, to_compare
from archive_pipeline.automation.due_analyses import due_analyses
from archive_pipeline.automation.execution import LocalRuns
from archive_pipeline.cli.app import app
from archive_pipeline.definitions import defs
from archive_pipeline.stages.parameters import asked_analyses
from archive_pipeline.store.naming import VideoName
from archive_pipeline_tests.pipeline.conftest import Ingested
from archive_pipeline_tests.pipeline.site import NAME, Site
from archive_pipeline_tests.thorough import mostly_thorough, thorough
from archive_pipeline_tests.waiting import until

FIRST = VideoName(NAME, b"first.mp4")
_MODELS = b'{"data": [{"id": "a-model"}]}'


@pytest.fixture
def ready(site: Site, ingested: Ingested, monkeypatch: pytest.MonkeyPatch) -> Site:
    """One ingested video that nothing is said about; no server named."""
    monkeypatch.delenv("ARCHIVE_VLM_URL", raising=False)
    return ingested.copy(site, "first")


@pytest.fixture
def vlm_list(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A server that offers a model; nothing is asked of it here."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(_MODELS)

        def log_message(self, format: str, *args: object) -> None: ...

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("ARCHIVE_VLM_URL", f"http://127.0.0.1:{server.server_port}/v1")
    yield
    server.shutdown()


def asked(found: dg.SensorResult | dg.SkipReason) -> list[tuple[str, set[str]]]:
    requests = found.run_requests or [] if isinstance(found, dg.SensorResult) else []
    return [
        (str(request.partition_key), {key.to_user_string() for key in request.asset_selection or ()})
        for request in requests
    ]


def run(instance: dg.DagsterInstance, video: VideoName, *assets: str, key: str = "") -> tuple[str, bool]:
    tags = {"dagster/run_key": key} if key else {}
    return LocalRuns(instance, "describe_video").execute(video.partition_key, tags, assets=assets)


def test_a_ready_video_is_described_once(ready: Site, instance: dg.DagsterInstance) -> None:
    first = ready.describing_tick(instance)
    assert asked(first) == [(FIRST.partition_key, {"concepts", "transcript"})]
    assert isinstance(first, dg.SensorResult)
    (request,) = first.run_requests or []
    assert run(instance, FIRST, "concepts", "transcript", key=request.run_key or "")[1]
    assert asked(ready.describing_tick(instance)) == []
    ready.describe(language="es")
    assert asked(ready.describing_tick(instance)) == [(FIRST.partition_key, {"transcript"})], (
        "what depends on the language"
    )


def test_a_tick_goes_by_what_changed_since_the_one_before(
    ready: Site, instance: dg.DagsterInstance, request: pytest.FixtureRequest
) -> None:
    cursor: str | None = None

    def next_tick() -> list[tuple[str, set[str]]]:
        nonlocal cursor
        with dg.build_sensor_context(instance, cursor=cursor, resources={"archive": ready.archive}) as context:
            found = describe_when_ready(context)
            cursor = context.cursor
        assert isinstance(found, dg.SensorResult | dg.SkipReason)
        return asked(found)

    def compared() -> list[VideoName] | None:
        collection = ready.archive.collection(NAME)
        newest, digest = (
            ready.archive.catalogue.sequence(),
            parameters_digest(ready.archive, collection, asked_analyses(collection)),
        )
        now = Looked(newest, digest, time.time())
        return to_compare(ready.archive, collection, looked_so_far(cursor).get(NAME), now, server_is_there=False)

    assert compared() is None, "the first look is at all videos"
    assert next_tick() == [(FIRST.partition_key, {"concepts", "transcript"})]
    assert compared() == []
    assert run(instance, FIRST, "concepts", "transcript")[1]
    assert compared() == [FIRST]
    assert next_tick() == []
    assert compared() == []
    ready.archive.catalogue.forget_analyses([(FIRST, "concepts")])
    assert compared() == [FIRST], "what failed and may pass is looked at until it is done"
    assert run(instance, FIRST, "concepts")[1]
    ready.describe(language="es")
    assert compared() is None, "other parameters concern all videos"
    assert next_tick() == [(FIRST.partition_key, {"transcript"})]
    assert run(instance, FIRST, "transcript")[1]
    ready.describe(language="es", analyses=["concepts", "transcript", "descriptions"])
    assert next_tick() == []
    request.getfixturevalue("vlm_list")
    assert next_tick() == [(FIRST.partition_key, {"descriptions", "summaries"})], "what waited for the server"
    cursor = "of another version"
    assert next_tick() == [(FIRST.partition_key, {"descriptions", "summaries"})]


def test_subtitles_that_come_later_make_the_transcript_due(ready: Site, instance: dg.DagsterInstance) -> None:
    def due() -> list[tuple[str, ...]]:
        return [one.analyses for one in due_analyses(ready.archive, ready.archive.collection(NAME))]

    assert run(instance, FIRST, "concepts", "transcript")[1]
    assert due() == []
    assert asked(ready.describing_tick(instance)) == []
    (ready.source / "first.en.srt").write_text("1\n00:00:01,000 --> 00:00:02,000\nHello there.\n")
    assert due() == [("transcript",)]
    found = until(lambda: asked(ready.describing_tick(instance)), "a request")  # it has listed the folder a moment ago
    assert found == [(FIRST.partition_key, {"transcript"})]

    away = ready.source.with_name("away")
    ready.source.rename(away)
    assert due() == [], "nothing is known of a source that is not mounted"
    ready.source.mkdir()
    assert due() == []
    ready.source.rmdir()
    away.rename(ready.source)

    assert run(instance, FIRST, "transcript")[1]
    assert ready.archive.lake.read("transcripts", FIRST)["text"].to_list() == ["Hello there."]
    assert due() == []
    (ready.source / "first.en.srt").unlink()
    assert due() == [("transcript",)]


def test_what_needs_a_server_waits_for_it_and_the_rest_does_not(
    ready: Site, instance: dg.DagsterInstance, request: pytest.FixtureRequest
) -> None:
    ready.describe(analyses=["concepts", "descriptions"])
    assert asked(ready.describing_tick(instance)) == [(FIRST.partition_key, {"concepts"})]
    assert run(instance, FIRST, "concepts")[1]
    waiting = ready.describing_tick(instance)
    assert isinstance(waiting, dg.SkipReason)
    assert "1 video or album waits for a VLM server" in (waiting.skip_message or "")
    request.getfixturevalue("vlm_list")
    assert asked(ready.describing_tick(instance)) == [(FIRST.partition_key, {"descriptions", "summaries"})]


def test_an_analysis_that_cannot_be_done_leaves_its_video_as_it_is(
    ready: Site, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = ready.archive.catalogue.entry(FIRST)
    run_id, success = run(instance, FIRST, "descriptions")
    assert not success
    after = ready.archive.catalogue.entry(FIRST)
    assert before is not None
    assert after is not None
    assert (after.status, after.finished_at, after.attempts) == ("ready", before.finished_at, 0)
    assert ready.ingest() == {}, "nothing is to be ingested again; it publishes"
    assert ready.rows("SELECT * FROM analyses") == [], "no other video would fare better"
    assert [(hold.work, hold.error_code) for hold in ready.archive.catalogue.holds()] == [
        ("descriptions", "no_vlm_server")
    ]
    assert ready.rows("SELECT count(*) FROM failures") == [(0,)], "the video itself is well"
    assert isinstance(ready.describing_tick(instance), dg.SensorResult)
    ready.describe(analyses=["descriptions"])
    monkeypatch.setenv("ARCHIVE_VLM_URL", "http://127.0.0.1:9/v1")
    archive = ready.archive
    assert [one.analyses for one in due_analyses(archive, archive.collection(NAME), asked_by_a_person=True)] == [
        ("descriptions", "summaries")
    ]
    ready.report_failure(instance, run_id)
    entry = archive.catalogue.entry(FIRST)
    assert entry is not None
    assert entry.status == "ready", "reporting the run does not make it a failure of the video"


@pytest.mark.parametrize(
    "job", mostly_thorough(["describe_video", "__ASSET_JOB"], ["describe_video"])
)  # the other is what a backfill of assets starts
def test_a_describing_run_that_died_is_due_again_and_its_video_stays_ready(
    ready: Site, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch, job: str
) -> None:
    asked_for = frozenset({dg.AssetKey("concepts"), dg.AssetKey("transcript")})
    implicit = job == "__ASSET_JOB"
    definition = defs.resolve_implicit_global_asset_job_def() if implicit else defs.resolve_job_def(job)
    run = instance.create_run_for_job(
        definition.get_subset(asset_selection=asked_for),
        asset_selection=asked_for,
        tags={"dagster/partition": FIRST.partition_key, "dagster/retry_number": "2"},  # for the last time
    )
    instance.report_run_failed(run)
    ready.report_failure(instance, run.run_id)
    entry = ready.archive.catalogue.entry(FIRST)
    assert entry is not None
    assert entry.status == "ready"
    ended = {one.analysis: one.error_code for one in ready.archive.catalogue.analyses(NAME, FIRST)}
    assert ended == {"concepts": "run_crashed", "transcript": "run_crashed"}
    assert asked(ready.describing_tick(instance)) == [], "they pause first"
    monkeypatch.setattr("archive_pipeline.automation.due_analyses.pause", lambda _: timedelta(0))
    assert asked(ready.describing_tick(instance)) == [(FIRST.partition_key, {"concepts", "transcript"})]


@thorough
def test_what_was_said_about_shots_that_are_gone_is_not_published(ready: Site, instance: dg.DagsterInstance) -> None:
    assert run(instance, FIRST, "concepts")[1]
    ready.ingest()
    assert ready.rows("SELECT count(DISTINCT shot_id) FROM concepts") == ready.rows("SELECT count(*) FROM shots")
    ready.describe(shots={"novelty_threshold": 0.01, "min_shot_s": 0.2})
    ready.ingest()
    assert ready.rows("SELECT count(*) FROM concepts ANTI JOIN shots USING (shot_id)") == [(0,)]
    assert asked(ready.describing_tick(instance)) == [(FIRST.partition_key, {"concepts", "transcript"})], (
        "new shots, new concepts"
    )


@thorough
def test_describe_on_the_command_line_does_what_is_due_and_says_what_waits(ready: Site) -> None:
    ready.describe(analyses=["transcript", "descriptions"])
    told = CliRunner().invoke(app, ["describe", NAME, "--jobs", "1", "--json"])
    assert told.exit_code == 3, told.output
    report = yaml.safe_load(told.stdout)
    assert (report["ran"], report["waiting_for_server"], report["failed"]) == (1, 1, [])
    assert ready.rows("SELECT analysis, status FROM analyses") == [("transcript", "done")]
    again = CliRunner().invoke(app, ["describe", NAME, "--only", "transcript", "--jobs", "1"])
    assert again.exit_code == 0
    assert "nothing to do" in again.output
    wrong = CliRunner().invoke(app, ["describe", NAME, "--only", "poems"])
    assert "unknown_analysis" in wrong.output
