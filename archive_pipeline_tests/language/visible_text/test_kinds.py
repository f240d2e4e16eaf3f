"""What a line of letters is for."""

import pytest

from archive_pipeline.language.visible_text import Box, Writing, kinds_of
from archive_pipeline.language.visible_text.kinds import is_timecode, plain_timecode


def writing(text: str, x0: float, y0: float, x1: float, height: float = 0.05, rolls: bool = False) -> Writing:
    return Writing(text, 0.9, Box(x0, y0, x1, y0 + height), 1.0, 3.0, 2.0, rolls)


NAME, OFFICE = writing("José Núñez", 0.06, 0.74, 0.3), writing("Alcalde de Logroño", 0.06, 0.82, 0.4)
TITLE = writing("La última cosecha", 0.2, 0.4, 0.8, 0.1)
SUBTITLE = writing("—¿Qué pasó?", 0.35, 0.86, 0.65)
SIGN = writing("FARMACIA", 0.6, 0.2, 0.8)
TIMECODE = writing("00:01:12:05", 0.03, 0.03, 0.2)


@pytest.mark.parametrize(
    ("writings", "kinds"),
    [
        ([NAME, OFFICE], ["lower_third", "lower_third"]),
        ([TITLE], ["title"]),
        ([SUBTITLE], ["other"]),
        ([SIGN, TIMECODE], ["other", "timecode"]),
        ([writing("Música", 0.2, 0.5, 0.3, rolls=True)], ["credit"]),
        ([writing("Directed by", 0.4, 0.4, 0.6), writing("Colin Levy", 0.35, 0.5, 0.65, 0.08)], ["credit", "credit"]),
        (
            [writing("ESCENA 12", 0.2, 0.3, 0.4), writing("TOMA 3", 0.2, 0.4, 0.4), writing("J. NÚÑEZ", 0.2, 0.7, 0.4)],
            ["slate", "slate", "slate"],
        ),
        ([writing("SCENE", 0.2, 0.3, 0.4), SIGN], ["other", "other"]),
        ([writing("TAKEAWAY", 0.2, 0.2, 0.4), writing("SCENERY", 0.6, 0.2, 0.8)], ["other", "other"]),
    ],
)
def test_place_form_and_neighbours_tell_the_kind(writings: list[Writing], kinds: list[str]) -> None:
    assert kinds_of(writings) == kinds


@pytest.mark.parametrize("text", ["10:02:13:07", "10.02:13:07", "1O:02:13;07", "00:02:13", "TCR 10:02:13:07"])
def test_a_timecode_is_known_by_its_form(text: str) -> None:
    assert is_timecode(text)
    assert plain_timecode(text) in ("10:02:13:07", "10:02:13;07", "00:02:13")


@pytest.mark.parametrize("text", ["10:02", "1968", "12-05-1974", "Tel. 91 555 10 10", "100:02:13:07"])
def test_other_figures_are_none(text: str) -> None:
    assert not is_timecode(text)
