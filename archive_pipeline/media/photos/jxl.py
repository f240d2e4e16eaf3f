"""JPEG XL by ffmpeg, whose build carries libjxl: the plugin for Pillow is GPL."""

import subprocess
from pathlib import Path

from archive_pipeline.media.ffmpeg import PROTOCOLS, media_url
from archive_pipeline.media.photos.model import MOST_PIXELS

_CODESTREAM, _CONTAINER = b"\xff\x0a", b"\x00\x00\x00\x0cJXL \r\n\x87\n"


def is_jxl(head: bytes) -> bool:
    """Whether a file that begins so is a JPEG XL."""
    return head.startswith((_CODESTREAM, _CONTAINER))


def jxl_as_png(path: Path, ffmpeg: Path) -> bytes:
    """Its first picture, upright, as an uncompressed PNG. Raises ValueError with ffmpeg's word where there is none."""
    command = [str(ffmpeg), "-nostdin", "-hide_banner", "-loglevel", "error", "-protocol_whitelist", PROTOCOLS]
    command += ["-max_pixels", str(MOST_PIXELS), "-f", "jpegxl_pipe", "-i", media_url(path), "-frames:v", "1"]
    command += ["-f", "image2pipe", "-c:v", "png", "-compression_level", "0", "pipe:1"]
    done = subprocess.run(command, capture_output=True)
    if not done.stdout:
        lines = done.stderr.decode(errors="replace").strip().splitlines()
        raise ValueError(lines[-1] if lines else f"ffmpeg ended with {done.returncode}")
    return done.stdout
