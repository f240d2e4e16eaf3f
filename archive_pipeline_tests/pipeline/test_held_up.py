"""What would fail every video of a collection alike is found once, fails none of them, and goes on by itself."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest
from typer.testing import CliRunner

from archive_pipeline.automation.configuration import configuration
from archive_pipeline.automation.dagster_ui import DagsterUi
from archive_pipeline.automation.describe_sensor import describe_when_ready
from archive_pipeline.automation.execution import LocalRuns
from archive_pipeline.automation.queue import MachineQueue
from archive_pipeline.cli.app import app
from archive_pipeline.encoders.names import BUNDLED_FOLDER, WEIGHTS_FILES
from archive_pipeline.errors import ConfigurationError
from archive_pipeline.settings import Settings
from archive_pipeline.stages.chain import CHAIN
from archive_pipeline.stages.preflight import hold_up, preflight
from archive_pipeline.store.catalogue import INGEST, REMOVALS, Hold
from archive_pipeline.store.naming import VideoName
from archive_pipeline.web.archive import WebArchive
from archive_pipeline.web.status import look_at_status
from archive_pipeline_tests.pipeline.conftest import Ingested
from archive_pipeline_tests.pipeline.site import NAME, Site
from archive_pipeline_tests.pipeline.test_automation import evaluate, run_requested, tick
from archive_pipeline_tests.pipeline.test_queue import until
from archive_pipeline_tests.runtimes import own_runtime
from archive_pipeline_tests.thorough import thorough

_SHUT = ".dagster/archive_does_ingest"


@pytest.fixture
def watched(site: Site, clips: dict[str, Path]) -> Site:
    """Three videos that nobody has ingested yet."""
    site.describe(watch=True)
    for name in ("first", "second", "third"):
        site.add(clips[name])
    return site


@pytest.fixture
def runtime(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An encoder of this test's own."""
    with own_runtime(monkeypatch) as folder:
        yield folder


def holds(site: Site) -> list[tuple[str, str]]:
    return [(hold.work, hold.error_code) for hold in site.archive.catalogue.holds()]


def standings(site: Site) -> tuple[int, int, int]:
    """Ready, failed and pending videos."""
    standing = site.archive.catalogue.standings()[NAME]
    return standing.ready, standing.failed, standing.pending


