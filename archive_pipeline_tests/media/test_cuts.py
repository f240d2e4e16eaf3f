"""Cuts and their detectors by name."""

import subprocess
import sys

import numpy as np
import pytest

from archive_pipeline.errors import ConfigurationError
from archive_pipeline.media.cuts import CUT_DETECTORS, DEFAULT_DETECTOR, Cut, cut_detector


def test_the_default_detector_is_one_of_the_detectors() -> None:
    assert DEFAULT_DETECTOR in CUT_DETECTORS


@pytest.mark.parametrize("name", CUT_DETECTORS)
def test_every_detector_goes_by_its_name(name: str) -> None:
    detector = cut_detector(name)
    assert detector.name == name
    width, height = detector.thumbnail_size
    assert 0 < height < width < 100


def test_an_unknown_detector_is_an_error_that_names_the_known_ones() -> None:
    with pytest.raises(ConfigurationError, match="fast, transnetv2") as raised:
        cut_detector("magic")
    assert raised.value.code == "detector_unknown"


def test_a_missing_package_is_an_error_that_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("archive_pipeline.media.cuts.transnetv2.find_spec", lambda _: None)
    with pytest.raises(ConfigurationError, match="pip install") as raised:
        cut_detector("transnetv2")
    assert raised.value.code == "detector_unavailable"


def test_the_detectors_import_nothing_heavy() -> None:
    program = (
        "import sys; from archive_pipeline.media.cuts import cut_detector, CUT_DETECTORS;"
        "[cut_detector(name) for name in CUT_DETECTORS];"
        "sys.exit(bool({'torch', 'cv2', 'scipy', 'sklearn', 'dagster'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


@pytest.mark.parametrize("name", CUT_DETECTORS)
def test_thumbnails_of_a_wrong_size_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match="27, 48, 3"):
        cut_detector(name).push(np.zeros((2, 48, 27, 3), np.uint8), np.zeros(2))


@pytest.mark.parametrize("name", CUT_DETECTORS)
def test_a_time_for_every_thumbnail_is_required(name: str) -> None:
    with pytest.raises(ValueError, match=r"\(2, 27, 48, 3\) with 3"):
        cut_detector(name).push(np.zeros((2, 27, 48, 3), np.uint8), np.zeros(3))


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (("hard", 1.0, 2.0, 25, 0.5), "one instant"),
        (("hard", 0.0, 0.0, 0, 0.5), "source frame 0"),
        (("gradual", 2.0, 1.0, 25, 0.5), "before it starts"),
        (("gradual", 1.0, 2.0, 25, 1.5), "score"),
        (("gradual", float("nan"), 2.0, 25, 0.5), "finite"),
    ],
)
def test_impossible_cuts_cannot_be_made(wrong: tuple[str, float, float, int, float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Cut(*wrong)  # type: ignore[arg-type]
