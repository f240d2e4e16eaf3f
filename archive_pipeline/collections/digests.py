"""SHA-256 of files that may be known videos in another place; remembered, so that no look reads a file twice."""

import os
import time
from collections.abc import Callable
from pathlib import Path

from archive_pipeline.catalogue import Catalogue
from archive_pipeline.collections.model import Collection
from archive_pipeline.collections.sightings import SourceFile

UNREADABLE = ""


class Digests:
    """Reads files, for at most about `budget_s` seconds in all: no new one is begun after that.

    A sensor has a minute (DAGSTER_SENSOR_GRPC_TIMEOUT_SECONDS); what it does not get to is left for its next look.
    """

    def __init__(
        self,
        collection: Collection,
        catalogue: Catalogue,
        sha256_of: Callable[[Path], str],
        budget_s: float | None = None,
    ) -> None:
        self._collection = collection
        self._catalogue = catalogue
        self._sha256_of = sha256_of
        self._deadline = None if budget_s is None else time.monotonic() + budget_s
        self.n_read = 0
        self.bytes_read = 0

    def __call__(self, file: SourceFile) -> str | None:
        """The digest; None where the time is over or the file changes; UNREADABLE where it cannot be read."""
        remembered = self._catalogue.digest(self._collection.name, file)
        if remembered:
            return remembered
        if self._deadline is not None and time.monotonic() >= self._deadline:
            return None
        path = Path(os.fsdecode(os.path.join(os.fsencode(self._collection.source), file.path)))  # noqa: PTH118 (bytes)
        try:
            sha256 = self._sha256_of(path)
            if SourceFile.of(file.path, path.stat(), file.settled) != file:
                return None
        except OSError:
            return UNREADABLE  # it is not recognised; a run will say what is wrong with it
        self._catalogue.remember_digest(self._collection.name, file, sha256)
        self.n_read += 1
        self.bytes_read += file.bytes
        return sha256
