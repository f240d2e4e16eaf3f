"""The sampling rule against its definition, one k at a time."""

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from archive_pipeline.media.rule import is_sampled
from archive_pipeline_tests.media.reference import samples_by_definition

_steps_ms = st.lists(st.integers(1, 5000), min_size=1, max_size=60)
_rates = st.sampled_from([0.25, 1.0, 2.0, 3.0, 2.997, 12.5, 25.0])


@settings(deadline=None)
@given(start_ms=st.integers(0, 10_000), steps_ms=_steps_ms, fps=_rates)
def test_a_sample_is_the_first_frame_at_or_after_some_k(start_ms: int, steps_ms: list[int], fps: float) -> None:
    pts_s = np.cumsum([start_ms, *steps_ms]) / 1000
    assert_array_equal(np.flatnonzero(is_sampled(pts_s, fps)), samples_by_definition(pts_s, fps))


@settings(deadline=None)
@given(frame_rate=st.sampled_from([24, 25, 30, 50, 24000 / 1001, 30000 / 1001]), n=st.integers(1, 400), fps=_rates)
@example(frame_rate=25, n=227, fps=12.5)  # 9.04 s × 12.5 is not 113 in floating point
def test_constant_rates_are_sampled_once_in_every_period(frame_rate: float, n: int, fps: float) -> None:
    pts_s = np.arange(n) / frame_rate
    chosen = pts_s[is_sampled(pts_s, fps)]
    assert_array_equal(np.flatnonzero(is_sampled(pts_s, fps)), samples_by_definition(pts_s, fps))
    expected = np.floor(chosen[-1] * fps + 1e-4) + 1 if fps <= frame_rate else n
    assert len(chosen) == expected


def test_the_first_frame_is_sampled_even_before_zero() -> None:
    assert_array_equal(is_sampled(np.array([-0.5, -0.4, 0.0, 0.1, 0.4]), 3), [True, False, True, False, True])


def test_a_gap_gives_one_sample() -> None:
    assert_array_equal(is_sampled(np.array([0.0, 10.0, 10.1, 10.4]), 3), [True, True, False, True])
