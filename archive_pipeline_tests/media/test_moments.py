"""A picture taken by a short seek is the one that the whole pass would have taken."""

from collections.abc import Callable
from pathlib import Path

import pytest

from archive_pipeline.media.moments import Moment, can_seek, sample_moments
from archive_pipeline.media.sampling import SamplingParameters
from archive_pipeline_tests.media.reference import sampled
from archive_pipeline_tests.media.zoo import CODECS, TIMES, Maker, encoded
from archive_pipeline_tests.thorough import mostly_thorough

_LONG = {
    "long.mp4": encoded("-c:v", "libx264", "-preset", "veryfast", "-g", "100", "-bf", "3", seconds=20),
    "long.ts": encoded("-c:v", "libx264", "-preset", "veryfast", "-g", "100", "-bf", "3", seconds=20),
    "long.mpg": encoded("-c:v", "mpeg2video", "-g", "15", "-bf", "2", seconds=20),
    "long.webm": encoded("-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-g", "200", seconds=20),
}
_RAW = {
    "raw.h264": encoded("-c:v", "libx264", "-preset", "ultrafast", "-g", "25", size="64x48", seconds=20),
    "raw.m2v": encoded("-c:v", "mpeg2video", size="64x48", seconds=20),
}
_SHORT = {name: {**CODECS, **TIMES}[name] for name in ("reset.ts", "mpeg2_interlaced.mxf", "mpeg4.avi", "vfr.mkv")}
_ALL: dict[str, Maker] = {**_LONG, **_RAW, **_SHORT}


@pytest.mark.parametrize(
    "name", mostly_thorough(_ALL, ["mpeg2_interlaced.mxf", "vfr.mkv", "reset.ts", "raw.m2v", "long.mpg"])
)
def test_a_moment_gives_the_very_same_picture(name: str, made: Callable[[str, Maker], Path], ffmpeg: Path) -> None:
    path = made(name, _ALL[name])
    video = sampled(path, ffmpeg)
    last = len(video.samples) - 1
    wanted = [video.samples[number] for number in (0, last // 2, last)]
    anchors = [video.samples[max(0, sample.frame - 1)] for sample in wanted]
    moments = [
        Moment(sample.pts_s, anchor.pts_s, anchor.source_frame) for sample, anchor in zip(wanted, anchors, strict=True)
    ]
    seek = can_seek(video.facts, video.decoding.warnings)
    assert seek == (name not in ("reset.ts", *_RAW))
    found = sample_moments(path, video.facts, SamplingParameters(), ffmpeg, moments, seek=seek)
    assert [sample.source_frame for sample in found] == [sample.source_frame for sample in wanted]
    assert [sample.pts_s for sample in found] == [sample.pts_s for sample in wanted]
    assert [sample.jpeg for sample in found] == [sample.jpeg for sample in wanted]
    assert {sample.frame for sample in found} == {-1}


def test_after_the_end_there_is_no_picture(made: Callable[[str, Maker], Path], ffmpeg: Path) -> None:
    path = made("h264.mp4", CODECS["h264.mp4"])
    video = sampled(path, ffmpeg)
    assert sample_moments(path, video.facts, SamplingParameters(), ffmpeg, [Moment(2.5, 0, 0)]) == []


def test_a_picture_for_a_vlm_can_be_larger(made: Callable[[str, Maker], Path], ffmpeg: Path) -> None:
    path = made("odd.webm", encoded("-c:v", "libvpx", "-deadline", "realtime", size="1280x720", seconds=0.4))
    video = sampled(path, ffmpeg)
    [sample] = sample_moments(path, video.facts, SamplingParameters(picture_side=672), ffmpeg, [Moment(0.2, 0, 0)])
    assert sample.source_frame == 5
    assert sample.jpeg.startswith(b"\xff\xd8")
    assert len(sample.jpeg) > len(video.samples[0].jpeg)
