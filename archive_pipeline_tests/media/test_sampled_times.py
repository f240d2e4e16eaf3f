"""Sampled times are the container's own, to the millisecond."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from archive_pipeline.media.sampling import SamplingParameters
from archive_pipeline_tests.media.conftest import READABLE
from archive_pipeline_tests.media.reference import Sampled, frame_times, packet_times, sampled, samples_by_definition
from archive_pipeline_tests.media.zoo import CODECS, SHAPES, TIMES, Maker
from archive_pipeline_tests.thorough import mostly_thorough

_ALL = {**CODECS, **SHAPES, **TIMES}
_MILLISECOND = 0.001
_ALWAYS = {"asl_bird.mkv", "city_night.mpg", "nasa_13013_rotated.mp4", "psd_delayed_start.mp4", "synth_vp9.webm"}
_ALWAYS_MADE = {
    "h264.mp4",
    "mpeg2_interlaced.mxf",
    "prores.mov",
    "dv.dv",
    "h264.m2ts",
    "vfr.mp4",
    "wrap.ts",
    "edit_list.mp4",
}


def _assert_exact(video: Sampled, expected: NDArray[np.float64], fps: float = 3) -> None:
    chosen = samples_by_definition(expected, fps)
    assert video.decoding.n_source_frames == len(expected)
    assert [sample.source_frame for sample in video.samples] == chosen
    assert [sample.frame for sample in video.samples] == list(range(len(chosen)))
    np.testing.assert_allclose(video.pts_s, expected[chosen], atol=_MILLISECOND, rtol=0)
    assert video.decoding.start_s == pytest.approx(expected[0], abs=_MILLISECOND)
    assert video.decoding.end_s > expected[-1]
    assert video.decoding.start_s == pytest.approx(video.facts.start_s, abs=_MILLISECOND)


@pytest.mark.parametrize(
    "entry",
    mostly_thorough(READABLE, [entry for entry in READABLE if entry["file"] in _ALWAYS]),
    ids=lambda entry: entry["file"],
)
def test_every_clip_of_the_footage_is_sampled_at_its_own_times(
    entry: dict[str, Any], footage: Path, ffmpeg: Path
) -> None:
    path = footage / entry["file"]
    video = sampled(path, ffmpeg)
    _assert_exact(video, packet_times(path, video.facts))
    assert video.decoding.n_source_frames == entry["decoded_frames"]
    assert video.facts.start_s + video.facts.zero_s == pytest.approx(entry["first_pts_s"], abs=_MILLISECOND)
    assert video.facts.is_vfr == entry["vfr"]
    coded = (entry["width"], entry["height"])
    assert (video.facts.width, video.facts.height) == (coded[::-1] if entry["rotation"] else coded)
    numerator, denominator = map(int, entry["avg_frame_rate"].split("/"))
    assert video.facts.frame_rate == pytest.approx(numerator / denominator)
    # the manifest's durations are of the longest stream: sound and subtitles outlast the picture
    assert video.facts.start_s + video.facts.duration_s <= entry["duration_s"] + 0.03
    if not entry["audio_codecs"]:
        assert video.facts.start_s + video.facts.duration_s == pytest.approx(entry["duration_s"], abs=0.03)
    assert video.decoding.decoded_share > 0.99


@pytest.mark.parametrize("name", mostly_thorough([name for name in _ALL if name != "reset.ts"], _ALWAYS_MADE))
def test_every_codec_shape_and_clock_is_sampled_at_its_own_times(
    name: str, made: Callable[[str, Maker], Path], ffmpeg: Path
) -> None:
    path = made(name, _ALL[name])
    video = sampled(path, ffmpeg)
    _assert_exact(video, frame_times(path, video.facts))
    assert video.decoding.decoded_share > 0.99
    assert video.decoding.end_s == pytest.approx(video.facts.start_s + video.facts.duration_s, abs=0.05)


@pytest.mark.parametrize("fps", [0.5, 1, 2.997, 30, 60])
@pytest.mark.parametrize("name", mostly_thorough(["vfr.mkv", "h263.3gp"], ["vfr.mkv"]))
def test_any_rate_is_sampled_without_repeating_a_frame(
    name: str, fps: float, made: Callable[[str, Maker], Path], ffmpeg: Path
) -> None:
    path = made(name, _ALL[name])
    video = sampled(path, ffmpeg, SamplingParameters(fps=fps))
    _assert_exact(video, frame_times(path, video.facts), fps)


def test_a_clock_that_is_reset_goes_on(made: Callable[[str, Maker], Path], ffmpeg: Path) -> None:
    video = sampled(made("reset.ts", TIMES["reset.ts"]), ffmpeg)
    assert video.decoding.n_source_frames == 150
    assert video.decoding.end_s == pytest.approx(6, abs=0.001)
    assert video.facts.duration_s == pytest.approx(6, abs=0.001)
    every_frame = np.arange(150) / 25
    np.testing.assert_allclose(video.pts_s, every_frame[samples_by_definition(every_frame, 3)], atol=_MILLISECOND)
    assert "The times of the frames jump; they were joined into one clock." in video.decoding.warnings


def test_a_delayed_start_keeps_its_delay_and_counts_once(made: Callable[[str, Maker], Path], ffmpeg: Path) -> None:
    video = sampled(made("delayed.mp4", TIMES["delayed.mp4"]), ffmpeg)
    assert video.decoding.start_s == pytest.approx(1.32, abs=0.03)
    assert video.samples[0].source_frame == 0
    assert video.samples[0].pts_s == video.decoding.start_s


def test_transport_streams_start_where_the_first_stream_does(made: Callable[[str, Maker], Path], ffmpeg: Path) -> None:
    video = sampled(made("late_sound_first.ts", TIMES["late_sound_first.ts"]), ffmpeg)
    assert video.decoding.start_s == pytest.approx(0.7, abs=0.05)


@pytest.mark.parametrize("name", ["one_frame.mp4", "one_frame.ts", "one_frame_interlaced.mxf", "nine_hundredths.mp4"])
def test_the_shortest_videos_have_one_frame(name: str, made: Callable[[str, Maker], Path], ffmpeg: Path) -> None:
    video = sampled(made(name, SHAPES[name]), ffmpeg)
    assert len(video.samples) == 1
    assert video.decoding.end_s == pytest.approx(0.09 if name == "nine_hundredths.mp4" else 0.04, abs=0.001)
