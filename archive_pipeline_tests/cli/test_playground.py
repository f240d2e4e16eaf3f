"""`archive-pipeline playground`: detectors beside a VLM in a terminal."""

import json
from pathlib import Path

import pytest
from PIL import Image
from typer.testing import CliRunner

from archive_pipeline.cli.app import app
from archive_pipeline_tests.detectors import tiny
from archive_pipeline_tests.language.vlm.server import MODEL, Answer, Asked, VlmOfTests


@pytest.fixture
def picture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Of 2000×1000 pixels, stored lying on its side; with two detectors, one of which is missing."""
    near = tiny.answering(tmp_path / "near", [("person", 0.9, (0.25, 0.5, 0.5, 1.0))])
    monkeypatch.setenv("ARCHIVE_DETECTORS", json.dumps({"near": str(near), "gone": str(tmp_path / "gone")}))
    monkeypatch.setenv("ARCHIVE_DEVICE", "cpu")
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (1000, 2000), "navy").save(file := tmp_path / "side.jpg", exif=exif)
    return file


def scripted(_: Asked) -> Answer:
    car = {"label": "person [b]", "action": "interacts with the car", "bbox_2d": [0, 0, 100, 50]}
    return json.dumps({"objects": [car]})


def test_all_are_asked_and_boxes_are_told_in_pixels_of_the_original(
    picture: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with VlmOfTests(scripted).running() as vlm:
        monkeypatch.setenv("ARCHIVE_VLM_URL", vlm.url)
        told = CliRunner().invoke(
            app, ["playground", str(picture), "-d", "near", "--json", "--drawn", str(tmp_path / "drawn")]
        )
        shown = CliRunner().invoke(app, ["playground", str(picture), "-d", "near"])
    assert (told.exit_code, shown.exit_code) == (0, 0)
    model, near = json.loads(told.stdout)["answers"]
    assert (model["by"], near["by"]) == (MODEL, "near")
    assert model["size"] == near["size"] == [2000, 1000]
    assert near["things"][0]["box"] == pytest.approx([500, 500, 1000, 1000], abs=20)
    assert model["things"][0]["action"] == "interacts with the car"
    assert near["latency_s"] > 0
    assert sorted(file.name for file in (tmp_path / "drawn").iterdir()) == [
        f"side.{MODEL.replace('/', '_')}.jpg",
        "side.near.jpg",
    ]
    assert "person" in shown.stdout
    assert "[b]" in shown.stdout
    assert "interacts" in shown.stdout


def test_one_that_cannot_answer_keeps_no_other_from_it(picture: Path) -> None:
    some = CliRunner().invoke(app, ["playground", str(picture), "-d", "gone", "-d", "near", "--json"])
    assert some.exit_code == 3
    assert [answer["by"] for answer in json.loads(some.stdout)["answers"]] == ["near"]
    assert json.loads(some.stdout)["problems"][0]["error_code"] == "detector_unavailable"
    assert CliRunner().invoke(app, ["playground", str(picture), "-d", "gone"]).exit_code == 1
    nobody = CliRunner().invoke(app, ["playground", str(picture)])
    assert nobody.exit_code == 1
    assert "-d near -d gone" in " ".join(nobody.stderr.split()).replace(" or ", " ")
