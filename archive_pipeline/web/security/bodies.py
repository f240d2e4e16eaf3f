"""A bound on what a request may send, kept before anything is read into memory."""

from collections.abc import Mapping

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST_BODY_BYTES = 26_000_000
"""The largest picture that may be asked with (25 MB), and what a form puts around it."""


class BodyBound:
    """Refuses with 413 a body that is announced larger than `limit`, and cuts off one that turns out to be.

    `streamed`: paths whose bodies are never in memory, and what they may send.
    """

    def __init__(self, app: ASGIApp, limit: int = MOST_BODY_BYTES, streamed: Mapping[str, int] | None = None) -> None:
        self._app = app
        self._limit = limit
        self._streamed = streamed or {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = self._streamed.get(scope["path"], self._limit)
        announced = dict(scope["headers"]).get(b"content-length", b"0")
        if not announced.isdigit() or int(announced) > limit:
            await _refusal(limit)(scope, receive, send)
            return
        received, started = 0, False

        async def bounded() -> Message:
            nonlocal received
            message = await receive()
            if message["type"] == "http.request":
                received += len(message.get("body", b""))
                if received > limit:
                    raise _TooLargeError
            return message

        async def sending(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, bounded, sending)
        except _TooLargeError:
            if not started:
                await _refusal(limit)(scope, receive, send)


def _refusal(limit: int) -> JSONResponse:
    sentence = f"At most {limit / 1e6:.0f} MB can be sent: ask with a smaller copy."
    # closing tells the server not to read what is still to come
    return JSONResponse(
        {"error_code": "body_too_large", "message": sentence}, status_code=413, headers={"connection": "close"}
    )


class _TooLargeError(Exception):
    """More came than was announced or allowed."""
