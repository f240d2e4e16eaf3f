"""What low bit rates do to pictures: each for itself, or by a codec, which at a cut leaves traces of the old shot."""

import subprocess

import cv2
import imageio_ffmpeg
import numpy as np
from numpy.typing import NDArray

Pictures = NDArray[np.uint8]
"""(n, height, width, 3) RGB."""

_CODECS = (("-c:v libx264 -preset veryfast -crf", 30, 45), ("-c:v mpeg4 -q:v", 8, 32), ("-c:v mpeg2video -q:v", 8, 32))
"""Options, and from which quality to which (exclusive), the worst last."""
_ENLARGED = 3
"""Pictures are encoded so many times as wide and high: a codec's blocks have the size that they have in a film's."""


def compressed(rng: np.random.Generator, pictures: Pictures) -> Pictures:
    """The pictures as they come back from one compression or the other."""
    return _by_codec(rng, pictures) if rng.random() < 0.6 else _by_jpeg(rng, pictures)


def _by_jpeg(rng: np.random.Generator, pictures: Pictures) -> Pictures:
    """JPEG of each picture, worse between key pictures that refresh it every so often."""
    quality, gop = int(rng.integers(8, 60)), int(rng.integers(10, 60))
    out = np.empty_like(pictures)
    for i, picture in enumerate(pictures):
        q = min(95, quality + 20) if i % gop == 0 else quality
        _, code = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, q])
        out[i] = np.asarray(cv2.imdecode(code, cv2.IMREAD_COLOR))
    return out


def _by_codec(rng: np.random.Generator, pictures: Pictures) -> Pictures:
    options, best, worst = _CODECS[int(rng.integers(len(_CODECS)))]
    _, height, width, _ = pictures.shape
    raw = ["-f", "rawvideo", "-pix_fmt", "rgb24"]
    large = f"scale={_ENLARGED * width}:{_ENLARGED * height},format=yuv420p"
    quality = str(int(rng.integers(best, worst)))
    coded = _ffmpeg(
        [*raw, "-s", f"{width}x{height}", "-r", "25", "-i", "-", "-vf", large, *options.split(), quality],
        ["-f", "matroska", "-"],
        np.ascontiguousarray(pictures).tobytes(),
    )
    small = ["-i", "-", "-fps_mode", "passthrough", "-vf", f"scale={width}:{height}:flags=area"]
    return np.frombuffer(_ffmpeg(small, [*raw, "-"], coded), dtype=np.uint8).reshape(pictures.shape).copy()


def _ffmpeg(arguments: list[str], output: list[str], content: bytes) -> bytes:
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", *arguments, "-threads", "1", *output]
    return subprocess.run(command, check=True, input=content, stdout=subprocess.PIPE).stdout
