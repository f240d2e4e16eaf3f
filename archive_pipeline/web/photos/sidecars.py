"""Keywords of a selection as XMP sidecars, in a folder of their own: the photos themselves are never touched."""

import errno
import os
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from archive_pipeline.errors import RequestError
from archive_pipeline.media.photos.sidecar import sidecar
from archive_pipeline.store.naming import from_readable
from archive_pipeline.system_errors import system_error

LONGEST_KEYWORD, MOST_KEYWORDS = 200, 20
_turn = threading.Lock()  # two selections may hold the same photo, and both its keywords are to stay


def write_sidecars(folder: Path, photos: Sequence[Mapping[str, Any]], keywords: Sequence[str]) -> int:
    """Add the keywords to `<folder>/<collection>/<path>.xmp` of each photo, beside those that it has itself.

    `photos` are rows with `collection`, `path` and `keywords`. Returns how many were written; of a photo whose name has
    no room for the suffix none is. Raises RequestError `bad_keyword`, PassingError `disk_full` and its like.
    """
    wanted = [keyword for keyword in (" ".join(one.split()) for one in keywords) if keyword]
    if not 1 <= len(wanted) <= MOST_KEYWORDS or max(map(len, wanted)) > LONGEST_KEYWORD:
        raise RequestError(
            "bad_keyword", f"Give 1 to {MOST_KEYWORDS} keywords, each of at most {LONGEST_KEYWORD} characters."
        )
    n_written = 0
    with _turn:
        for photo in photos:
            try:
                _write(folder / photo["collection"], photo["path"], [*(photo["keywords"] or ()), *wanted])
            except OSError as error:
                if error.errno == errno.ENAMETOOLONG:
                    continue
                raise system_error(error, folder) or error from error
            n_written += 1
    return n_written


def _write(folder: Path, shown: str, keywords: Sequence[str]) -> None:
    file = folder / os.fsdecode(from_readable(shown) + b".xmp")
    if not file.resolve().is_relative_to(folder.resolve()):
        raise ValueError(f"{shown!r} leads out of {folder}")
    file.parent.mkdir(parents=True, exist_ok=True)
    former = file.read_bytes() if file.exists() else None
    temporary = file.with_name(".sidecar.tmp")  # one that a killed process left is written over
    temporary.write_bytes(sidecar(keywords, former))
    temporary.replace(file)
