"""A bound on what a request may send, kept before anything is read into memory."""

import asyncio
from collections.abc import Mapping

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from archive_pipeline.web.whole_numbers import whole_number

MOST_BODY_BYTES = 26_000_000
"""The largest picture that may be asked with (25 MB), and what a form puts around it."""

_STALLED_S = 60.0


class BodyBound:
    """Refuses with 413 a body that is announced larger than `limit`, cuts off one that turns out to be; with 408
    one of which nothing more comes.

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
        if whole_number(announced.decode("latin-1"), limit) is None:
            await _refusal(limit)(scope, receive, send)
            return
        received, started, is_whole = 0, False, False

        async def bounded() -> Message:
            nonlocal received, is_whole
            async with asyncio.timeout(None if is_whole else _STALLED_S):
                message = await receive()
            if message["type"] == "http.request":
                is_whole = not message.get("more_body")
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
        except TimeoutError:
            if started or is_whole:
                raise
            await _stalled()(scope, receive, send)


def _stalled() -> JSONResponse:
    sentence = f"Nothing more came for {_STALLED_S:.0f} seconds: send it again."
    return JSONResponse(
        {"error_code": "body_stalled", "message": sentence}, status_code=408, headers={"connection": "close"}
    )


def _refusal(limit: int) -> JSONResponse:
    sentence = f"At most {limit / 1e6:.0f} MB can be sent: ask with a smaller copy."
    # closing tells the server not to read what is still to come
    return JSONResponse(
        {"error_code": "body_too_large", "message": sentence}, status_code=413, headers={"connection": "close"}
    )


class _TooLargeError(Exception):
    """More came than was announced or allowed."""
