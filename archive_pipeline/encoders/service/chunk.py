"""The pictures of one message, on their way through the device."""

import threading
from collections.abc import Sequence

import numpy as np

from archive_pipeline.encoders.protocol import Embeddings


class Chunk:
    """Pictures that came together and are answered together, though they may go through the device in two batches."""

    def __init__(self, first: int, jpegs: Sequence[bytes]) -> None:
        self.first = first
        """Position of the first one among all pictures of the client."""
        self.jpegs = jpegs
        self.n_bytes = sum(map(len, jpegs))
        self._rows: list[Embeddings | None] = [None] * len(jpegs)
        self._missing = len(jpegs)
        self._error: BaseException | None = None
        self._changed = threading.Condition()

    def answer(self, position: int, row: Embeddings) -> None:
        with self._changed:
            self._rows[position] = row
            self._missing -= 1
            if not self._missing:
                self._changed.notify_all()

    def fail(self, error: BaseException) -> None:
        """Whoever waits for the rows gets `error`; of several the first counts."""
        with self._changed:
            self._error = self._error or error
            self._changed.notify_all()

    def rows(self) -> Embeddings:
        """float32 (n, dimension), as soon as all are there. Raises what `fail` was told."""
        with self._changed:
            self._changed.wait_for(lambda: self._error or not self._missing)
            if self._error:
                raise self._error
            return np.stack([row for row in self._rows if row is not None])
