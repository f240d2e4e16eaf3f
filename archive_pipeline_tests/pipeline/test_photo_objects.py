"""Objects of photos through real Dagster runs: found, counted, shown; what a change, an odd shape and a kill cost."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from PIL import Image
from typer.testing import CliRunner

from archive_pipeline.automation.due_analyses import due_analyses
from archive_pipeline.automation.execution import LocalRuns
from archive_pipeline.cli import app
from archive_pipeline.detectors import Detection, ObjectParameters, Seen
from archive_pipeline.errors import MediaError
from archive_pipeline.language.vlm.journal import FileJournal
from archive_pipeline.settings import Settings
from archive_pipeline.stages.photo_objects import detect_in_photos
from archive_pipeline.stages.photo_rows import PhotoRows
from archive_pipeline.store.naming import VideoName
from archive_pipeline.store.schema import table
from archive_pipeline.web.archive import WebArchive
from archive_pipeline.web.objects import ObjectLabels
from archive_pipeline.web.photos.photo import photo_of
from archive_pipeline_tests.detectors import tiny
from archive_pipeline_tests.pipeline.site import NAME, Site
from archive_pipeline_tests.pipeline.test_objects import FOUND, name_detectors

TRIP = VideoName(NAME, b"trip/")
COLOURS = ("red", "green", "navy")


@pytest.fixture
def trip(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    """An album of three photos, whose collection asks for objects of a detector that finds the same in each."""
    monkeypatch.setenv("ARCHIVE_DEVICE", "cpu")
    name_detectors(monkeypatch, ours=tiny.answering(tmp_path / "ours", FOUND))
    site.describe(kind="photos", analyses=["objects"], objects={"detector": "ours"})
    (site.source / "trip").mkdir()
    for colour in COLOURS:
        Image.new("RGB", (1200, 800), colour).save(site.source / "trip" / f"{colour}.jpg")
    assert all(site.ingest().values())
    return site


def run(*, force: bool = False) -> bool:
    with dg.DagsterInstance.get() as instance:
        tags = {"archive/force": "true"} if force else {}
        return LocalRuns(instance, "describe_album").execute(TRIP.partition_key, tags, assets=("photo_objects",))[1]


def publish() -> None:
    with dg.DagsterInstance.get() as instance:
        assert LocalRuns(instance, "publish").execute()[1]


def newest(site: Site) -> dict[str, object]:
    found = site.materializations("photo_objects")[0].metadata
    return {name: found[name].value for name in ("photos", "photos_with_objects", "failed", "looked_at", "taken_over")}


def search(*options: str) -> list[dict[str, Any]]:
    told = CliRunner().invoke(app, ["search", *options, "--json"])
    assert told.exit_code == 0, told.output
    return list(json.loads(told.stdout)["shots"])


def test_boxes_are_rows_are_counted_by_a_search_and_stand_on_the_page(trip: Site) -> None:
    archive = trip.archive
    assert [one.analyses for one in due_analyses(archive, archive.collection(NAME))] == [("photo_objects",)]
    assert run()
    assert due_analyses(archive, archive.collection(NAME)) == []
    publish()
    rows = trip.rows(
        "SELECT path, pts_s, label, count(*), round(min(x0)::DOUBLE, 1) FROM objects JOIN photos ON shot_id = photo_id"
        " WHERE source = 'ours' GROUP BY ALL ORDER BY ALL"
    )
    expected = [("car", 1, 0.5), ("person", 3, 0.1)]
    assert rows == [(f"trip/{colour}.jpg", 0.0, *one) for colour in sorted(COLOURS) for one in expected]
    assert trip.rows("SELECT analysis, status FROM analyses") == [("photo_objects", "done")]
    found = search("--object", "person>=3", "--object", "car")
    assert [one["file"] for one in found] == [f"{colour}.jpg" for colour in sorted(COLOURS)]
    assert found[0]["objects"] == {"car": 1, "person": 3}
    assert search("--object", "person>=4") == []
    web = WebArchive(Settings())
    try:
        shown = photo_of(web, found[0]["id"]).found
        assert [(one.label, one.detector) for one in shown] == [("car", "ours"), *[("person", "ours")] * 3]
        assert shown[0].box.left == pytest.approx(0.5, abs=0.01)
        assert [(one.label, one.n_shots, one.most) for one in ObjectLabels(web.published).offered()] == [
            ("car", 3, 1), ("person", 3, 3),
        ]  # fmt: skip
    finally:
        web.close()


def test_a_photo_more_costs_one_photo_another_detector_all_of_them(
    trip: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run()
    assert newest(trip) == {"photos": 3, "photos_with_objects": 3, "failed": 0, "looked_at": 3, "taken_over": 0}
    Image.new("RGB", (900, 900), "brown").save(trip.source / "trip" / "another.jpg")
    (trip.source / "trip" / "red.jpg").unlink()
    assert all(trip.ingest(accept_removals=True).values())
    assert run()
    assert newest(trip) == {"photos": 3, "photos_with_objects": 3, "failed": 0, "looked_at": 1, "taken_over": 2}
    name_detectors(monkeypatch, ours=tiny.answering(tmp_path / "unsure", FOUND[-1:]))
    assert run()
    assert newest(trip) == {"photos": 3, "photos_with_objects": 0, "failed": 0, "looked_at": 3, "taken_over": 0}
    assert run()
    assert trip.materializations("photo_objects")[0].metadata["reused"].value is True


def test_the_sensor_asks_for_it_on_a_machine_with_a_gpu(trip: Site) -> None:
    with dg.DagsterInstance.get() as instance:
        found = trip.describing_tick(instance)
    assert isinstance(found, dg.SensorResult)
    (request,) = found.run_requests or []
    assert [key.to_user_string() for key in request.asset_selection or ()] == ["photo_objects"]
    assert request.tags["dagster-celery/queue"] == "gpu"


class OfLives:
    """A detector that looks at so many pictures, one at a time, and then dies; pictures that are `odd` it refuses."""

    device = "cpu"

    def __init__(self, lives: int, odd: Sequence[int] = ()) -> None:
        self._lives = lives
        self._odd = odd
        self.n_seen = 0

    def detect(self, pictures: Sequence[bytes], _: float) -> list[Seen]:
        if len(pictures) > 1 and self._odd:
            raise MediaError("picture_shape", "One of them is too wide.")
        found = []
        for _ in pictures:
            if self.n_seen == self._lives:
                raise KeyboardInterrupt
            self.n_seen += 1
            if self.n_seen in self._odd:
                raise MediaError("picture_shape", "Too wide.")
            found.append(Seen(100, 50, (Detection("car", 0.75, 10, 10, 60, 40),)))
        return found


NOTHING = PhotoRows(*(table(name).unowned_schema.to_frame() for name in ("photo_viewings", "detections")))


def test_a_run_that_died_looks_only_at_the_photos_that_are_left(
    trip: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("archive_pipeline.stages.photo_objects._AT_ONCE", 1)
    lake, how, path = trip.archive.lake, ObjectParameters("ours"), tmp_path / "answers"
    with FileJournal(path) as journal, pytest.raises(KeyboardInterrupt):
        detect_in_photos(lake, TRIP, OfLives(2), how, journal, "f", NOTHING)
    with FileJournal(path) as journal:
        left = OfLives(3)
        rows, n_seen = detect_in_photos(lake, TRIP, left, how, journal, "f", NOTHING)
    assert (rows.found.height, n_seen, left.n_seen) == (3, 1, 1)
    assert rows.found.select("x0", "y1").row(0) == pytest.approx((0.1, 0.8))


def test_a_photo_of_a_shape_that_the_detector_refuses_costs_itself_and_is_tried_again(
    trip: Site, tmp_path: Path
) -> None:
    lake, how = trip.archive.lake, ObjectParameters("ours")
    with FileJournal(tmp_path / "answers") as journal:
        rows, n_seen = detect_in_photos(lake, TRIP, OfLives(9, odd=(2,)), how, journal, "f", NOTHING)
    assert (rows.looked_at["error_code"].to_list(), n_seen) == ([None, "picture_shape", None], 2)
    with FileJournal(tmp_path / "others") as journal:
        again, n_seen = detect_in_photos(lake, TRIP, OfLives(9), how, journal, "f", rows)
    assert (again.looked_at["error_code"].to_list(), again.found.height, n_seen) == ([None] * 3, 3, 1)
