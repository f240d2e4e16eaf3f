"""The facts of a video file, read by a process of its own: what the file does to PyAV cannot reach this one."""

import os
import stat
from pathlib import Path

from archive_pipeline.errors import MediaError, PassingError
from archive_pipeline.media.facts import MediaFacts
from archive_pipeline.media.isolation import answer_of

__all__ = ["MediaFacts", "probe"]


def probe(path: Path, timeout_s: float = 60) -> MediaFacts:
    """What the container of `path` says, and a few of its frames.

    Raises MediaError: `not_a_file`, `empty_file`, `not_a_video` (a playlist, a script, a picture), `index_missing`
    (an MP4 that was not finished), `unreadable` (no video at all, damaged, encrypted), `no_video_stream`,
    `codec_unknown`, `encrypted`, `nothing_shown` (an edit list of no length), `probe_crashed`. Raises PassingError:
    `read_failed`, `probe_timeout`.
    """
    _check_file(path)
    return MediaFacts(**answer_of("archive_pipeline.media.inspection", path, timeout_s))


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
