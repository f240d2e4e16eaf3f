import uuid
from fractions import Fraction

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive_pipeline.semantics.identify import identify_shots, shot_id, source_timecode_at
from archive_pipeline.semantics.timeline import Cuts
from archive_pipeline.store.schema import table
from archive_pipeline_tests.semantics.films import still
from archive_pipeline_tests.semantics.test_shots import shots_of

NTSC, NTSC_60 = 30000 / 1001, 60000 / 1001


def numbers(nominal: int, dropped: int) -> list[str]:
    """The timecodes of 23 minutes in order, written down by the rule of SMPTE ST 12-1 rather than computed."""
    separator = ";" if dropped else ":"
    return [
        f"00:{minute:02d}:{second:02d}{separator}{frame:02d}"
        for minute in range(23)
        for second in range(60)
        for frame in range(nominal)
        if not (frame < dropped and second == 0 and minute % 10)
    ]


@pytest.mark.parametrize(
    ("rate", "nominal", "dropped"),
    [
        (Fraction(24000, 1001), 24, 0),
        (Fraction(24), 24, 0),
        (Fraction(25), 25, 0),
        (Fraction(30000, 1001), 30, 0),
        (Fraction(30000, 1001), 30, 2),
        (Fraction(30), 30, 0),
        (Fraction(50), 50, 0),
        (Fraction(60000, 1001), 60, 4),
        (Fraction(60), 60, 0),
    ],
)
def test_timecodes_run_as_the_standard_counts(rate: Fraction, nominal: int, dropped: int) -> None:
    codes = numbers(nominal, dropped)
    start = nominal * 50 + 7
    for count in range(0, len(codes) - start, 13):
        seconds = round(float(count / rate), 3)  # as Matroska stores it
        assert source_timecode_at(codes[start], dropped > 0, float(rate), seconds) == codes[start + count]


def test_known_timecodes() -> None:
    assert source_timecode_at("00:00:59;29", True, NTSC, 1 / NTSC) == "00:01:00;02"
    assert source_timecode_at("00:09:59;29", True, NTSC, 1 / NTSC) == "00:10:00;00"
    assert source_timecode_at("01:00:00;00", True, NTSC, 3600.0) == "02:00:00;00", "drop frame keeps up with the clock"
    assert source_timecode_at("00:00:59;59", True, NTSC_60, 1 / NTSC_60) == "00:01:00;04"
    assert source_timecode_at("10:00:00:00", False, 25.0, 0.999) == "10:00:00:24"
    assert source_timecode_at("23:59:59:24", False, 25.0, 0.04) == "00:00:00:00"
    assert source_timecode_at("23:59:59;29", True, NTSC, 0.034) == "00:00:00;00"


def test_the_separator_says_whether_frames_are_dropped_where_nothing_else_does() -> None:
    assert source_timecode_at("00:00:59;29", None, NTSC, 0.04) == "00:01:00;02"
    assert source_timecode_at("00:00:59:29", None, NTSC, 0.04) == "00:01:00:00"
    assert source_timecode_at("00:00:59;24", True, 25.0, 0.04) == "00:01:00:00", "25 frames a second drop none"


def test_what_is_no_timecode_is_refused() -> None:
    with pytest.raises(ValueError, match=r"must read HH:MM:SS:FF, got 'noon'"):
        source_timecode_at("noon", False, 25.0, 0.0)
    with pytest.raises(ValueError, match="frame_rate must be positive"):
        source_timecode_at("00:00:00:00", False, 0.0, 0.0)


def test_a_shot_id_is_the_same_tomorrow() -> None:
    assert shot_id("news/a.mp4", "00ff", 1.25, 2.5) == uuid.UUID("f5fb6b6c-5469-5ff1-889d-77b2b819ff01")


@given(st.floats(0, 1e5), st.floats(0, 1e5))
def test_a_shot_id_depends_on_file_place_and_times_to_the_millisecond(start_s: float, length_s: float) -> None:
    end_s = start_s + length_s
    first = shot_id("news/a.mp4", "00ff", start_s, end_s)
    assert first == shot_id("news/a.mp4", "00ff", round(start_s, 3), round(end_s, 3))
    others = [("news/b.mp4", "00ff", 0.0), ("news/a.mp4", "00fe", 0.0), ("news/a.mp4", "00ff", 0.002)]
    assert len({first} | {shot_id(video, sha, start_s + shift, end_s) for video, sha, shift in others}) == 4


def test_identified_shots_are_the_table_of_the_schema() -> None:
    shots = shots_of(still(12), Cuts([1.24]), fps=3.0).table
    named = table("shots").conform(identify_shots(shots, "news/a.mp4", "00ff", "10:00:00:00", False, 25.0, 0.0))
    assert named["start_timecode"].to_list() == ["00:00:00.000", "00:00:01.240"]
    assert named["end_timecode"].to_list() == ["00:00:01.240", "00:00:04.000"]
    assert named["source_timecode"].to_list() == ["10:00:00:00", "10:00:01:06"]
    assert named["shot_id"].n_unique() == 2


@pytest.mark.parametrize("timecode", [None, "", "garbage", "00:00:61:00"])
def test_without_a_readable_timecode_the_column_is_null(timecode: str | None) -> None:
    shots = shots_of(still(3)).table
    named = table("shots").conform(identify_shots(shots, "news/a.mp4", "00ff", timecode, None, 25.0, 0.0))
    assert named["source_timecode"].to_list() == [None]
    assert named.filter(pl.col("source_timecode").is_null()).height == 1
