"""Descriptions and findings through a real vLLM: schema-valid answers, a server that comes late, one that dies."""

import os
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import polars as pl
import pytest

from archive_pipeline.automation.execution import LocalRuns
from archive_pipeline.language.descriptions.schema import ShotDescription
from archive_pipeline.store.naming import VideoName
from archive_pipeline_tests.pipeline.conftest import empty_site, make_clip
from archive_pipeline_tests.pipeline.site import NAME, Site
from archive_pipeline_tests.thorough import thorough
from archive_pipeline_tests.vllm_cpu.running import Vllm

pytestmark = thorough

VIDEO = VideoName(NAME, b"five.mp4")
LONGER = VideoName(NAME, b"eight.mp4")
AT_ONCE = 2
_PICTURES = ("testsrc2", "mandelbrot", "rgbtestsrc", "smptebars", "pal75bars", "pal100bars", "yuvtestsrc", "testsrc")


@pytest.fixture(scope="module")
def vllm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Vllm]:
    """The server, not started yet."""
    python = os.environ.get("ARCHIVE_TEST_VLLM")
    if not python:
        if os.environ.get("CI"):
            pytest.fail("CI needs vLLM: .ci/run installs it and sets ARCHIVE_TEST_VLLM")
        pytest.skip("no vLLM: set ARCHIVE_TEST_VLLM to the Python of an environment that has it (.ci/vllm makes one)")
    model = tmp_path_factory.mktemp("tiny") / "model"
    subprocess.run([python, "-P", str(Path(__file__).parent / "tiny_model.py"), str(model)], check=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = Vllm(Path(python), model, port)
    yield server
    server.kill()


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Two ingested videos of five and eight shots; nothing said about them yet."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.delenv("ARCHIVE_VLM_URL", raising=False)
        monkeypatch.setenv("ARCHIVE_VLM_CONCURRENCY", str(AT_ONCE))
        folder = tmp_path_factory.mktemp("served")
        site = empty_site(folder, monkeypatch)
        site.describe(analyses=["descriptions", "findings"])
        make_clip(site.source / "five.mp4", *_PICTURES[:5])
        make_clip(site.source / "eight.mp4", *_PICTURES)
        (site.source / "five.srt").write_text("1\n00:00:00,000 --> 00:00:07,500\nSomebody speaks all the time.\n")
        assert site.ingest() == {VIDEO.video_id: True, LONGER.video_id: True}
        yield site


def analyse(video: VideoName, *assets: str) -> tuple[str, bool]:
    """One run of describe_video, as a backfill launches it."""
    with dg.DagsterInstance.get() as instance:
        return LocalRuns(instance, "describe_video").execute(video.partition_key, assets=assets)


def events(run_id: str, kind: dg.DagsterEventType) -> list[dg.EventLogEntry]:
    with dg.DagsterInstance.get() as instance:
        return instance.all_logs(run_id, of_type=kind)


def n_shots(site: Site, video: VideoName) -> int:
    return site.archive.lake.read("shots", video).height


@pytest.mark.usefixtures("vllm")
def test_without_a_server_the_archive_is_whole_and_the_descriptions_say_why_not(archive: Site) -> None:
    assert archive.rows("SELECT DISTINCT status FROM videos") == [("ready",)]
    run_id, success = analyse(VIDEO, "descriptions")
    assert not success
    (failure,) = events(run_id, dg.DagsterEventType.STEP_FAILURE)
    assert "no_vlm_server" in str(failure.get_dagster_event().event_specific_data)
    assert not archive.materializations("descriptions")
    assert "no_vlm_server" in [hold.error_code for hold in archive.archive.catalogue.holds()]
    assert archive.archive.catalogue.entry(VIDEO).status == "ready"  # type: ignore[union-attr]
    with dg.DagsterInstance.get() as instance:
        tick = archive.describing_tick(instance)
    assert isinstance(tick, dg.SensorResult)
    assert {key.to_user_string() for request in tick.run_requests for key in request.asset_selection} == {"transcript"}


def test_a_backfill_after_the_server_came_up_fills_them(
    archive: Site, vllm: Vllm, monkeypatch: pytest.MonkeyPatch
) -> None:
    vllm.start()
    monkeypatch.setenv("ARCHIVE_VLM_URL", vllm.url)
    _, success = analyse(VIDEO, "descriptions", "summaries")
    assert success
    table = archive.archive.lake.read("descriptions", VIDEO)
    assert table["status"].to_list() == ["ok"] * n_shots(archive, VIDEO) == ["ok"] * 5
    assert set(table["shot_id"]) == set(archive.archive.lake.read("shots", VIDEO)["shot_id"])
    assert table["model"].unique().to_list() == ["tiny-qwen2.5-vl"]
    assert (table["completion_tokens"] > 0).all()
    assert (table["people_count"] >= 0).all()
    assert (
        table["title"].str.len_chars().max() <= ShotDescription.model_json_schema()["properties"]["title"]["maxLength"]
    )
    assert archive.materializations("descriptions")


def test_findings_come_back_as_the_policy_asks(archive: Site, vllm: Vllm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARCHIVE_VLM_URL", vllm.url)
    _, success = analyse(VIDEO, "transcript", "findings")
    assert success
    table = archive.archive.lake.read("findings", VIDEO)
    assert table["shot_id"].n_unique() == 5
    assert set(table["status"]) == {"ok"}
    assert set(table["policy"]) == {"intolerance"}
    assert table.filter(pl.col("answer_type") == "flag")["flag"].null_count() == 0
    assert table.filter(pl.col("answer_type") == "score")["score"].is_between(0, 1).all()
    assert table.filter(pl.col("answer_type") == "choice")["choice"].null_count() == 0
    assert table.group_by("shot_id").len()["len"].unique().len() == 1, "every question of every shot"


@pytest.mark.verify  # pipeline/test_descriptions.py shows it with a server of the tests
def test_a_server_that_dies_in_the_middle_is_asked_only_for_what_is_missing(
    archive: Site, vllm: Vllm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARCHIVE_VLM_URL", vllm.url)
    before = vllm.n_answered
    cut: list[int] = []

    def cut_the_power() -> None:
        while vllm.n_answered < before + 3:
            time.sleep(0.02)
        vllm.kill()
        cut.append(vllm.n_answered - before)
        vllm.start()

    accident = threading.Thread(target=cut_the_power)
    accident.start()
    run_id, success = analyse(LONGER, "descriptions")
    accident.join()
    wanted = n_shots(archive, LONGER)
    assert 3 <= cut[0] < wanted, "it died in the middle"
    assert events(run_id, dg.DagsterEventType.STEP_UP_FOR_RETRY), "the run tried again by itself"
    if not success:  # the server took longer to come back than a run waits: what a later run does
        _, success = analyse(LONGER, "descriptions")
    assert success
    lost = vllm.n_answered - before - wanted
    assert 0 <= lost <= AT_ONCE, "asked twice are at most those whose answers the power cut took on their way"
    assert set(archive.archive.lake.read("descriptions", LONGER)["status"]) == {"ok"}
