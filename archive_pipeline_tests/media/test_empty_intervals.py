"""Every stretch between cuts gets a sample, unless it is a flash."""

from functools import cache
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from archive_pipeline.media.cuts import Cut
from archive_pipeline.media.intervals import empty_intervals, fill_empty_intervals, merge_pictures, pictures
from archive_pipeline.media.moments import Moment
from archive_pipeline.media.sampling import Decoding, Sample, SamplingParameters
from archive_pipeline_tests.media.reference import sampled
from archive_pipeline_tests.media.zoo import encoded


def _hard(at_s: float, frame: int = 1) -> Cut:
    return Cut("hard", at_s, at_s, frame, 1)


def test_a_stretch_without_a_sample_gets_its_middle() -> None:
    moments = empty_intervals([_hard(1.0, 25), _hard(1.28, 32)], [0, 0.9, 1.3], (0, 3))
    assert moments == [Moment(pytest.approx(1.14), 1.0, 25)]


def test_a_flash_gets_none() -> None:
    assert empty_intervals([_hard(1.0), _hard(1.16)], [0, 0.9, 1.3], (0, 3)) == []


def test_a_sample_on_the_cut_belongs_to_what_follows() -> None:
    assert empty_intervals([_hard(1.0), _hard(1.3)], [0, 1.0, 1.4], (0, 3)) == []
    assert len(empty_intervals([_hard(1.0), _hard(1.3)], [0, 1.3], (0, 3))) == 1


def test_gradual_changes_belong_to_neither_side() -> None:
    cuts = [Cut("gradual", 1.0, 1.5, 25, 1), Cut("gradual", 2.0, 2.5, 50, 1)]
    assert empty_intervals(cuts, [0, 0.9, 1.2, 2.2, 2.6], (0, 3)) == [Moment(1.75, 1.0, 25)]


def test_the_first_and_the_last_stretch_count() -> None:
    assert empty_intervals([_hard(0.3, 8), _hard(2.7, 68)], [0.4, 1], (0.04, 3)) == [
        Moment(pytest.approx(0.17), 0.04, 0),
        Moment(pytest.approx(2.85), 2.7, 68),
    ]


@settings(deadline=None)
@given(
    st.lists(st.integers(1, 99), unique=True).map(sorted),
    st.lists(st.integers(0, 99), unique=True).map(sorted),
)
def test_filled_every_long_stretch_has_a_sample(cut_tenths: list[int], sample_tenths: list[int]) -> None:
    cuts = [_hard(at / 10) for at in cut_tenths]
    moments = empty_intervals(cuts, np.array(sample_tenths) / 10, (0, 10))
    times = sorted([at / 10 for at in sample_tenths] + [moment.time_s for moment in moments])
    edges = [0, *(at / 10 for at in cut_tenths), 10]
    for begin, end in pairwise(edges):
        assert end - begin < 0.2 or any(begin <= time < end for time in times)
    assert all(moment.anchor_s <= moment.time_s for moment in moments)


def test_the_pictures_come_from_the_video(ffmpeg: Path, tmp_path: Path) -> None:
    path = tmp_path / "video.mp4"
    encoded("-c:v", "libx264", "-preset", "veryfast", seconds=8)(ffmpeg, path)
    video = sampled(path, ffmpeg)
    cuts = (_hard(4.04, 101), _hard(4.28, 107))  # between the samples at 4.0 and 4.36
    decoding = Decoding(200, 0, 8, 1, (), cuts)
    extras = fill_empty_intervals(path, video.facts, SamplingParameters(), ffmpeg, decoding, video.pts_s)
    assert [(extra.source_frame, extra.pts_s) for extra in extras] == [(104, pytest.approx(4.16))]


def _sample(tenth: int) -> Sample:
    return Sample(-1, tenth / 10, tenth, _jpeg(tenth))


@cache
def _jpeg(level: int) -> bytes:
    written = BytesIO()
    Image.new("L", (16, 16), level).save(written, "JPEG")
    return written.getvalue()


@settings(deadline=None)
@given(
    st.lists(st.integers(0, 200), unique=True, min_size=1).map(sorted),
    st.lists(st.integers(0, 200), unique=True).map(sorted),
    st.integers(1, 10),
)
def test_merged_pictures_are_in_order_and_numbered(tenths: list[int], extra: list[int], size: int) -> None:
    extra = [tenth for tenth in extra if tenth not in tenths]
    rows = pictures([_sample(tenth) for tenth in tenths]).with_columns(pl.lit("clips/a.mp4").alias("video_id"))
    batches = [rows[at : at + size] for at in range(0, rows.height, size)]
    merged = list(merge_pictures(batches, pictures([_sample(tenth) for tenth in extra])))
    assert len(merged) == len(batches)
    whole = pl.concat(merged)
    assert whole.schema == rows.schema
    assert whole["source_frame"].to_list() == sorted(tenths + extra)
    assert whole["frame"].to_list() == list(range(len(tenths) + len(extra)))
    assert whole["jpeg"].to_list() == [_jpeg(tenth) for tenth in sorted(tenths + extra)]
    assert whole["video_id"].unique().to_list() == ["clips/a.mp4"]
