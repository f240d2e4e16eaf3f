"""Pictures have the colours that browsers show, whether a file tells how they are coded or not."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from archive_pipeline.media.moments import Moment, sample_moments
from archive_pipeline.media.sampling import SamplingParameters
from archive_pipeline_tests.media.reference import facts_of, sampled
from archive_pipeline_tests.media.zoo import Maker, run

Made = Callable[[str, Maker], Path]

COLOUR = (200, 50, 20)
_H264 = ("-c:v", "libx264", "-preset", "ultrafast")


def coded(
    size: str,
    matrix: str,
    *arguments: str,
    pixels: str = "yuv420p",
    full: bool = False,
    fields: str = "prog",
    tag: str = "unknown",
) -> Maker:
    """One second of one colour, coded by `matrix` and tagged with `tag`, in pictures of `size`."""
    picture = f"color=0x{bytes(COLOUR).hex()}:s={size}:r=10:d=1,format=gbrp"
    by = f"scale=out_color_matrix={matrix}:out_range={'pc' if full else 'tv'},format={pixels},setfield={fields}"
    untold = f"setparams=colorspace={tag}:color_primaries=unknown:color_trc=unknown"
    return lambda ffmpeg, path: run(
        ffmpeg, "-f", "lavfi", "-i", picture, "-vf", f"{by},{untold}", *(arguments or _H264), path
    )


_TEN_BITS = ("-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none")
UNTOLD: dict[str, tuple[str, Maker]] = {
    "untold_720.mp4": ("bt709", coded("1280x720", "bt709")),
    "untold_1080.mp4": ("bt709", coded("1920x1080", "bt709")),
    "untold_960.mp4": ("bt709", coded("960x720", "bt709")),
    "untold_718.mp4": ("smpte170m", coded("960x718", "bt601")),
    "untold_576.mp4": ("smpte170m", coded("720x576", "bt601")),
    "untold_full.mp4": ("smpte170m", coded("1280x720", "bt601", full=True)),
    "untold_ten_bits.mkv": ("bt709", coded("1280x720", "bt709", *_TEN_BITS, pixels="yuv420p10le")),
    "untold_fields.mpg": (
        "bt709",
        coded("1280x720", "bt709", "-c:v", "mpeg2video", "-q:v", "2", "-r", "25", "-flags", "+ildct", fields="tff"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", UNTOLD)
def test_what_a_file_does_not_tell_goes_by_its_lines_as_in_browsers(name: str, made: Made, ffmpeg: Path) -> None:
    """The whole pass and a short seek alike."""
    matrix, maker = UNTOLD[name]
    path = made(name, maker)
    facts = facts_of(path)
    assert (facts.colour_matrix, facts.is_colour_matrix_assumed) == (matrix, True)
    assert facts.is_interlaced is ("fields" in name)
    video = sampled(path, ffmpeg)
    height, width, _ = video.pixels(1).shape
    np.testing.assert_allclose(video.pixels(1)[height // 2, width // 2], COLOUR, atol=6)
    (sought,) = sample_moments(path, facts, SamplingParameters(), ffmpeg, [Moment(video.pts_s[1], video.pts_s[1], 0)])
    assert sought.jpeg == video.samples[1].jpeg


@pytest.mark.parametrize(
    ("name", "maker", "matrix"),
    [
        ("told_601.mp4", coded("1280x720", "bt601", tag="smpte170m"), "smpte170m"),
        ("told_709.mp4", coded("320x240", "bt709", tag="bt709"), "bt709"),
        ("photos.avi", coded("1280x720", "bt601", "-c:v", "mjpeg", "-q:v", "2", full=True), "bt470bg"),
    ],
)
def test_what_it_tells_counts_at_any_size(name: str, maker: Maker, matrix: str, made: Made, ffmpeg: Path) -> None:
    video = sampled(made(name, maker), ffmpeg)
    assert (video.facts.colour_matrix, video.facts.is_colour_matrix_assumed) == (matrix, False)
    np.testing.assert_allclose(video.pixels(0)[100, 100], COLOUR, atol=6)


def test_rgb_and_grey_have_no_matrix_to_assume(made: Made, ffmpeg: Path) -> None:
    for name, pixels in (("rgb_720.mkv", "gbrp"), ("grey_720.mkv", "gray")):

        def make(ffmpeg: Path, path: Path, pixels: str = pixels) -> None:
            picture = f"color=0x{bytes(COLOUR).hex()}:s=1280x720:r=10:d=0.2,format={pixels}"
            run(ffmpeg, "-f", "lavfi", "-i", picture, "-c:v", "ffv1", path)

        video = sampled(made(name, make), ffmpeg)
        assert not video.facts.is_colour_matrix_assumed
        if pixels == "gbrp":
            np.testing.assert_allclose(video.pixels(0)[100, 100], COLOUR, atol=6)
