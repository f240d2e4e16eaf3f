"""What is meant by a name that is not there."""

import pytest

from archive_pipeline.suggestions import nearest

VIDEOS = ("news/Telediario_1984.mp4", "news/telediario_1985.mp4", "news/documental.mp4")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("documental.mp4", ("news/documental.mp4",)),
        ("TELEDIARIO_1984", ("news/Telediario_1984.mp4",)),
        ("news/telediaro_1984.mp4", ("news/Telediario_1984.mp4", "news/telediario_1985.mp4")),
        ("xyzzy", ()),
        ("", VIDEOS[2:] + VIDEOS[:2]),
    ],
)
def test_names_that_hold_what_was_written_come_first_then_those_that_are_written_alike(
    written: str, meant: tuple[str, ...]
) -> None:
    assert nearest(written, VIDEOS) == meant


def test_among_many_names_the_one_that_is_meant_is_found() -> None:
    many = [f"regional/{year}/telediario_{number:05d}.mp4" for year in range(1980, 1990) for number in range(500)]
    assert nearest("regional/1984/telediaro_00123.mp4", many)[0] == "regional/1984/telediario_00123.mp4"
