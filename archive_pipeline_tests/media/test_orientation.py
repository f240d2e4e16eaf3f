"""The display matrix is read once: right angles and mirrors are honoured, all else is not turned and said."""

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from archive_pipeline.media.display import orientation
from archive_pipeline_tests.media.reference import facts_of, sampled
from archive_pipeline_tests.media.zoo import Maker, displayed

Made = Callable[[str, Maker], Path]
Matrix = tuple[float, float, float, float]

_COLOURS = {"R": (255, 0, 0), "G": (0, 255, 0), "B": (0, 0, 255), "W": (255, 255, 255)}
_DEGREE = math.pi / 180

SHOWN: dict[str, tuple[Matrix, int, bool, str]] = {
    "upright": ((1, 0, 0, 1), 0, False, "RG/BW"),
    "quarter": ((0, 1, -1, 0), 90, False, "BR/WG"),
    "half": ((-1, 0, 0, -1), 180, False, "WB/GR"),
    "three_quarters": ((0, -1, 1, 0), 270, False, "GW/RB"),
    "mirrored": ((-1, 0, 0, 1), 0, True, "GR/WB"),
    "flipped": ((1, 0, 0, -1), 180, True, "BW/RG"),
    "mirrored_quarter": ((0, -1, -1, 0), 90, True, "WG/BR"),
    "mirrored_three_quarters": ((0, 1, 1, 0), 270, True, "RB/GW"),
}
"""By name: the matrix (a, b, c, d), the rotation, whether it mirrors, and the quarters that Chromium 156 shows."""

NOT_TURNED: dict[str, tuple[Matrix, str]] = {
    "a_degree": ((math.cos(_DEGREE), math.sin(_DEGREE), -math.sin(_DEGREE), math.cos(_DEGREE)), "turns by 1°"),
    "zero": ((0, 0, 0, 0), "damaged"),
    "extremes": ((-32768, -32768, -32768, -32768), "slants"),
}


def colours(pixels: NDArray[Any]) -> str:
    """The nearest of the four colours in each quarter of an RGB picture `(height, width, 3)`, row by row."""
    height, width = pixels.shape[:2]

    def nearest(x: float, y: float) -> str:
        pixel = pixels[int(y * height), int(x * width)].astype(float)
        return min(_COLOURS, key=lambda name: float(np.abs(pixel - _COLOURS[name]).sum()))

    return f"{nearest(0.2, 0.2)}{nearest(0.8, 0.2)}/{nearest(0.2, 0.8)}{nearest(0.8, 0.8)}"


@pytest.mark.parametrize("name", SHOWN)
def test_right_angles_and_mirrors_are_stored_as_browsers_show_them(name: str, made: Made, ffmpeg: Path) -> None:
    matrix, rotation, is_mirrored, shown = SHOWN[name]
    file = made(f"{name}.mp4", displayed(*matrix))
    facts = facts_of(file)
    assert (facts.rotation, facts.is_mirrored, facts.note) == (rotation, is_mirrored, None)
    assert (facts.width, facts.height) == ((180, 320) if rotation % 180 else (320, 180))
    assert colours(sampled(file, ffmpeg).pixels(0)) == shown


@pytest.mark.parametrize("container", ["mkv", "mov"])
@pytest.mark.parametrize("name", ["quarter", "mirrored", "flipped"])
def test_it_is_the_same_in_every_container(name: str, container: str, made: Made) -> None:
    matrix, rotation, is_mirrored, _ = SHOWN[name]
    facts = facts_of(made(f"{name}.{container}", displayed(*matrix)))
    assert (facts.rotation, facts.is_mirrored) == (rotation, is_mirrored)


@pytest.mark.parametrize("name", NOT_TURNED)
def test_what_is_no_right_angle_is_not_turned_and_said(name: str, made: Made, ffmpeg: Path) -> None:
    matrix, said = NOT_TURNED[name]
    file = made(f"{name}.mp4", displayed(*matrix))
    facts = facts_of(file)
    assert (facts.width, facts.height, facts.rotation, facts.is_mirrored) == (320, 180, 0, False)
    assert facts.note
    assert said in facts.note
    assert colours(sampled(file, ffmpeg).pixels(0)) == "RG/BW"


def test_the_scale_of_a_matrix_is_no_matter() -> None:
    assert orientation((0, 3, 0, -3, 0, 0, 0, 0, 1)).rotation == 90
    assert orientation((1 << 17, 0, 0, 0, 1 << 16, 0, 0, 0, 1 << 30)) == orientation(None)


@pytest.mark.parametrize(
    ("name", "size", "is_mirrored", "said"),
    [
        ("mirrored.mp4", (320, 180), True, ""),
        ("turned_80_degrees.mp4", (320, 180), False, "turns by -80°"),
        ("broken_display_matrix.mp4", (320, 240), False, "damaged"),
    ],
)
def test_the_cases_are_read(name: str, size: tuple[int, int], is_mirrored: bool, said: str, cases: Path) -> None:
    facts = facts_of(cases / name)
    assert (facts.width, facts.height, facts.rotation, facts.is_mirrored) == (*size, 0, is_mirrored)
    assert said in (facts.note or "")
    assert bool(said) == bool(facts.note)
