"""The facts of a video file, read by a process of its own: what the file does to PyAV cannot reach this one."""

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

from archive_pipeline.errors import ArchiveError, MediaError, PassingError
from archive_pipeline.media.facts import MediaFacts
from archive_pipeline.media.ffmpeg import media_url

__all__ = ["MediaFacts", "probe"]


def probe(path: Path, timeout_s: float = 60) -> MediaFacts:
    """What the container of `path` says, and a few of its frames.

    Raises MediaError: `not_a_file`, `empty_file`, `not_a_video` (a playlist, a script, a picture), `index_missing`
    (an MP4 that was not finished), `unreadable` (no video at all, damaged, encrypted), `no_video_stream`,
    `codec_unknown`, `probe_crashed`. Raises PassingError: `read_failed`, `probe_timeout`.
    """
    _check_file(path)
    command = [sys.executable, "-P", "-m", "archive_pipeline.media.inspection"]
    try:
        process = subprocess.run(
            command, input=json.dumps({"url": media_url(path)}).encode(), capture_output=True, timeout=timeout_s
        )
    except subprocess.TimeoutExpired:
        raise PassingError(
            "probe_timeout", f"Reading the container took more than {timeout_s:g} s. Is the disk slow, the file broken?"
        ) from None
    if process.returncode:
        raise MediaError(
            "probe_crashed",
            f"Reading the container failed (exit status {process.returncode}): {_last_line(process.stderr)}",
        )
    answer = json.loads(process.stdout)
    if "facts" in answer:
        return MediaFacts(**answer["facts"])
    raise _raised(**answer["error"])


def _raised(code: str, message: str, permanent: bool) -> ArchiveError:
    return MediaError(code, message) if permanent else PassingError(code, message)


def _check_file(path: Path) -> None:
    try:
        status = os.stat(path)  # noqa: PTH116 (bytes and strings alike)
    except OSError as error:
        raise PassingError(
            "read_failed", f"The file cannot be read ({error.strerror}). Check the disk and the permissions."
        ) from error
    if not stat.S_ISREG(status.st_mode):
        raise MediaError("not_a_file", "This is a folder, a device or a pipe, not a video file.")
    if status.st_size == 0:
        raise MediaError("empty_file", "The file is empty: its recording or copying failed. Get it again.")


def _last_line(output: bytes) -> str:
    lines = output.decode(errors="replace").strip().splitlines()
    return lines[-1][:300] if lines else "no message"
