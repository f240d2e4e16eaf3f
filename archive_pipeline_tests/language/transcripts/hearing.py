"""A transcription server over real HTTP that hears exactly what was said: words that are noise of their own."""

import io
import json
import threading
import wave
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from random import Random
from typing import Any

from archive_pipeline.language.transcripts.speech import FRAME_BYTES, FRAME_S

WORD_FRAMES = 13  # 0.39 s


def word_sound(word: str) -> bytes:
    """Noise that only this word has; WebRTC's detector takes noise for speech."""
    return Random(word).randbytes(WORD_FRAMES * FRAME_BYTES)


def silence(seconds: float) -> bytes:
    return bytes(round(seconds / FRAME_S) * FRAME_BYTES)


class Ear:
    """What the server does: hears `words`; a word that is cut is misheard. Counts what it is asked."""

    def __init__(self, words: Sequence[str], *, with_times: bool = True, language: str = "english") -> None:
        self._frames = {
            word_sound(word)[at * FRAME_BYTES : (at + 1) * FRAME_BYTES]: (word, at)
            for word in words
            for at in range(WORD_FRAMES)
        }
        self.with_times = with_times
        self.language = language
        self.troubles: list[int | bytes] = []
        """HTTP statuses or bodies that the next requests get instead of an answer."""
        self.asked: list[dict[str, str]] = []
        self.heard_s = 0.0
        self.authorizations: set[str] = set()
        self._mutex = threading.Lock()

    def answer(self, form: dict[str, str], sound: bytes) -> tuple[int, bytes]:
        with self._mutex:
            self.asked.append(form)
            if self.troubles:
                trouble = self.troubles.pop(0)
                return (trouble, b"{}") if isinstance(trouble, int) else (200, trouble)
        if form["response_format"] == "verbose_json" and not self.with_times:
            return 400, b'{"error": {"message": "verbose_json is not supported"}}'
        with wave.open(io.BytesIO(sound)) as read:
            assert (read.getnchannels(), read.getsampwidth(), read.getframerate()) == (1, 2, 16_000)
            samples = read.readframes(read.getnframes())
        with self._mutex:
            self.heard_s += len(samples) / 32_000
        return 200, json.dumps(self._transcription(samples, form["response_format"])).encode()

    def _transcription(self, samples: bytes, form: str) -> dict[str, Any]:
        said: list[tuple[str, int]] = []
        counts: Counter[tuple[str, int]] = Counter()
        for number in range(len(samples) // FRAME_BYTES):
            known = self._frames.get(samples[number * FRAME_BYTES : (number + 1) * FRAME_BYTES])
            if known:
                first = number - known[1]
                counts[known[0], first] += 1
                if (known[0], first) not in said:
                    said.append((known[0], first))
        words = [(word if counts[word, at] == WORD_FRAMES else word[:2] + "~", at) for word, at in said]
        text = " ".join(word for word, _ in words)
        if form == "json":
            return {"text": text}
        segments = [
            {
                "start": max(part[0][1], 0) * FRAME_S,
                "end": (part[-1][1] + WORD_FRAMES) * FRAME_S,
                "text": " " + " ".join(word for word, _ in part),
            }
            for part in (words[i : i + 6] for i in range(0, len(words), 6))
        ]
        return {"task": "transcribe", "language": self.language, "text": text, "segments": segments}


@contextmanager
def hearing(ear: Ear) -> Iterator[str]:
    """The server's URL while the block runs."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._send(200, b'{"object": "list", "data": [{"id": "whisper-scripted", "object": "model"}]}')

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            ear.authorizations.add(self.headers.get("Authorization", ""))
            if self.path != "/v1/audio/transcriptions":
                return self._send(404, b"{}")
            form, sound = _parts(self.headers["Content-Type"], body)
            return self._send(*ear.answer(form, sound))

        def _send(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _parts(content_type: str, body: bytes) -> tuple[dict[str, str], bytes]:
    """(fields, the file's content) of a multipart form."""
    message = BytesParser(policy=HTTP).parsebytes(f"Content-Type: {content_type}\r\n\r\n".encode() + body)
    form, sound = {}, b""
    for part in message.iter_parts():
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        assert isinstance(content, bytes)
        if name == "file":
            sound = content
        else:
            form[str(name)] = content.decode()
    return form, sound
