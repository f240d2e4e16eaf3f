from fractions import Fraction
from itertools import pairwise

import pytest

from archive_pipeline.exports.model import exact_rate
from archive_pipeline_tests.exports.cuts import CASES, shots, source


@pytest.mark.parametrize(
    ("told", "meant"),
    [
        (25.0, Fraction(25)), (29.97, Fraction(30000, 1001)), (30000 / 1001, Fraction(30000, 1001)),
        (23.976, Fraction(24000, 1001)), (59.94, Fraction(60000, 1001)), (24.8713, Fraction(248713, 10000)),
        (12.5, Fraction(25, 2)), (0.4, Fraction(2, 5)),
    ],
)  # fmt: skip
def test_a_rate_is_the_fraction_that_is_meant(told: float, meant: Fraction) -> None:
    assert exact_rate(told) == meant


@pytest.mark.parametrize(("rate", "timecode"), CASES)
def test_clips_of_a_source_have_neither_gap_nor_overlap(rate: str, timecode: str) -> None:
    clips = shots(source(rate, timecode), 300)
    assert all(one.end == then.first for one, then in pairwise(clips))
    of = clips[0].source
    assert all(of.frame_at(of.time_of(clip.first)) == clip.first for clip in clips)
