"""Twelve sources in which moments are hard to find, each of five pictures with a hard cut every three seconds."""

import subprocess
from collections.abc import Callable
from pathlib import Path

from archive_pipeline.media.ffmpeg import find_ffmpeg
from archive_pipeline_tests.web.films import film

SHOT_S = 3.0  # cuts at 6 and 12 s are those of clips as well, and the film ends with one
_PICTURES = ("mandelbrot", "rgbtestsrc", "testsrc2", "smptebars", "mandelbrot")
_H264 = ("-c:v", "libx264", "-pix_fmt", "yuv420p", "-preset", "veryfast")
_MPEG2 = ("-c:v", "mpeg2video", "-pix_fmt", "yuv420p", "-q:v", "3", "-bf", "2", "-g", "12")
_HEVC = ("-c:v", "libx265", "-pix_fmt", "yuv420p", "-preset", "veryfast")
_AAC = ("-c:a", "aac")
_PCM = ("-c:a", "pcm_s16le", "-ar", "48000", "-ac", "2")
_MP2 = ("-c:a", "mp2")


def make_moment_films(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, make in FILMS.items():
        make(folder / name)


def _film(*coding: str, rate: str = "25", sound: bool = True, then: str = "") -> Callable[[Path], None]:
    return lambda target: film(target, _PICTURES, *coding, rate=rate, seconds=SHOT_S, sound=sound, then=then)


def _edit_list(target: Path) -> None:
    """Cut out of a longer one without coding it again: its first picture is not the first that is coded."""
    whole = target.with_name(f"whole-{target.stem}.tmp.mp4")
    film(whole, _PICTURES, *_H264, "-g", "100", *_AAC, seconds=SHOT_S, sound=True)
    command = [str(find_ffmpeg(None)), "-v", "error", "-y", "-ss", "1.3", "-i", str(whole), "-c", "copy", str(target)]
    subprocess.run(command, check=True)
    whole.unlink()


def first_pictures(name: str) -> list[int]:
    """The numbers of the pictures with which shots begin, after a cut."""
    return [round(n * SHOT_S * _PER_SECOND.get(name, 25)) for n in range(1, len(_PICTURES))]


_PER_SECOND = {"master.mov": 30, "five_fps.mp4": 5}
_UNEVEN = ",select='not(mod(n*n,7)-2)+eq(mod(n,25),0)+between(mod(n,75),72,74)-2*between(n,110,140)'"

FILMS: dict[str, Callable[[Path], None]] = {
    "long_gop.ts": _film(*_H264, "-g", "1000", "-keyint_min", "1000", "-sc_threshold", "0", "-bf", "2", *_MP2),
    "open_gop.mp4": _film(*_H264, "-x264-params", "open-gop=1:keyint=50:bframes=3:scenecut=0", *_AAC),
    "tape.mxf": _film(*_MPEG2, sound=False),
    "master.mov": _film("-c:v", "prores_ks", "-profile:v", "0", "-pix_fmt", "yuv422p10le", *_PCM, rate="30000/1001"),
    "camera.dv": _film("-c:v", "dvvideo", *_PCM, then=",scale=720:576,setsar=16/15,format=yuv420p"),
    "uneven.mp4": _film(*_H264, *_AAC, "-fps_mode", "passthrough", then=_UNEVEN),
    "late.mp4": _film(*_H264, *_AAC, "-fps_mode", "passthrough", then=",setpts=PTS+8/TB"),
    "edit_list.mp4": _edit_list,
    "five_fps.mp4": _film(*_H264, *_AAC, rate="5"),
    "interlaced.mpg": _film(*_MPEG2, "-flags", "+ilme+ildct", *_MP2, then=",setfield=tff"),
    "b_frames.mp4": _film(*_H264, "-bf", "8", "-x264-params", "b-adapt=0:b-pyramid=normal:scenecut=0", *_AAC),
    "hevc.mp4": _film(*_HEVC, "-x265-params", "log-level=error:bframes=4", "-tag:v", "hvc1", *_AAC),
}  # fmt: skip
