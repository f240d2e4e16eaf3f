"""Pictures on their way to an encoder: cut into messages, and kept until their rows are back."""

from collections import deque
from collections.abc import Iterable
from itertools import islice

import numpy as np

from archive_pipeline.encoders.protocol import Embeddings
from archive_pipeline.encoders.service.encoder_pb2 import Pictures, Rows
from archive_pipeline.encoders.service.faults import BrokenError
from archive_pipeline.encoders.service.limits import CHUNK_BYTES, CHUNK_PICTURES, WAITING_BYTES


class Unanswered:
    """What was sent and not answered can be sent again, to another process: a bounded number of pictures."""

    def __init__(self, jpegs: Iterable[bytes], batch_size: int) -> None:
        """As many pictures are under way as keep a device busy that encodes `batch_size` at a time."""
        self._rest = iter(jpegs)
        self._most = max(CHUNK_PICTURES, 4 * batch_size)
        self._a_message = min(CHUNK_PICTURES, max(16, batch_size))
        self._n_taken = 0
        self.messages: deque[Pictures] = deque()
        self.rows: list[Embeddings] = []
        self.n_rows = 0

    def next_message(self) -> Pictures | None:
        """More pictures, where there are some and enough others were answered."""
        n_bytes = sum(len(jpeg) for message in self.messages for jpeg in message.jpegs)
        if self.messages and (self._n_taken - self.n_rows >= self._most or n_bytes >= WAITING_BYTES):
            return None
        taken: list[bytes] = []
        n_bytes = 0
        for jpeg in islice(self._rest, self._a_message):
            taken.append(jpeg)
            n_bytes += len(jpeg)
            if n_bytes >= CHUNK_BYTES:
                break
        if not taken:
            return None
        self.messages.append(message := Pictures(first=self._n_taken, jpegs=taken))
        self._n_taken += len(taken)
        return message

    def answer(self, rows: Rows) -> None:
        """The rows of the oldest message. Raises BrokenError where they are not as many."""
        if rows.n != len(self.messages[0].jpegs):
            raise BrokenError(f"{rows.n} rows for {len(self.messages[0].jpegs)} pictures")
        self.messages.popleft()
        self.rows.append(np.frombuffer(rows.vectors, "<f4").reshape(rows.n, -1))
        self.n_rows += rows.n
