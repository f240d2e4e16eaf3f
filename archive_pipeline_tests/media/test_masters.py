"""What archives and broadcasters keep their masters in is read whole and in its colours."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from archive_pipeline_tests.media.reference import sampled
from archive_pipeline_tests.media.test_colours import COLOUR
from archive_pipeline_tests.media.zoo import Maker, run
from archive_pipeline_tests.thorough import mostly_thorough

Made = Callable[[str, Maker], Path]


def master(size: str, *arguments: str, pixels: str, fields: str = "prog", rate: int = 25) -> Maker:
    """Twelve pictures of one colour, with sound, coded as their height has it."""
    matrix = "bt709" if int(size.split("x")[1]) >= 720 else "bt601"
    picture = f"color=0x{bytes(COLOUR).hex()}:s={size}:r={rate}:d={12 / rate},format=gbrp"
    by = f"scale=out_color_matrix={matrix}:out_range=tv,format={pixels},setfield={fields}"
    sound = ("-f", "lavfi", "-i", f"sine=r=48000:d={12 / rate}", "-c:a", "pcm_s16le")
    inputs = ("-f", "lavfi", "-i", picture, *sound[:4])
    return lambda ffmpeg, path: run(ffmpeg, *inputs, "-vf", by, *sound[4:], *arguments, path)


_MPEG2 = ("-c:v", "mpeg2video", "-b:v", "50M", "-minrate", "50M", "-maxrate", "50M", "-flags", "+ildct+ilme")
_D10 = (
    "-rc_init_occupancy",
    "2000000",
    "-bufsize",
    "2000000",
    "-g",
    "0",
    "-intra_vlc",
    "1",
    "-qmin",
    "1",
    "-qmax",
    "3",
)
_CINEMA = ("-c:v", "libopenjpeg", "-profile", "cinema2k", "-cinema_mode", "2k_24")
_AVC_INTRA = ("-c:v", "libx264", "-x264-params", "avcintra-class=100:interlaced=1")
MASTERS: dict[str, Maker] = {
    "j2k.mxf": master("320x180", "-c:v", "libopenjpeg", pixels="yuv422p10le"),
    "cinema.mxf": master("2048x1080", *_CINEMA, pixels="xyz12le", rate=24),
    "j2k.mov": master("320x180", "-c:v", "jpeg2000", pixels="yuv420p"),
    "imx.mxf": master("720x608", *_MPEG2, *_D10, "-f", "mxf_d10", pixels="yuv422p", fields="tff"),
    "xdcam.mxf": master("1920x1080", *_MPEG2, "-bufsize", "36408333", "-bf", "2", pixels="yuv422p", fields="tff"),
    "avcintra.mxf": master("1920x1080", *_AVC_INTRA, pixels="yuv422p10le", fields="tff"),
    "dnxhd.mxf": master("1920x1080", "-c:v", "dnxhd", "-b:v", "120M", pixels="yuv422p"),
    "avid.mxf": master("1920x1080", "-c:v", "dnxhd", "-b:v", "120M", "-an", "-f", "mxf_opatom", pixels="yuv422p"),
    "dnxhr.mov": master("1280x720", "-c:v", "dnxhd", "-profile:v", "dnxhr_hq", pixels="yuv422p"),
    "hq.mov": master("320x180", "-c:v", "prores_ks", "-profile:v", "3", pixels="yuv422p10le"),
    "alpha.mov": master("320x180", "-c:v", "prores_ks", "-profile:v", "4", pixels="yuva444p10le"),
    "ffv1.mkv": master("320x180", "-c:v", "ffv1", "-level", "3", pixels="yuv422p10le"),
    "film.mkv": master("320x180", "-c:v", "ffv1", "-level", "3", pixels="gbrp16le"),
    "v210.mov": master("320x180", "-c:v", "v210", pixels="yuv422p10le"),
    "r210.mov": master("320x180", "-c:v", "r210", pixels="gbrp10le"),
    "dvcpro50.mov": master("720x576", "-c:v", "dvvideo", pixels="yuv422p", fields="bff"),
    "cineform.mov": master("320x180", "-c:v", "cfhd", pixels="yuv422p10le"),
    "huffyuv.avi": master("320x180", "-c:v", "huffyuv", pixels="yuv422p"),
}
_INTERLACED = {"imx.mxf", "xdcam.mxf", "avcintra.mxf", "dvcpro50.mov"}


@pytest.mark.parametrize("name", mostly_thorough(MASTERS, {"j2k.mxf", "imx.mxf", "film.mkv"}))
def test_a_master_is_read_whole_and_in_its_colours(name: str, made: Made, ffmpeg: Path) -> None:
    video = sampled(made(name, MASTERS[name]), ffmpeg)
    found: Any = (video.decoding.n_source_frames, video.decoding.decoded_share, video.facts.is_interlaced)
    assert found == (12, 1.0, name in _INTERLACED)
    assert video.facts.frame_rate == pytest.approx(24 if name == "cinema.mxf" else 25, rel=0.1)
    height, width, _ = video.pixels(1).shape
    np.testing.assert_allclose(video.pixels(1)[height // 2, width // 2], COLOUR, atol=6)
