"""The device at work: batches over all clients, decoded by threads a bounded distance ahead of it.

Imported only in the process that holds a model.
"""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass

import torch

from archive_pipeline.encoders.decoding import PictureBatch, damaged
from archive_pipeline.encoders.encoder import Encoder
from archive_pipeline.encoders.protocol import Embeddings
from archive_pipeline.encoders.service.fair_queue import FairQueue, Picture
from archive_pipeline.encoders.service.faults import BrokenError
from archive_pipeline.encoders.service.rate import Rate
from archive_pipeline.errors import ArchiveError

_BATCHES_AHEAD = 2

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Batch:
    pictures: Sequence[Picture]
    begun: PictureBatch


@dataclass(frozen=True)
class _Texts:
    texts: Sequence[str]
    rows: Future[Embeddings]


class Pipeline:
    """Two threads: one takes pictures and has them decoded, one owns the device. Texts go before pictures."""

    def __init__(self, encoder: Encoder, queue: FairQueue, on_broken: Callable[[BaseException], None]) -> None:
        """`on_broken` is told of an error after which the device cannot be trusted (a CUDA error, no memory left)."""
        self._encoder = encoder
        self._queue = queue
        self._on_broken = on_broken
        self._texts: deque[_Texts] = deque()
        self._ahead: deque[_Batch] = deque()
        self._changed = threading.Condition()
        self._at_device_since: dict[str, float] = {}
        self.rate = Rate()
        """Of pictures."""
        for work in (self._decode_ahead, self._compute):
            threading.Thread(target=work, name=work.__name__, daemon=True).start()

    def encode_texts(self, texts: Sequence[str]) -> Embeddings:
        """Unit rows (n, dimension); waits for the device. Raises what `Encoder.encode_texts` raises."""
        asked = _Texts(texts, Future())
        with self._changed:
            self._texts.append(asked)
            self._changed.notify_all()
        return asked.rows.result()

    @property
    def at_device_s(self) -> float:
        """Seconds for which the device has had the same batch: a GPU that hangs gives neither rows nor an error."""
        began = list(self._at_device_since.values())
        return time.monotonic() - min(began) if began else 0.0

    @contextmanager
    def _at_device(self, what: str) -> Iterator[None]:
        self._at_device_since[what] = time.monotonic()
        try:
            yield
        finally:
            del self._at_device_since[what]

    def _decode_ahead(self) -> None:
        """Decode into batches: of what there is, so that a single picture never waits for others."""
        try:
            with self._encoder.decoder() as decoder:
                while True:
                    with self._changed:
                        self._changed.wait_for(lambda: len(self._ahead) < _BATCHES_AHEAD)
                    pictures = self._queue.take(self._encoder.batch_size)
                    with self._at_device("decoding"):
                        begun = decoder.start([picture.jpeg for picture in pictures])
                    with self._changed:
                        self._ahead.append(_Batch(pictures, begun))
                        self._changed.notify_all()
        except BaseException as error:  # without this thread nobody would ever be answered
            self._told(error)

    def _compute(self) -> None:
        launched: tuple[_Batch, torch.Tensor] | None = None  # on the device while the next is sent after it
        while True:
            before: tuple[_Batch, torch.Tensor] | None = None
            with self._changed:
                while not (self._texts or self._ahead or launched):
                    self._changed.wait()
                texts = self._texts.popleft() if self._texts else None
                batch = self._ahead.popleft() if self._ahead and not texts else None
                self._changed.notify_all()
            try:
                with self._at_device("computing"):
                    if texts:
                        self._answer_texts(texts)
                        continue
                    before, launched = launched, None
                    if batch:
                        _fail_the_damaged(batch)
                        launched = batch, self._encoder.launch(batch.begun.pixels)
                    if before:
                        self._answer(*before)
            except BaseException as error:
                told = self._told(error)
                for failed in filter(None, (batch, before and before[0])):
                    _fail(failed, told)
                launched = None

    def _answer_texts(self, asked: _Texts) -> None:
        try:
            asked.rows.set_result(self._encoder.encode_texts(asked.texts))
        except ValueError as error:
            asked.rows.set_exception(error)
        except BaseException as error:
            asked.rows.set_exception(self._told(error))

    def _told(self, error: BaseException) -> BaseException:
        """What those who wait are told: what is wrong for good is theirs; all else another process may do better."""
        if isinstance(error, ArchiveError) and error.permanent:
            return error
        self._on_broken(error)  # first: without memory writing it down may fail, too
        log.exception("the device failed")
        return BrokenError(str(error))

    def _answer(self, batch: _Batch, vectors: torch.Tensor) -> None:
        rows = self._encoder.collect(vectors, 0)
        for picture, row in zip(batch.pictures, rows, strict=True):
            picture.chunk.answer(picture.position, row)
        self.rate.count(len(rows))


def _fail_the_damaged(batch: _Batch) -> None:
    """Wait until the batch is decoded. A damaged picture ends the request that it came with and no other; its row stays
    black. Raises what says nothing of a picture (see `PictureBatch.damage`)."""
    for position, error in batch.begun.damage().items():
        picture = batch.pictures[position]
        picture.chunk.fail(damaged(picture.chunk.first + picture.position, error))


def _fail(batch: _Batch, error: BaseException) -> None:
    for chunk in {id(picture.chunk): picture.chunk for picture in batch.pictures}.values():
        chunk.fail(error)