def test_a_wrong_setting_stops_an_ingest_before_any_run(watched: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARCHIVE_FFMPEG", "/nowhere/ffmpeg")
    with pytest.raises(ConfigurationError, match="ARCHIVE_FFMPEG names /nowhere/ffmpeg"):
        watched.prepare()
    assert holds(watched) == [(INGEST, "ffmpeg_missing")]
    shown = CliRunner().invoke(app, ["status", "--json"])
    assert [one["error_code"] for one in json.loads(shown.stdout)["held"]] == ["ffmpeg_missing"]
    monkeypatch.delenv("ARCHIVE_FFMPEG")
    assert len(watched.prepare()[1]) == 3
    assert holds(watched) == []


def test_a_model_that_does_not_load_stops_an_ingest_and_fails_no_video(watched: Site, runtime: Path) -> None:
    folder = runtime / "model"
    shutil.copytree(BUNDLED_FOLDER, folder)
    weights = folder / WEIGHTS_FILES[0]
    whole = weights.read_bytes()
    weights.write_bytes(whole[: len(whole) // 2])
    watched.describe(model=f"local-dir:{folder}")
    ended = command_line("ingest", NAME, "--jobs", "1", "--json")
    assert ended.returncode == 1, ended.stderr
    assert json.loads(ended.stdout)["error_code"] == "checkpoint_unreadable"
    assert standings(watched) == (0, 0, 3)
    assert holds(watched) == [(INGEST, "checkpoint_unreadable")]
    weights.write_bytes(whole)
    ended = command_line("ingest", NAME, "--jobs", "1", "--json")
    assert json.loads(ended.stdout)["ready"] == 3, ended.stderr
    assert holds(watched) == []


def command_line(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "archive_pipeline", *words], capture_output=True, text=True, timeout=600, check=False
    )


def test_a_tick_asks_for_nothing_while_a_setting_is_wrong_and_for_all_of_it_afterwards(
    watched: Site, instance: dg.DagsterInstance
) -> None:
    watched.describe(watch=True, decoder="cuda")
    skipped = tick(watched, instance)
    assert isinstance(skipped, dg.SkipReason)
    assert "[decoder_unavailable]" in (skipped.skip_message or "")
    told = evaluate(configuration, watched, instance)
    assert "[decoder_unavailable]" in (told.skip_message or "")
    watched.describe(watch=True)
    assert evaluate(configuration, watched, instance).skip_message == "nothing is held up"
    asked = tick(watched, instance)
    assert isinstance(asked, dg.SensorResult)
    assert len(asked.run_requests or []) == 3


def test_a_run_that_meets_it_is_no_failure_of_its_video_and_asked_for_again(
    watched: Site, instance: dg.DagsterInstance
) -> None:
    asked = tick(watched, instance)
    assert isinstance(asked, dg.SensorResult)
    first = (asked.run_requests or [])[0]
    watched.describe(watch=True, decoder="cuda")  # changed while the runs were on their way
    assert not run_requested(instance, first)
    assert standings(watched) == (0, 0, 3)
    assert holds(watched) == [(INGEST, "decoder_unavailable")]
    (run,) = instance.get_runs()
    watched.report_failure(instance, run.run_id)
    assert standings(watched) == (0, 0, 3), "the sensor of failures takes it for none either"
    watched.describe(watch=True)
    evaluate(configuration, watched, instance)
    site_hold = watched.archive.catalogue.holds()
    assert [hold.is_shut for hold in site_hold] == [True], "what a run met waits for its pause"
    assert preflight_of_a_person(watched) is None
    again = tick(watched, instance)
    assert isinstance(again, dg.SensorResult)
    assert first.partition_key in [request.partition_key for request in again.run_requests or []]
    assert all(run_requested(instance, request) for request in again.run_requests or [])


def preflight_of_a_person(site: Site) -> Hold | None:
    archive = site.archive
    return preflight(archive.catalogue, archive.collection(NAME), INGEST, archive.settings, asked_by_a_person=True)


def test_the_queue_begins_no_run_of_held_work_then_one_then_all(site: Site) -> None:
    queue, catalogue = MachineQueue(), site.archive.catalogue

    def limit() -> list[int]:
        limits = queue.get_run_queue_config().tag_concurrency_limits
        return [one["limit"] for one in limits if (one["key"], one.get("value")) == (_SHUT, NAME)]

    assert limit() == []
    hold_up(catalogue, NAME, INGEST, ConfigurationError("detector_unsupported", "No."))
    hold_up(catalogue, NAME, INGEST, ConfigurationError("detector_unsupported", "No."))
    assert limit() == [0]
    (hold,) = catalogue.holds()
    assert hold.tries == 1, "runs that were under way at the same time count as one try"
    passed = datetime.now(UTC) - timedelta(seconds=1)
    catalogue.hold(Hold(NAME, INGEST, hold.error_code, hold.message, hold.since, hold.tries, passed))
    assert limit() == [1]
    hold_up(catalogue, NAME, INGEST, ConfigurationError("detector_unsupported", "No."))
    (again,) = catalogue.holds()
    assert (again.tries, again.since, again.is_shut) == (2, hold.since, True)
    catalogue.release(NAME, INGEST)
    assert limit() == []


def test_a_wrong_policy_holds_findings_up_and_no_other_analysis(
    site: Site, ingested: Ingested, instance: dg.DagsterInstance
) -> None:
    site = ingested.copy(site, "plain")
    site.describe(analyses=["concepts", "findings"], policies=["nobody_wrote_it"])
    asked = evaluate(describe_when_ready, site, instance)
    assert isinstance(asked, dg.SensorResult), asked
    (request,) = asked.run_requests or []
    names = {key.to_user_string() for key in request.asset_selection or ()}
    assert "concepts" in names
    assert "findings" not in names
    assert [work for work, _ in holds(site)] == ["findings"]
    ended = CliRunner().invoke(app, ["describe", NAME, "--only", "findings", "--json"])
    assert [one["work"] for one in json.loads(ended.stdout)["held"]] == ["findings"]
    assert ended.exit_code == 3
    assert site.archive.catalogue.analyses(NAME) == []


def test_an_analysis_of_pictures_that_the_file_does_not_keep_is_held_up_and_fails_no_video(
    site: Site, ingested: Ingested, instance: dg.DagsterInstance
) -> None:
    site = ingested.copy(site, "plain")
    asked_for = ["concepts", "visible_text", "reuses"]
    site.describe(analyses=asked_for, pictures="keyframes")
    evaluate(describe_when_ready, site, instance)
    assert holds(site) == [("reuses", "no_pictures_kept")]
    site.describe(analyses=asked_for, pictures="none")
    evaluate(describe_when_ready, site, instance)
    assert holds(site) == [("reuses", "no_pictures_kept"), ("visible_text", "no_pictures_kept")]
    site.describe(analyses=asked_for)
    evaluate(configuration, site, instance)
    assert holds(site) == []


@pytest.fixture
def broken_detector(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`own`: a checkpoint whose files are there, and cannot be loaded."""
    folder = tmp_path / "detector"
    folder.mkdir()
    for name in ("config.json", "preprocessor_config.json"):
        (folder / name).write_text("{}", encoding="utf-8")
    (folder / "model.safetensors").write_bytes(b"no weights")
    monkeypatch.setenv("ARCHIVE_DETECTORS", json.dumps({"own": str(folder)}))


@pytest.mark.usefixtures("broken_detector")
def test_descriptions_of_boxes_wait_with_the_detector_that_does_not_load(
    site: Site, ingested: Ingested, instance: dg.DagsterInstance
) -> None:
    site = ingested.copy(site, "plain")
    boxed = {"objects": {"detector": "own"}, "descriptions": {"regions": True}}
    site.describe(analyses=["objects", "descriptions"], **boxed)
    runs = LocalRuns(instance, "describe_video")
    assert not runs.execute(f"{NAME}/plain.mp4", assets=["objects", "descriptions"])[1]
    (first, why), (second, same) = holds(site)
    assert (first, second) == ("descriptions", "objects")
    assert why == same
    assert site.archive.catalogue.analyses(NAME) == [], "no video has failed"
    evaluate(configuration, site, instance)
    assert len(holds(site)) == 2
    site.describe(analyses=["descriptions"], objects=boxed["objects"])
    for _ in range(2):  # nobody asks for objects any more, so that nothing keeps descriptions
        evaluate(configuration, site, instance)
    assert "objects" not in [work for work, _ in holds(site)]


@thorough
@pytest.mark.usefixtures("broken_detector")
def test_a_run_that_meets_it_in_describe_lets_the_other_videos_be(site: Site, ingested: Ingested) -> None:
    site = ingested.copy(site, "plain", "other")
    site.describe(analyses=["objects", "concepts"], objects={"detector": "own"})
    ended = command_line("describe", NAME, "--jobs", "1", "--json")
    report = json.loads(ended.stdout)
    assert [one["work"] for one in report["held"]] == ["objects"], ended.stderr
    assert report["failed"] == []
    done = [(one.video.path, one.analysis) for one in site.archive.catalogue.analyses(NAME)]
    assert done == [(b"other.mp4", "concepts"), (b"plain.mp4", "concepts")]
    with dg.DagsterInstance.get() as instance:
        assert sum(run.status == dg.DagsterRunStatus.FAILURE for run in instance.get_runs()) == 1


@thorough
def test_a_backfill_waits_in_the_queue_and_goes_on_by_itself(
    site: Site, clips: dict[str, Path], ui: DagsterUi, instance: dg.DagsterInstance
) -> None:
    for name in ("first", "second", "third", "plain", "other"):
        site.add(clips[name])
    _, videos = site.prepare()
    site.describe(decoder="cuda")
    ui.wait()
    ui.launch_backfill([stage.name for stage in CHAIN], [video.partition_key for video in videos])
    until(lambda: bool(holds(site)), within_s=300)
    site.describe()
    catalogue = site.archive.catalogue
    (hold,) = catalogue.holds()
    soon = datetime.now(UTC) + timedelta(seconds=1)
    catalogue.hold(Hold(NAME, INGEST, hold.error_code, hold.message, hold.since, hold.tries, soon))
    until(lambda: standings(site) == (5, 0, 0), within_s=600)
    assert holds(site) == []
    assert instance.get_runs_count(dg.RunsFilter(statuses=[dg.DagsterRunStatus.FAILURE])) < 5


def test_removals_that_wait_for_a_word_are_shown_with_the_command_until_it_is_given(
    site: Site, ingested: Ingested, instance: dg.DagsterInstance
) -> None:
    site = ingested.copy(site, "plain", "other")
    site.describe(watch=True)
    away = (site.source / "other.mp4").rename(site.home.parent / "other.mp4")
    tick(site, instance)
    assert evaluate(configuration, site, instance).skip_message == "nothing is held up", "no run waits for it"
    shown = CliRunner().invoke(app, ["status"]).output
    assert "1 of 2 known videos (50%) vanished at once" in " ".join(shown.split())
    assert f"archive-pipeline ingest {NAME} --accept-removals" in " ".join(shown.split())
    [hold] = look_at_status(WebArchive(Settings())).holds
    assert (hold.work, hold.error_code) == (REMOVALS, "removals_held")
    shutil.copyfile(away, site.source / "other.mp4")
    tick(site, instance)
    assert holds(site) == [], "they are back"
    (site.source / "other.mp4").unlink()
    tick(site, instance)
    assert [work for work, _ in holds(site)] == [REMOVALS]
    site.ingest(accept_removals=True)
    assert holds(site) == []
    [(removed_at,)] = site.rows("SELECT removed_at FROM videos WHERE status = 'removed'")
    other = VideoName(NAME, b"other.mp4")
    kept = site.archive.lake.read("outcomes", other)["removed_at"].item()
    assert abs(removed_at - kept) < timedelta(milliseconds=1), "a catalogue that is made again from the lake knows it"
