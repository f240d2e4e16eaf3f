"""A real S3 server of the tests: moto's, in a process of its own, and a proxy in front that counts and refuses."""

import http.client
import os
import socket
import subprocess
import sys
import threading
import time
import urllib.request
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from archive_pipeline_tests.waiting import PATIENCE_S

KEYS = {"AWS_ACCESS_KEY_ID": "archive", "AWS_SECRET_ACCESS_KEY": "of the tests", "AWS_REGION": "eu-south-2"}


class S3:
    """An S3 server with a proxy in front, which is what `environment` names."""

    def __init__(self, server_url: str, proxy: "Proxy") -> None:
        self._server_url = server_url
        self.proxy = proxy

    def bucket(self) -> str:
        """A bucket that was not there before."""
        name = f"archive-{uuid.uuid4().hex}"
        urllib.request.urlopen(urllib.request.Request(f"{self._server_url}/{name}", method="PUT")).read()
        return name

    @property
    def environment(self) -> dict[str, str]:
        return {**KEYS, "AWS_ENDPOINT_URL": self.proxy.url}

    def uploads(self, bucket: str) -> int:
        """Uploads in parts that were begun and neither completed nor aborted."""
        with urllib.request.urlopen(f"{self._server_url}/{bucket}?uploads") as answer:
            return int(answer.read().count(b"<UploadId>"))


class Proxy:
    """Passes requests on, counts them by method, and says 503 to the next `refusals` of them."""

    def __init__(self, port: int, host: str) -> None:
        self.requests: Counter[str] = Counter()
        self.refusals = 0
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                proxy.requests[self.command] += 1
                if proxy.refusals > 0:
                    proxy.refusals -= 1
                    self._answer(503, {}, b"<Error><Code>SlowDown</Code></Error>")
                    return
                asked = http.client.HTTPConnection("127.0.0.1", port)
                try:
                    asked.request(self.command, self.path, body or None, dict(self.headers))
                    answer = asked.getresponse()
                    self._answer(answer.status, dict(answer.headers), answer.read())
                finally:
                    asked.close()

            do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = do  # noqa: N815 (the standard library's names)

            def _answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
                self.send_response_only(status)
                for name, value in headers.items():
                    if name.lower() not in ("connection", "transfer-encoding", "content-length"):
                        self.send_header(name, value)
                length = headers.get("Content-Length", "0") if self.command == "HEAD" else str(len(body))
                self.send_header("Content-Length", length)
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(body)

        self._server = ThreadingHTTPServer((host, 0), Handler)
        self.url = f"http://{host}:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@contextmanager
def s3_server(host: str = "127.0.0.1") -> Iterator[S3]:
    """A server whose proxy is at this address, while the block runs."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "moto.server", "-p", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=dict(os.environ))
    url = f"http://127.0.0.1:{port}"
    proxy = Proxy(port, host)
    try:
        _wait_for(port)
        yield S3(url, proxy)
    finally:
        proxy.close()
        server.kill()
        server.wait()


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.1)
    raise TimeoutError("moto's server does not start")
