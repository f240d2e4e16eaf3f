"""A VLM server of our own over real HTTP: it records what it is asked and answers as a test tells it to."""

import base64
import hashlib
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

MODEL = "Qwen/Qwen2.5-VL-tests"


@dataclass(frozen=True)
class Asked:
    """One chat completion that was asked for."""

    prompt: str
    system: str | None
    images: tuple[bytes, ...]
    schema: str
    body: Mapping[str, Any]
    key: str | None

    @property
    def digest(self) -> str:
        """Of the pictures: an answer with it proves which question it belongs to."""
        return hashlib.sha256(b"".join(self.images)).hexdigest()


@dataclass(frozen=True)
class Http:
    """A bare HTTP answer."""

    status: int = 200
    body: bytes = b"{}"
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Flood:
    """An answer that goes on: `chunk` again and again, `every_s` apart."""

    chunk: bytes
    times: int
    every_s: float = 0.0


DROP = "drop"
"""The connection ends without an answer."""

Answer = str | Sequence[str] | Http | Flood
"""Text(s) are the contents of a completion's choices."""


def completion(*texts: str, finish: str = "stop", **message: Any) -> bytes:
    choices = [
        {"index": i, "finish_reason": finish, "message": {"role": "assistant", "content": text, **message}}
        for i, text in enumerate(texts)
    ]
    usage = {"prompt_tokens": 100, "completion_tokens": 10 * len(texts), "total_tokens": 100 + 10 * len(texts)}
    return json.dumps(
        {"id": "1", "object": "chat.completion", "model": MODEL, "choices": choices, "usage": usage}
    ).encode()


def description(**changes: Any) -> str:
    """A shot's description as the model writes it."""
    said = {
        "title": "A boat",
        "description": "A boat on the sea.",
        "objects": [{"label": "boat", "action": "sails", "bbox_2d": [14, 28, 56, 84]}],
        "setting": "sea",
        "people_count": 0,
        "visible_text": "",
        "language": "en",
    }
    return json.dumps({**said, **changes})


def summary(text: str = "It ends well.") -> str:
    return json.dumps({"title": "A day", "summary": text, "language": "en"})


def ordinary(asked: Asked) -> Answer:
    """A description whose title is the digest of its pictures; a summary where there are none."""
    return description(title=asked.digest) if asked.images else summary()


class VlmOfTests:
    """Answers `slots` questions at once, as `answer` tells after `seconds`; the others wait in its queue."""

    def __init__(
        self,
        answer: Callable[[Asked], Answer] = ordinary,
        slots: int = 64,
        seconds: Callable[[Asked], float] = lambda _: 0.0,
    ) -> None:
        self.answer = answer
        self.seconds = seconds
        self.slots = slots
        self.asked: list[Asked] = []
        self.most_at_once = 0
        self.url = ""
        self._free = threading.BoundedSemaphore(slots)
        self._mutex = threading.Lock()
        self._under_way = 0
        self._busy: list[tuple[float, float]] = []

    @property
    def span_s(self) -> tuple[float, float]:
        """From the first question's begin to the last answer's end, on the monotonic clock."""
        return min(began for began, _ in self._busy), max(ended for _, ended in self._busy)

    def occupancy(self, start_s: float | None = None, end_s: float | None = None) -> float:
        """Share of the slots that was busy from `start_s` to `end_s`; by default over all of `span_s`."""
        first, last = self.span_s
        start, end = first if start_s is None else start_s, last if end_s is None else end_s
        busy_s = sum(max(0.0, min(ended, end) - max(began, start)) for began, ended in self._busy)
        return busy_s / (self.slots * (end - start))

    def handle(self, asked: Asked) -> Answer:
        with self._mutex:
            self.asked.append(asked)
            self._under_way += 1
            self.most_at_once = max(self.most_at_once, self._under_way)
        try:
            with self._free:
                began = time.monotonic()
                time.sleep(self.seconds(asked))
                answer = self.answer(asked)
                with self._mutex:
                    self._busy.append((began, time.monotonic()))
                return answer
        finally:
            with self._mutex:
                self._under_way -= 1

    @contextmanager
    def running(self, port: int = 0) -> Iterator["VlmOfTests"]:
        with _Server(("127.0.0.1", port), _handler(self)) as http:
            self.url = f"http://127.0.0.1:{http.server_port}/v1"
            threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
            try:
                yield self
            finally:
                http.shutdown()


class _Server(ThreadingHTTPServer):
    request_queue_size = 256
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that hang up are what some tests are about."""


def _handler(vlm: VlmOfTests) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def log_message(self, *_: Any) -> None:
            pass

        def do_GET(self) -> None:
            self._send(Http(body=json.dumps({"object": "list", "data": [{"id": MODEL}]}).encode()))

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            answer = vlm.handle(_read(body, self.headers.get("authorization")))
            if answer == DROP:
                self.connection.shutdown(socket.SHUT_RDWR)
                self.close_connection = True
            elif isinstance(answer, Flood):
                self._flood(answer)
            elif isinstance(answer, Http):
                self._send(answer)
            else:
                texts = [answer] * body["n"] if isinstance(answer, str) else answer
                self._send(Http(body=completion(*texts)))

        def _send(self, answer: Http) -> None:
            self.send_response(answer.status)
            for name, value in {"content-type": "application/json", **answer.headers}.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

        def _flood(self, flood: Flood) -> None:
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("connection", "close")
            self.end_headers()
            for _ in range(flood.times):
                self.wfile.write(flood.chunk)
                time.sleep(flood.every_s)
            self.close_connection = True

    return Handler


def _read(body: Mapping[str, Any], authorization: str | None) -> Asked:
    *before, user = body["messages"]
    pictures = [part["image_url"]["url"] for part in user["content"] if part["type"] == "image_url"]
    return Asked(
        prompt="".join(part["text"] for part in user["content"] if part["type"] == "text"),
        system=before[0]["content"] if before else None,
        images=tuple(base64.b64decode(picture.partition(",")[2]) for picture in pictures),
        schema=body["response_format"]["json_schema"]["name"],
        body=body,
        key=authorization.removeprefix("Bearer ") if authorization else None,
    )
