"""The pictures of one call: read as far as there is room for them, answered in order."""

import threading
from collections.abc import Callable, Iterator
from queue import SimpleQueue

from archive_pipeline.encoders.protocol import Embeddings
from archive_pipeline.encoders.service.chunk import Chunk
from archive_pipeline.encoders.service.encoder_pb2 import Pictures
from archive_pipeline.encoders.service.fair_queue import FairQueue
from archive_pipeline.encoders.service.limits import LARGEST_PICTURE
from archive_pipeline.errors import RequestError


class PictureStream:
    """Reads messages in a thread of its own, so that rows go back while the client thinks of more."""

    def __init__(self, messages: Iterator[Pictures], queue: FairQueue, most_pictures: Callable[[], int]) -> None:
        """`most_pictures` of the client are held at once; what it sends beyond waits in the network."""
        self._messages = messages
        self._queue = queue
        self._most_pictures = most_pictures
        self._line = queue.open()
        self._chunks: SimpleQueue[Chunk | None] = SimpleQueue()

    def answers(self) -> Iterator[Embeddings]:
        """Rows (n, dimension) for each message. Raises what went wrong with the first one that failed."""
        threading.Thread(target=self._read, name="pictures", daemon=True).start()
        while chunk := self._chunks.get():
            yield chunk.rows()
            self._queue.done(self._line, chunk)

    def close(self) -> None:
        """Nobody waits for the rest any more."""
        self._queue.close(self._line)

    def _read(self) -> None:
        try:
            for message in self._messages:
                chunk = Chunk(message.first, message.jpegs)
                if any(len(jpeg) > LARGEST_PICTURE for jpeg in message.jpegs):
                    chunk.fail(
                        RequestError("encoder_oversized", f"A picture is larger than {LARGEST_PICTURE >> 20} MiB.")
                    )
                elif not self._queue.put(self._line, chunk, self._most_pictures()):
                    return
                self._chunks.put(chunk)
        except Exception:  # gRPC's way to say that the client is gone has no type of its own
            self.close()
        finally:
            self._chunks.put(None)
