"""Names of files that people send."""

import os
import re

from archive_pipeline.collections.walk import VIDEO_EXTENSIONS
from archive_pipeline.errors import RequestError

_LONGEST_NAME = 200  # bytes of a file's name that are kept; file systems take 255


def safe_name(name: str) -> str:
    """A file name out of what a browser says: its last part, letters, digits and `-_. ` only, never hidden.

    Raises RequestError `upload_kind` where it is not the name of a video.
    """
    last = os.path.basename(name.replace("\\", "/"))  # noqa: PTH119 (a browser's word, no path of ours)
    stem, _, suffix = re.sub(r"[^\w.\- ]+", "_", last).strip(" .").rpartition(".")
    if not stem.strip(" .") or suffix.lower().encode() not in VIDEO_EXTENSIONS:
        raise RequestError("upload_kind", "That is not the name of a video file (film.mp4, tape.mxf, …).")
    kept = stem.encode()[:_LONGEST_NAME].decode("utf-8", "ignore")
    return f"{kept.strip(' .')}.{suffix}"
