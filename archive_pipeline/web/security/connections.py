"""Connections that do not ask: each has its time, and none takes the place of somebody who does."""

from asyncio import TimerHandle, Transport
from typing import Any, ClassVar

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_S = 10.0
"""Until the head of a request must be there, from the connection's or the head's first byte."""

_REST_S = 60.0  # for what is still sent of a body after it was answered
_MOST_HEAD_BYTES = 65_536


class Connection(HttpToolsProtocol):
    """uvicorn's own, with what that lacks: a deadline and a size for a request's head, and a bound on connections.

    Quiet is a connection that has asked nothing yet, or nothing more since its last answer. When there are more than
    `most` connections, the one that has been quiet for longest is closed: those who hold connections open in thousands
    lose their own first, and whoever is being answered, or has a page open, loses nothing.
    """

    most: ClassVar[int] = 4096
    _quiet: ClassVar[dict["Connection", None]] = {}  # in the order in which they fell silent

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._deadline: TimerHandle | None = None
        self._head_bytes = 0
        self._in_body = False

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._expect(HEAD_S)
        self._quiet[self] = None
        if len(self.connections) > self.most:
            oldest = next(iter(self._quiet))
            self._quiet.pop(oldest)
            oldest.transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        self._quiet.pop(self, None)
        self._no_deadline()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        was_in_body = self._in_body
        super().data_received(data)
        asks = self.cycle is not None and not self.cycle.response_complete
        if asks or self.transport.is_closing() or self.transport.get_protocol() is not self:  # a websocket now
            return
        if self._in_body:  # answered before all of it had come: the sender has not read that yet
            self._expect(_REST_S)
            return
        self._expect(HEAD_S)
        self._head_bytes += 0 if was_in_body else len(data)
        if self._head_bytes > _MOST_HEAD_BYTES:
            self.send_400_response("The head of this request is too large.")

    def on_headers_complete(self) -> None:
        self._quiet.pop(self, None)
        self._no_deadline()
        self._in_body = True
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._no_deadline()
        self._in_body = False
        super().on_message_complete()

    def handle_websocket_upgrade(self) -> None:
        n_at_work = len(self.tasks)
        super().handle_websocket_upgrade()
        if len(self.tasks) == n_at_work:  # a head that `websockets` does not take: uvicorn would keep it for ever
            self.transport.close()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if not self.pipeline and not self.transport.is_closing():
            self._quiet[self] = None

    def _expect(self, within_s: float) -> None:
        if self._deadline is None:
            self._deadline = self.loop.call_later(within_s, self.transport.abort)

    def _no_deadline(self) -> None:
        self._head_bytes = 0
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
