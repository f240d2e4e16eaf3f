"""How much a server may say: its bytes are counted as they arrive, before anything looks at them."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable

import httpx2

LARGEST_BYTES = 1 << 20  # 4,096 tokens of 5 bytes, escaped as \\u0000, in four candidates are under 500 kB
HEADERS = {"Accept-Encoding": "identity"}  # what is not packed cannot grow when it is unpacked


class UnboundedAnswerError(Exception):
    """The answer was larger or took longer than any answer may."""


def bound_answers(limit_s: float) -> Callable[[httpx2.Response], Awaitable[None]]:
    """A response hook for httpx: more than 1 MiB, or `limit_s` seconds of bytes, ends in UnboundedAnswerError."""

    async def bound(response: httpx2.Response) -> None:
        if response.headers.get("content-encoding", "identity") != "identity":
            raise UnboundedAnswerError("a packed answer, though none was asked for")
        assert isinstance(response.stream, httpx2.AsyncByteStream)
        response.stream = _BoundedStream(response.stream, limit_s)

    return bound


class _BoundedStream(httpx2.AsyncByteStream):
    def __init__(self, stream: httpx2.AsyncByteStream, limit_s: float) -> None:
        self._stream = stream
        self._limit_s = limit_s

    async def __aiter__(self) -> AsyncIterator[bytes]:
        n_bytes, began = 0, time.monotonic()
        async for chunk in self._stream:
            n_bytes += len(chunk)
            if n_bytes > LARGEST_BYTES:
                raise UnboundedAnswerError(f"an answer of over {LARGEST_BYTES} bytes")
            if time.monotonic() - began > self._limit_s:
                raise UnboundedAnswerError(f"an answer without an end within {self._limit_s:g} s")
            yield chunk

    async def aclose(self) -> None:
        await self._stream.aclose()
