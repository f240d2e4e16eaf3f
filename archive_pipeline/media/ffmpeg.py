"""Where ffmpeg is, and how files are named to it so that a name can be nothing but a file."""

import os
import re
import shutil
import subprocess
from functools import lru_cache
from pathlib import Path

from archive_pipeline.errors import ConfigurationError

PROTOCOLS = "file,pipe"

DEMUXERS = ",".join(
    (
        "mov,mp4,m4a,3gp,3g2,mj2",
        "matroska,webm",
        "avi",
        "mpeg",
        "mpegts",
        "mpegvideo",
        "m4v",
        "h264",
        "hevc",
        "mxf",
        "gxf",
        "ogg",
        "asf",
        "flv",
        "dv",
        "ivf",
        "nut",
        "rm",
        "wtv",
        "yuv4mpegpipe",
    )
)
"""Formats that hold a video in one file. Playlists, scripts, picture sequences and devices are not among them."""

DISCONTINUOUS = frozenset({"mpeg", "mpegts"})
"""Formats whose clock starts anywhere, wraps and may jump: transport and program streams."""

TIMELESS = frozenset({"h264", "hevc", "m4v", "mpegvideo"})
"""Raw streams of one codec: their times are counted from the beginning, so that nobody knows where a seek has led."""

_OLDEST = (6, 1)  # the first with `-enc_time_base filter`, without which times are rounded to the nominal frame rate


def find_ffmpeg(configured: Path | None) -> Path:
    """The ffmpeg binary: `configured`, else on the PATH if new enough, else the one of the imageio-ffmpeg wheel.

    Raises ConfigurationError: `ffmpeg_missing` where none is found, `ffmpeg_too_old` where the configured one is.
    """
    if configured is not None:
        return _checked(configured)
    on_path = shutil.which("ffmpeg")
    if on_path and _is_new_enough(Path(on_path)):
        return Path(on_path)
    try:
        import imageio_ffmpeg

        return Path(imageio_ffmpeg.get_ffmpeg_exe())
    except (ImportError, RuntimeError):
        raise ConfigurationError(
            "ffmpeg_missing",
            "No ffmpeg 6.1 or newer was found. Install it, or the Python package imageio-ffmpeg, "
            "or name the binary in ARCHIVE_FFMPEG.",
        ) from None


def media_url(path: Path) -> str:
    """`path` as ffmpeg and PyAV read it: no name becomes an option, a protocol or a pattern, whatever its bytes."""
    return "file:" + os.fsdecode(os.path.abspath(path))  # noqa: PTH100 (symlinks stay what they are)


def escaped(value: str) -> str:
    """`value` as the value of an option in a graph of filters, which is read twice."""
    once = re.sub(r"[\\':]", r"\\\g<0>", value)
    return re.sub(r"[\\'\[\],;]", r"\\\g<0>", once)


def _checked(binary: Path) -> Path:
    if shutil.which(binary) is None:
        raise ConfigurationError(
            "ffmpeg_missing", f"ARCHIVE_FFMPEG names {binary}, which is not a program. Correct or unset it."
        )
    if not _is_new_enough(binary):
        raise ConfigurationError(
            "ffmpeg_too_old", f"{binary} is older than ffmpeg 6.1. Install a newer one, or unset ARCHIVE_FFMPEG."
        )
    return binary


@lru_cache
def _is_new_enough(binary: Path) -> bool:
    """Whether `-version` answers with 6.1 or newer; builds from git (`N-1234-g…`) count as new."""
    try:
        answer = subprocess.run(
            [binary, "-version"], stdin=subprocess.DEVNULL, capture_output=True, timeout=30, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return False
    version = re.match(rb"ffmpeg version n?(\d+)\.(\d+)", answer.stdout)
    return version is None or (int(version[1]), int(version[2])) >= _OLDEST
