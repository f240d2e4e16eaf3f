"""Which videos the GPU's decoder does, and on which GPUs."""

from collections.abc import Callable
from pathlib import Path

import pytest

from archive_pipeline.media.decoders.coding import Coding, coding
from archive_pipeline.media.decoders.gpus import gpus, lacking
from archive_pipeline.media.decoders.nvdec import SURFACES, why_not
from archive_pipeline_tests.media.zoo import CODECS, SHAPES, Maker, rotated

Made = Callable[[str, Maker], Path]


@pytest.mark.parametrize(
    ("codec", "pixel_format", "size", "reason"),
    [
        ("h264", "yuv420p", (1920, 1080), None),
        ("h264", "yuvj420p", (4096, 4096), None),
        ("h264", "yuv420p10le", (1920, 1080), "does not do h264 in yuv420p10le"),
        ("h264", "yuv422p", (1920, 1080), "does not do h264 in yuv422p"),
        ("h264", "yuv420p", (7680, 4320), "does not do h264 of 7680×4320"),
        ("hevc", "yuv420p", (7680, 4320), None),
        ("hevc", "yuv420p10le", (3840, 2160), None),
        ("hevc", "yuv420p", (128, 96), "does not do hevc of 128×96"),
        ("mpeg1video", "yuv420p", (352, 288), None),
        ("mpeg2video", "yuv420p", (720, 576), None),
        ("mpeg2video", "yuv422p", (1920, 1080), "does not do mpeg2video in yuv422p"),
        ("mpeg4", "yuv420p", (720, 576), None),
        ("mpeg4", "yuv420p", (1920, 1080), "does not do mpeg4 of 1920×1080"),
        ("vc1", "yuv420p", (1280, 720), None),
        ("vp8", "yuv420p", (640, 360), None),
        ("vp9", "yuv420p10le", (3840, 2160), None),
        ("av1", "yuv420p10le", (1920, 1080), None),
        ("prores", "yuv422p10le", (1920, 1080), "does not do prores"),
        ("dvvideo", "yuv420p", (720, 576), "does not do dvvideo"),
    ],
)
def test_what_is_done_and_what_is_not(codec: str, pixel_format: str, size: tuple[int, int], reason: str | None) -> None:
    assert why_not(Coding(codec, pixel_format, *size)) == reason
    assert reason is not None or pixel_format in SURFACES


@pytest.mark.parametrize(
    ("name", "maker", "expected"),
    [
        ("h264.mp4", CODECS["h264.mp4"], ("h264", "yuv420p", 320, 240)),
        ("hevc_10bit.mkv", CODECS["hevc_10bit.mkv"], ("hevc", "yuv420p10le", 320, 240)),
        ("anamorphic_pal.mpg", SHAPES["anamorphic_pal.mpg"], ("mpeg2video", "yuv420p", 720, 576)),
        ("turned.mp4", rotated(90), ("h264", "yuv420p", 320, 240)),
        ("odd_large.mkv", SHAPES["odd_large.mkv"], ("h264", "yuv444p", 801, 451)),
    ],
)
def test_how_a_file_is_coded(name: str, maker: Maker, expected: tuple[str, str, int, int], made: Made) -> None:
    assert coding(made(name, maker)) == Coding(*expected)


def test_gpus_are_those_that_cuda_may_see(tmp_path: Path) -> None:
    assert gpus(None, tmp_path) == ()
    assert gpus("0", tmp_path) == ()
    for name in ("nvidia0", "nvidia10", "nvidia2", "nvidiactl", "nvidia-uvm"):
        (tmp_path / name).touch()
    assert gpus(None, tmp_path) == ("0", "2", "10")
    assert gpus("1,GPU-8932f937", tmp_path) == ("1", "GPU-8932f937")
    assert gpus("", tmp_path) == gpus("-1", tmp_path) == ()


def test_the_bundled_ffmpeg_lacks_nothing_and_one_without_cuda_says_what(ffmpeg: Path, tmp_path: Path) -> None:
    assert lacking(ffmpeg) is None
    plain = tmp_path / "plain"
    plain.write_text("#!/bin/sh\necho 'Hardware acceleration methods:'\necho vaapi\n")
    plain.chmod(0o755)
    assert lacking(plain) == "-hwaccel cuda"
