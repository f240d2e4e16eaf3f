"""What libraries log does not stand between the lines of a command, unless somebody asks for it (`-v`)."""

import logging

from archive_pipeline.settings import adopt_environment

_OURS = logging.Filter("archive_pipeline")
_SILENT = "-8"  # AV_LOG_QUIET


def choose_logs(verbose: bool) -> None:
    """Decide for this process, and for what it starts: our own warnings are shown, with `verbose` all that libraries
    say from INFO up, too."""
    logging.captureWarnings(True)
    if verbose:
        adopt_environment({"ARCHIVE_VERBOSE": "true"})
        logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
        return
    adopt_environment({"OPENCV_FFMPEG_LOGLEVEL": _SILENT})  # OpenCV lets its ffmpeg write to the terminal
    if logging.lastResort:  # who writes where nobody has set up anything, as in every command but `web`
        logging.lastResort.addFilter(_OURS)
