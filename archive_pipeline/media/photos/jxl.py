"""JPEG XL by ffmpeg, whose build carries libjxl: the plugin for Pillow is GPL."""

import subprocess
import sys
from pathlib import Path

from archive_pipeline.media import guard
from archive_pipeline.media.ffmpeg import PROTOCOLS, media_url
from archive_pipeline.media.photos.model import MOST_PIXELS

_TIMEOUT_S = 60.0
_CODESTREAM, _CONTAINER = b"\xff\x0a", b"\x00\x00\x00\x0cJXL \r\n\x87\n"


def is_jxl(head: bytes) -> bool:
    """Whether a file that begins so is a JPEG XL."""
    return head.startswith((_CODESTREAM, _CONTAINER))


def jxl_as_png(path: Path, ffmpeg: Path) -> bytes:
    """Its first picture, upright, as an uncompressed PNG. Raises ValueError where there is none."""
    guarded = [sys.executable, guard.__file__, str(ffmpeg)]
    # -xerror: at the end of a file that is cut off, ffmpeg 9.0 asks libjxl for more for ever
    command = [*guarded, "-nostdin", "-hide_banner", "-xerror", "-protocol_whitelist", PROTOCOLS]
    command += ["-max_pixels", str(MOST_PIXELS), "-f", "jpegxl_pipe", "-i", media_url(path), "-frames:v", "1"]
    command += ["-f", "image2pipe", "-c:v", "png", "-compression_level", "0", "pipe:1"]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=_TIMEOUT_S)
    if not done.stdout:
        raise ValueError("ffmpeg finds no whole picture in it")
    return done.stdout
