"""Objects of an ingested video through the real pipeline: found, counted in SQL, reused, made anew, refused."""

import json
import shutil
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from typer.testing import CliRunner

from archive_pipeline.automation.execution import LocalRuns
from archive_pipeline.cli import app
from archive_pipeline.store.naming import VideoName
from archive_pipeline_tests.detectors import tiny
from archive_pipeline_tests.pipeline.conftest import Ingested
from archive_pipeline_tests.pipeline.site import NAME, Site

FIRST = VideoName(NAME, b"first.mp4")
FOUND: list[tiny.Known] = [
    *(("person", 0.9 - 0.1 * n, (0.1 + 0.2 * n, 0.2, 0.3 + 0.2 * n, 0.9)) for n in range(3)),
    ("car", 0.95, (0.5, 0.5, 1.0, 1.0)),
    ("dog", 0.45, (0.0, 0.0, 0.2, 0.2)),
]


@pytest.fixture
def ready(site: Site, ingested: Ingested, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    """One ingested video, whose collection asks for objects of a detector that finds the same in every picture."""
    monkeypatch.setenv("ARCHIVE_DEVICE", "cpu")
    name_detectors(monkeypatch, ours=tiny.answering(tmp_path / "ours", FOUND))
    ready = ingested.copy(site, "first")
    ready.describe(analyses=["objects"], objects={"detector": "ours"})
    return ready


def name_detectors(monkeypatch: pytest.MonkeyPatch, **folders: Path) -> None:
    monkeypatch.setenv("ARCHIVE_DETECTORS", json.dumps({name: str(folder) for name, folder in folders.items()}))


def run(job: str = "describe_video", *, force: bool = False) -> bool:
    with dg.DagsterInstance.get() as instance:
        key, assets = (FIRST.partition_key, ("objects",)) if job == "describe_video" else (None, ())
        tags = {"archive/force": "true"} if force else {}
        return LocalRuns(instance, job).execute(key, tags, assets=assets)[1]


def metadata(name: str) -> object:
    with dg.DagsterInstance.get() as instance:
        event = instance.get_latest_materialization_event(dg.AssetKey("objects"))
    assert event
    assert event.asset_materialization
    return event.asset_materialization.metadata[name].value


def test_boxes_of_every_keyframe_are_rows_that_sql_counts(ready: Site) -> None:
    assert run()
    assert run("publish")
    n_shots = ready.archive.lake.read("shots", FIRST).height
    assert ready.rows("SELECT label, count(*), min(n), max(n) FROM objects_per_shot GROUP BY label ORDER BY label") == [
        ("car", n_shots, 1, 1),
        ("person", n_shots, 3, 3),
    ]
    (car,) = ready.rows("SELECT x0, y0, x1, y1, score, source, action FROM objects WHERE label = 'car' LIMIT 1")
    assert car[:5] == pytest.approx((0.5, 0.5, 1, 1, 0.95), abs=0.01)
    assert car[5:] == ("ours", None)
    times = "SELECT count(*) FROM objects JOIN shots USING (shot_id) WHERE pts_s <> keyframe_s"
    assert ready.rows(times) == [(0,)]
    assert ready.rows("SELECT analysis, status FROM analyses") == [("objects", "done")]


def test_shots_are_found_by_what_they_show_and_how_many(ready: Site) -> None:
    def search(*conditions: str) -> dict[str, Any]:
        options = [part for one in conditions for part in ("--object", one)]
        told = CliRunner().invoke(app, ["search", "colour bars", *options, "--json"])
        assert told.exit_code == 0, told.output
        return dict(json.loads(told.stdout))

    n_shots = ready.archive.lake.read("shots", FIRST).height
    before = search("person")
    assert (before["shots"], before["hints"][0]["code"]) == ([], "objects_nowhere")
    assert run()
    found = search("Person >= 3", "car")["shots"]
    assert len(found) == n_shots
    assert {json.dumps(shot["objects"]) for shot in found} == {'{"car": 1, "person": 3}'}
    assert search("person>=4")["shots"] == []
    refused = CliRunner().invoke(app, ["search", "x", "--object", "person>3", "--json"])
    assert json.loads(refused.stdout)["error_code"] == "bad_filter"


def test_what_is_found_is_kept_until_score_or_checkpoint_change(ready: Site, tmp_path: Path) -> None:
    assert run()
    assert run()
    assert metadata("reused") is True
    ready.describe(analyses=["objects"], objects={"detector": "ours", "min_score": 0.4})
    assert run()
    assert metadata("reused") is False
    assert "dog" in ready.archive.lake.read("detections", FIRST)["label"]
    tiny.answering(tmp_path / "ours", [("dog", 0.9, (0.1, 0.1, 0.9, 0.9))])
    assert run()
    assert set(ready.archive.lake.read("detections", FIRST)["label"]) == {"dog"}


def test_a_video_in_which_nothing_is_found_is_done(ready: Site, tmp_path: Path) -> None:
    tiny.answering(tmp_path / "ours", [("dog", 0.4, (0.1, 0.1, 0.9, 0.9))])
    assert run()
    assert ready.archive.lake.read("detections", FIRST).height == 0
    assert [(one.analysis, one.status) for one in ready.archive.catalogue.analyses(NAME)] == [("objects", "done")]


def test_a_missing_checkpoint_holds_the_analysis_up_with_what_to_do_and_leaves_the_video_ready(
    ready: Site, tmp_path: Path
) -> None:
    assert run()
    shutil.rmtree(tmp_path / "ours")
    assert not run(force=True)
    (ended,) = ready.archive.catalogue.analyses(NAME)
    assert ended.status == "done"
    (hold,) = ready.archive.catalogue.holds()
    assert (hold.work, hold.error_code) == ("objects", "detector_unavailable")
    assert "hf download" in hold.message
    assert ready.archive.lake.read("detections", FIRST).height > 0
    entry = ready.archive.catalogue.entry(FIRST)
    assert entry
    assert entry.status == "ready"


def test_without_pictures_it_says_what_to_write(ready: Site) -> None:
    ready.describe(analyses=["objects"], objects={"detector": "ours"}, pictures="none")
    assert all(ready.ingest().values())
    assert not run()
    (hold,) = ready.archive.catalogue.holds()
    assert (hold.work, hold.error_code) == ("objects", "no_pictures_kept")
    assert "pictures: keyframes" in hold.message
    assert ready.archive.catalogue.analyses(NAME) == [], "no video has failed of it"
    ready.describe(analyses=["objects"], objects={"detector": "ours"}, pictures="keyframes")
    assert not run(), "the file keeps pictures now, and this video was ingested before"
    (ended,) = ready.archive.catalogue.analyses(NAME)
    assert ended.error_code == "no_pictures_kept"
    assert all(ready.ingest().values())
    assert run()


def test_the_sensor_asks_for_it_on_a_machine_with_a_gpu(ready: Site) -> None:
    with dg.DagsterInstance.get() as instance:
        found = ready.describing_tick(instance)
    assert isinstance(found, dg.SensorResult)
    (request,) = found.run_requests or []
    assert [key.to_user_string() for key in request.asset_selection or ()] == ["objects"]
    assert request.tags["dagster-celery/queue"] == "gpu"
