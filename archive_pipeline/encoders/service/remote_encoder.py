"""An encoder that computes in another process, asked like one of this process."""

from collections.abc import Iterable, Sequence
from functools import cached_property
from queue import SimpleQueue

import numpy as np

from archive_pipeline import progress
from archive_pipeline.encoders.protocol import Embeddings
from archive_pipeline.encoders.service.connection import Connection, Route
from archive_pipeline.encoders.service.encoder_pb2 import FactsReply, Pictures, Rows, Texts
from archive_pipeline.encoders.service.faults import BrokenError
from archive_pipeline.encoders.service.limits import MOST_TEXTS
from archive_pipeline.encoders.service.persistence import Failures, Persistence
from archive_pipeline.encoders.service.unanswered import Unanswered


class RemoteEncoder:
    """Several threads may use it. Nothing is started or asked before somebody needs an answer.

    Whatever is asked raises ConfigurationError for what keeps the model from being loaded, `encoder_refused`,
    `encoder_other_model` and `encoder_other_version`; RequestError `encoder_oversized`; PassingError `encoder_crashed`
    or `encoder_unreachable` where it died again and again. A single death is waited out.
    """

    def __init__(self, name: str, identity: str, route: Route, hang_s: float) -> None:
        self.name = name
        self.identity = identity
        self._persistence = Persistence(route, hang_s)
        self._batch_size: int | None = None

    @property
    def dimension(self) -> int:
        return self._facts.dimension

    @property
    def device(self) -> str:
        return self._facts.device

    @property
    def precision(self) -> str:
        return self._facts.precision

    @property
    def scale(self) -> float:
        return self._facts.scale

    @property
    def bias(self) -> float | None:
        return self._facts.bias if self._facts.HasField("bias") else None

    @property
    def batch_size(self) -> int:
        """As it was with the last answer."""
        return self._batch_size or self._facts.batch_size

    def encode_images(self, jpegs: Iterable[bytes], total: int | None = None) -> Embeddings:
        """See JointEncoder. `jpegs` is consumed in this thread, a few batches ahead of their rows."""
        pictures = Unanswered(jpegs, self.batch_size)
        self._persistence.ask(lambda connection, failures: self._stream(connection, failures, pictures, total))
        progress.report("embeddings", 1.0)
        return np.concatenate(pictures.rows) if pictures.rows else np.empty((0, self.dimension), np.float32)

    def encode_texts(self, texts: Sequence[str]) -> Embeddings:
        """See JointEncoder."""
        parts = [list(texts[start : start + MOST_TEXTS]) for start in range(0, len(texts), MOST_TEXTS)]
        rows = [self._texts(Texts(texts=part)) for part in parts]
        return np.concatenate(rows) if rows else np.empty((0, self.dimension), np.float32)

    def require_loaded(self) -> None:
        """Return when the model is loaded, asked now, whatever was answered before. Raises as all that is asked."""
        self._ask_facts()

    @cached_property
    def _facts(self) -> FactsReply:
        return self._ask_facts()

    def _ask_facts(self) -> FactsReply:
        def ask(connection: Connection, _: Failures) -> FactsReply:
            call = connection.facts()
            with self._persistence.watching(connection, call.cancel):
                facts: FactsReply = call.result()
                return facts

        return self._persistence.ask(ask)

    def _texts(self, texts: Texts) -> Embeddings:
        def ask(connection: Connection, _: Failures) -> Rows:
            call = connection.encode_texts(texts)
            with self._persistence.watching(connection, call.cancel):
                rows: Rows = call.result()
                return rows

        rows = self._persistence.ask(ask)
        return np.frombuffer(rows.vectors, "<f4").reshape(rows.n, -1)

    def _stream(self, connection: Connection, failures: Failures, pictures: Unanswered, total: int | None) -> None:
        """Send what is not answered, and all that is left; ends when everything is answered."""
        sent: SimpleQueue[Pictures | None] = SimpleQueue()
        for message in pictures.messages:
            sent.put(message)
        call = connection.encode_images(iter(sent.get, None))
        try:
            with self._persistence.watching(connection, call.cancel):
                while True:
                    while more := pictures.next_message():
                        sent.put(more)
                    if not pictures.messages:
                        return
                    if (rows := next(call, None)) is None:
                        raise BrokenError("it ended before it had answered")
                    pictures.answer(rows)
                    self._batch_size = rows.batch_size
                    failures.in_a_row = 0
                    if total:
                        progress.report("embeddings", min(1.0, pictures.n_rows / total))
        finally:
            sent.put(None)
            call.cancel()
