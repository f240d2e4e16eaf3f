"""What the encoder's process answers."""

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import grpc

from archive_pipeline.encoders.protocol import Embeddings
from archive_pipeline.encoders.service import encoder_pb2 as said
from archive_pipeline.encoders.service.encoder_pb2_grpc import EncoderServiceServicer
from archive_pipeline.encoders.service.faults import BrokenError, DroppedError, abort_with
from archive_pipeline.encoders.service.limits import LONGEST_TEXT, MOST_TEXTS
from archive_pipeline.encoders.service.model_at_work import ModelAtWork
from archive_pipeline.encoders.service.picture_stream import PictureStream
from archive_pipeline.errors import ArchiveError, RequestError

_BATCHES_HELD = 4  # of one client: two ahead of the device, one on it, one to make the next of


class Servicer(EncoderServiceServicer):  # type: ignore[misc]
    """One thread for each call; all of them wait for the one device."""

    def __init__(self, model: ModelAtWork, version: str, stop: Callable[[], None]) -> None:
        self._model = model
        self._version = version
        self._stop = stop
        self._began = self._last_asked = time.monotonic()
        self._calls = 0
        self._counting = threading.Lock()

    @property
    def idle_s(self) -> float:
        """Seconds since something was computed or waited for."""
        return 0.0 if self._calls else time.monotonic() - self._last_asked

    def EncodeImages(self, messages: Iterator[said.Pictures], context: Any) -> Iterator[said.Rows]:  # noqa: N802
        with self._asked(context):
            _, encoder = self._model.loaded()
            stream = PictureStream(messages, self._model.queue, lambda: _BATCHES_HELD * encoder.batch_size)
            context.add_callback(stream.close)  # also where the client is gone
            for rows in stream.answers():
                yield _rows(rows, encoder.batch_size)

    def EncodeTexts(self, asked: said.Texts, context: Any) -> said.Rows:  # noqa: N802
        with self._asked(context):
            if len(asked.texts) > MOST_TEXTS or any(len(text) > LONGEST_TEXT for text in asked.texts):
                raise RequestError(
                    "encoder_oversized", f"At most {MOST_TEXTS} texts of {LONGEST_TEXT} characters are taken at once."
                )
            pipeline, encoder = self._model.loaded()
            return _rows(pipeline.encode_texts(list(asked.texts)), encoder.batch_size)

    def Facts(self, asked: said.FactsRequest, context: Any) -> said.FactsReply:  # noqa: N802, ARG002
        with self._asked(context):
            _, encoder = self._model.loaded()
            return said.FactsReply(
                name=encoder.name,
                identity=encoder.identity,
                version=self._version,
                device=encoder.device,
                precision=encoder.precision,
                batch_size=encoder.batch_size,
                dimension=encoder.dimension,
                scale=encoder.scale,
                bias=encoder.bias,
            )

    def Status(self, _: said.StatusRequest, __: Any) -> said.StatusReply:  # noqa: N802
        return said.StatusReply(
            name=self._model.name,
            identity=self._model.identity,
            version=self._version,
            device=self._model.device,
            state=self._model.state,
            pid=os.getpid(),
            clients=self._model.queue.n_lines,
            queue=len(self._model.queue),
            pictures_per_s=self._model.pictures_per_s,
            uptime_s=time.monotonic() - self._began,
            idle_s=self.idle_s,
        )

    def Stop(self, _: said.StopRequest, __: Any) -> said.StopReply:  # noqa: N802
        self._stop()
        return said.StopReply()

    @contextmanager
    def _asked(self, context: Any) -> Iterator[None]:
        """Count the call while it lasts, and end it with what went wrong."""
        self._count(1)
        try:
            yield
        except ArchiveError as error:
            abort_with(context, error)
        except ValueError as error:
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, str(error))
        except DroppedError:
            context.abort(grpc.StatusCode.CANCELLED, "the client is gone")
        except BrokenError as error:
            context.abort(grpc.StatusCode.UNAVAILABLE, str(error))
        finally:
            self._count(-1)

    def _count(self, change: int) -> None:
        with self._counting:
            self._calls += change
            self._last_asked = time.monotonic()


def _rows(vectors: Embeddings, batch_size: int) -> said.Rows:
    return said.Rows(n=len(vectors), vectors=vectors.astype("<f4", copy=False).tobytes(), batch_size=batch_size)
