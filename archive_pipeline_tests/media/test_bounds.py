"""Decoding is bounded in time, frames and memory, and no decoder outlives whoever started it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from archive_pipeline import progress
from archive_pipeline.errors import ConfigurationError, MediaError, PassingError
from archive_pipeline.media.sampling import Sample, SamplingParameters, sample_video
from archive_pipeline_tests.media.reference import facts_of, sampled
from archive_pipeline_tests.media.zoo import Maker, black
from archive_pipeline_tests.waiting import until

Made = Callable[[str, Maker], Path]


@pytest.fixture(scope="module")
def long_video(made: Made) -> Path:
    return made("black.mkv", black(60))


def _decoders(path: Path) -> list[int]:
    """The processes that hold the file's name in their command line, this one aside."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if os.fsencode(path) in (process / "cmdline").read_bytes() and int(process.name) != os.getpid():
                found.append(int(process.name))
        except OSError:
            continue
    return found


def test_a_minute_of_black_is_a_minute_without_cuts(long_video: Path, ffmpeg: Path) -> None:
    reports: list[tuple[str, float]] = []
    with progress.listening(lambda stage, fraction: reports.append((stage, fraction))):
        video = sampled(long_video, ffmpeg)
    assert len(video.samples) == 180
    assert video.decoding.cuts == ()
    fractions = [fraction for stage, fraction in reports if stage == "frames"]
    assert fractions == sorted(fractions)
    assert 0.9 < fractions[-1] <= 1


def test_samples_come_while_decoding_goes_on(long_video: Path, ffmpeg: Path) -> None:
    sizes: list[int] = []
    sample_video(long_video, facts_of(long_video), SamplingParameters(), ffmpeg, lambda batch: sizes.append(len(batch)))
    assert len(sizes) > 3
    assert max(sizes) <= 64


def test_decoding_too_long_is_given_up(long_video: Path, ffmpeg: Path) -> None:
    with pytest.raises(PassingError, match="decode_timeout"):
        sample_video(
            long_video, facts_of(long_video), SamplingParameters(), ffmpeg, lambda _: time.sleep(0.2), limit_s=0.1
        )
    assert _decoders(long_video) == []


def test_more_frames_than_can_be_are_refused(long_video: Path, ffmpeg: Path) -> None:
    claimed = replace(facts_of(long_video), duration_s=0.1)
    with pytest.raises(MediaError, match="too_many_frames"):
        sample_video(long_video, claimed, SamplingParameters(), ffmpeg, lambda _: None)
    assert _decoders(long_video) == []


def test_an_error_of_the_caller_ends_the_decoder(long_video: Path, ffmpeg: Path) -> None:
    def fail(_: Sequence[Sample]) -> None:
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        sample_video(long_video, facts_of(long_video), SamplingParameters(), ffmpeg, fail)
    assert _decoders(long_video) == []


def test_the_decoder_dies_with_a_caller_that_is_killed(long_video: Path, ffmpeg: Path) -> None:
    script = (
        "import sys, time; from pathlib import Path; from archive_pipeline.media.probe import probe\n"
        "from archive_pipeline.media.sampling import SamplingParameters, sample_video\n"
        "path = Path(sys.argv[1])\n"
        "def hold(_):\n    print('decoding', flush=True)\n    time.sleep(60)\n"
        "sample_video(path, probe(path), SamplingParameters(), Path(sys.argv[2]), hold)\n"
    )
    caller = subprocess.Popen([sys.executable, "-c", script, long_video, ffmpeg], stdout=subprocess.PIPE)
    assert caller.stdout is not None
    assert caller.stdout.readline() == b"decoding\n"
    decoders = [process for process in _decoders(long_video) if process != caller.pid]
    assert decoders
    caller.send_signal(signal.SIGKILL)
    caller.wait()
    caller.stdout.close()
    until(lambda: not set(decoders) & set(_decoders(long_video)), "the decoders' end")


def test_an_unknown_detector_is_refused_before_any_work(long_video: Path, ffmpeg: Path) -> None:
    with pytest.raises(ConfigurationError, match="detector_unknown"):
        sample_video(long_video, facts_of(long_video), SamplingParameters(detector="none"), ffmpeg, lambda _: None)


@pytest.mark.parametrize("wrong", [{"fps": 0}, {"fps": 1000}, {"picture_side": 1}, {"jpeg_qscale": 0}])
def test_parameters_out_of_range_are_named(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        SamplingParameters(**wrong)  # type: ignore[arg-type]


@pytest.mark.verify
def test_memory_does_not_grow_with_the_duration(made: Made, ffmpeg: Path) -> None:
    short = made("short.mkv", black(30))
    long = made("long.mkv", black(3 * 3600))
    peaks = [_peak_mb(path, ffmpeg) for path in (short, long)]
    assert peaks[1] < peaks[0] + 200, f"a short video took {peaks[0]:.0f} MB, three hours {peaks[1]:.0f} MB"


@pytest.mark.verify
def test_ten_minutes_of_black_have_no_cuts(made: Made, ffmpeg: Path) -> None:
    path = made("black10.mkv", black(600))
    video = sampled(path, ffmpeg)
    assert (len(video.samples), video.decoding.cuts) == (1800, ())


def _peak_mb(path: Path, ffmpeg: Path) -> float:
    """Peak memory of a process that only samples `path`, or of its decoder where that takes more."""
    script = (
        "import resource, sys; from pathlib import Path; from archive_pipeline.media.probe import probe\n"
        "from archive_pipeline.media.sampling import SamplingParameters, sample_video\n"
        "path = Path(sys.argv[1])\n"
        "sample_video(path, probe(path), SamplingParameters(), Path(sys.argv[2]), lambda _: None)\n"
        "print(max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)))\n"
    )
    answer = subprocess.run([sys.executable, "-c", script, path, ffmpeg], stdout=subprocess.PIPE, check=True)
    return int(answer.stdout) / 1024
