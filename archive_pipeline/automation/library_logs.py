"""What libraries log short of an error does not stand between the lines of a command, unless somebody asks for it
(`-v`)."""

import logging

from archive_pipeline.settings import adopt_environment

_SILENT = "-8"  # AV_LOG_QUIET


def choose_logs(verbose: bool) -> None:
    """Decide for this process, and for what it starts: our own warnings and all errors are shown, with `verbose` all
    that libraries say from INFO up, too."""
    logging.captureWarnings(True)
    if verbose:
        adopt_environment({"ARCHIVE_VERBOSE": "true"})
        logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
        return
    adopt_environment({"OPENCV_FFMPEG_LOGLEVEL": _SILENT})  # OpenCV lets its ffmpeg write to the terminal
    if logging.lastResort:  # who writes where nobody has set up anything, as in every command but `web`
        logging.lastResort.addFilter(_is_shown)


def _is_shown(record: logging.LogRecord) -> bool:
    return record.name.partition(".")[0] == "archive_pipeline" or record.levelno >= logging.ERROR
