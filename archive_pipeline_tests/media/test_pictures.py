"""Sampled pictures look as a player shows the video."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from archive_pipeline.media.sampling import SamplingParameters
from archive_pipeline_tests.media.reference import sampled
from archive_pipeline_tests.media.zoo import CODECS, SHAPES, TIMES, Maker, rotated, run

Made = Callable[[str, Maker], Path]


@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("anamorphic_pal.mpg", (597, 336)),
        ("anamorphic_ntsc.mp4", (448, 336)),
        ("odd.mp4", (121, 81)),
        ("odd_large.mkv", (597, 336)),
        ("tall.mp4", (64, 1024)),
        ("quarter_turn.mp4", (240, 320)),
        ("cover.mp4", (320, 240)),
        ("two_videos.mp4", (320, 240)),
    ],
)
def test_the_shortest_side_is_at_most_336_and_never_enlarged(
    name: str, size: tuple[int, int], made: Made, ffmpeg: Path
) -> None:
    assert sampled(made(name, SHAPES[name]), ffmpeg).picture(0).size == size


def test_pictures_may_be_asked_for_in_another_size(made: Made, ffmpeg: Path) -> None:
    path = made("anamorphic_pal.mpg", SHAPES["anamorphic_pal.mpg"])
    assert sampled(path, ffmpeg, SamplingParameters(picture_side=144)).picture(0).size == (256, 144)


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_rotation_is_applied_clockwise(degrees: int, made: Made, ffmpeg: Path) -> None:
    upright = sampled(made("h264.mp4", CODECS["h264.mp4"]), ffmpeg).pixels(2)
    turned = sampled(made(f"turned{degrees}.mp4", rotated(degrees)), ffmpeg).pixels(2)
    assert _difference(turned, np.rot90(upright, -degrees // 90)) < 4


def test_a_change_of_size_in_mid_stream_keeps_the_pictures_size(made: Made, ffmpeg: Path) -> None:
    video = sampled(made("grown.ts", TIMES["grown.ts"]), ffmpeg)
    assert {video.picture(number).size for number in range(len(video.samples))} == {(320, 240)}


def test_interlaced_sources_have_no_combs(made: Made, ffmpeg: Path) -> None:
    def combed(ffmpeg: Path, path: Path) -> None:
        bar = "color=black:s=720x576:r=50:d=1,drawbox=x=300:w=80:h=ih:c=white:t=fill,scroll=h=0.02"
        fields = f"{bar},tinterlace=interleave_top,fieldorder=tff"
        run(
            ffmpeg, "-f", "lavfi", "-i", fields, "-c:v", "mpeg2video", "-q:v", "2", "-flags", "+ildct+ilme", "-pix_fmt",
            "yuv420p", path,
        )  # fmt: skip

    video = sampled(made("combed.mxf", combed), ffmpeg, SamplingParameters(picture_side=576))
    assert video.facts.is_interlaced
    rows = video.pixels(1)[8:-8, :, 1]
    assert rows.max() > 200
    assert np.abs(np.diff(rows, axis=0)).mean() < 1, "neighbouring rows of an upright bar differ: fields are mixed"


_COLOUR = (200, 60, 30)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("bt601.mp4", ("-vf", "scale=out_color_matrix=bt601,format=yuv420p", "-colorspace", "smpte170m")),
        ("bt709.mp4", ("-vf", "scale=out_color_matrix=bt709,format=yuv420p", "-colorspace", "bt709")),
        (
            "full_range.mp4",
            ("-vf", "scale=out_range=pc:out_color_matrix=bt601,format=yuv420p", "-colorspace", "smpte170m",
             "-color_range", "pc"),
        ),
        (
            "ten_bits.mkv",
            ("-vf", "scale=out_color_matrix=bt709,format=yuv420p10le", "-colorspace", "bt709", "-c:v", "libx265",
             "-x265-params", "log-level=none"),
        ),
        ("rgb.mkv", ("-c:v", "ffv1", "-vf", "format=gbrp")),
    ],
)  # fmt: skip
def test_colours_are_those_of_the_source(name: str, arguments: tuple[str, ...], made: Made, ffmpeg: Path) -> None:
    colour = "0x{:02x}{:02x}{:02x}".format(*_COLOUR)
    source = ("-f", "lavfi", "-i", f"color={colour}:s=320x240:d=0.2,format=gbrp")
    video = sampled(made(name, lambda ffmpeg, path: run(ffmpeg, *source, *arguments, path)), ffmpeg)
    np.testing.assert_allclose(video.pixels(0)[120, 160], _COLOUR, atol=5)


def _difference(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    assert one.shape == other.shape
    return float(np.abs(one - other).mean())
