"""A forward proxy for a program of others: whatever it connects to is resolved, looked at and connected to by us.

It listens on this machine alone and answers only who has its word, so that nobody else borrows it.
"""

import base64
import hmac
import secrets
import selectors
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from archive_pipeline.errors import ArchiveError
from archive_pipeline.web.security.outgoing import Place

_SILENCE_S = 30.0
_PIECE = 2**16
_MOST_BODY = 2**20
_NOT_PASSED_ON = {"proxy-authorization", "proxy-connection", "connection", "keep-alive", "te", "trailer", "upgrade"}


class ForwardProxy(ThreadingHTTPServer):
    """`place` says where an address leads, or raises ArchiveError; `refused` is what it last said."""

    daemon_threads = True

    def __init__(self, place: Callable[[str], Place], most_bytes: int) -> None:
        """`most_bytes`: of all answers together; what comes after that is not passed on."""
        super().__init__(("127.0.0.1", 0), _Handler)
        self.place = place
        self.refused: ArchiveError | None = None
        self._word = secrets.token_urlsafe(32)
        self._left = most_bytes
        self._mutex = threading.Lock()

    @property
    def address(self) -> str:
        """With the word in it, as a program is given it."""
        return f"http://archive:{self._word}@127.0.0.1:{self.server_port}"

    def knows(self, authorization: str) -> bool:
        right = "Basic " + base64.b64encode(f"archive:{self._word}".encode()).decode()
        return hmac.compare_digest(authorization.encode("utf-8", "replace"), right.encode())

    def take(self, n_bytes: int) -> bool:
        """Whether so many bytes more may be passed on."""
        with self._mutex:
            self._left -= n_bytes
            return self._left >= 0

    def handle_error(self, *_: object) -> None:
        """A side that broke off is nothing to log."""


@contextmanager
def forward_proxy(place: Callable[[str], Place], most_bytes: int) -> Iterator[ForwardProxy]:
    """One that runs as long as the block."""
    with ForwardProxy(place, most_bytes) as proxy:
        serving = threading.Thread(target=proxy.serve_forever, name="forward proxy", daemon=True)
        serving.start()
        try:
            yield proxy
        finally:
            proxy.shutdown()


class _Handler(BaseHTTPRequestHandler):
    server: ForwardProxy
    timeout = _SILENCE_S

    def do_CONNECT(self) -> None:
        """TLS is between the program and the server; we see where to, and how much."""
        self._lead(f"https://{self.path}/", lambda _: b"", b"HTTP/1.1 200 Connection established\r\n\r\n")

    def do_GET(self) -> None:
        """And what else there is of plain HTTP: one question, and its answer until the connection ends."""
        self._lead(self.path, self._question, b"")

    do_POST = do_HEAD = do_GET  # noqa: N815

    def log_message(self, *_: object) -> None:
        """Addresses may hold secrets."""

    def _lead(self, address: str, question: Callable[[Place], bytes], answer: bytes) -> None:
        self.close_connection = True
        if not self.server.knows(self.headers.get("proxy-authorization", "")):
            self.send_error(407)
            return
        try:
            place = self.server.place(address)
            asked = question(place)
            there = socket.create_connection((place.address, place.port), timeout=_SILENCE_S)
        except ArchiveError as error:
            self.server.refused = error
            self.send_error(403)
        except (OSError, ValueError):
            self.send_error(502)
        else:
            with there:
                there.sendall(asked)
                self.connection.sendall(answer)
                self._pass_on(there)

    def _question(self, place: Place) -> bytes:
        """As the server itself wants it. Raises ValueError for a body without a length, or too long a one."""
        n_body = int(self.headers.get("content-length") or 0)
        if self.headers.get("transfer-encoding") or not 0 <= n_body <= _MOST_BODY:
            raise ValueError
        kept = [f"{name}: {value}" for name, value in self.headers.items() if name.lower() not in _NOT_PASSED_ON]
        head = "\r\n".join([f"{self.command} {place.target} HTTP/1.1", *kept, "connection: close", "", ""])
        return head.encode("latin-1") + self.rfile.read(n_body)

    def _pass_on(self, there: socket.socket) -> None:
        with selectors.DefaultSelector() as sides:  # select.select knows no more than 1,024 open files
            for one, other in ((there, self.connection), (self.connection, there)):
                sides.register(one, selectors.EVENT_READ, (one, other))
            while ready := sides.select(_SILENCE_S):
                for key, _ in ready:
                    side, other = key.data
                    piece = side.recv(_PIECE)
                    if not piece or not self.server.take(len(piece)):
                        return
                    other.sendall(piece)
