"""Connections that do not ask are closed, and take the place of nobody who does."""

import resource
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket
from websockets.sync.client import connect

from archive_pipeline.web.security import connections
from archive_pipeline.web.security.connections import Connection
from archive_pipeline_tests.thorough import thorough
from archive_pipeline_tests.waiting import PATIENCE_S
from archive_pipeline_tests.web.running import Page
from archive_pipeline_tests.web.serving import serving

HEAD_S = 2.0
ASKED = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"


async def _length(request: Request) -> PlainTextResponse:
    return PlainTextResponse(str(len(await request.body())))


async def _echo(websocket: WebSocket) -> None:
    await websocket.accept()
    async for text in websocket.iter_text():
        await websocket.send_text(text)


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    monkeypatch.setattr(connections, "HEAD_S", HEAD_S)
    routes = [Route("/", _length, methods=["GET", "POST"]), WebSocketRoute("/ws", _echo)]
    with serving(Starlette(routes=routes)) as port:
        yield port


def joined(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S)


def is_closed(connection: socket.socket) -> bool:
    """Waits for what comes: the end, or (TimeoutError) nothing."""
    try:
        return connection.recv(1000) == b""
    except ConnectionResetError:
        return True


def is_cut_off(port: int, head: bytes, pause_s: float) -> bool:
    """Whether the server closes the connection while it gets the head byte by byte."""
    with joined(port) as connection:
        for byte in head:
            try:
                connection.sendall(bytes([byte]))
            except ConnectionError:
                return True
            time.sleep(pause_s)
    return False


def test_a_connection_that_says_nothing_is_closed(port: int) -> None:
    with joined(port) as connection:
        assert is_closed(connection)


def test_a_head_that_comes_byte_by_byte_is_cut_off(port: int) -> None:
    assert is_cut_off(port, ASKED, pause_s=HEAD_S / 8)


def test_what_comes_after_an_answer_has_its_time_as_well(port: int) -> None:
    """An empty line ends uvicorn's own wait for the next request, and begins none."""
    for begun in (b"\r\n", b"GET / HT"):
        with joined(port) as connection:
            connection.sendall(ASKED)
            assert connection.recv(1000).startswith(b"HTTP/1.1 200")
            connection.sendall(begun)
            assert is_closed(connection)


def test_a_body_may_take_longer_than_a_head(port: int) -> None:
    with joined(port) as connection:
        connection.sendall(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 6\r\n\r\n")
        for _ in range(6):
            time.sleep(HEAD_S / 3)
            connection.sendall(b"x")
        assert connection.recv(1000).endswith(b"6")


def test_a_websocket_is_silent_for_as_long_as_it_likes(port: int) -> None:
    with connect(f"ws://127.0.0.1:{port}/ws") as websocket:
        for _ in range(2):
            time.sleep(2 * HEAD_S)
            websocket.send("hello")
            assert websocket.recv(timeout=PATIENCE_S) == "hello"


def test_an_upgrade_that_is_not_understood_is_closed(port: int) -> None:
    head = b"GET /ws HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    for more in (b"X: 1\r\n" * 500, b"Content-Length: 5\r\n"):
        with joined(port) as connection:
            connection.sendall(head + more + b"\r\n")
            assert is_closed(connection)


def test_requests_may_follow_one_another_without_waiting(port: int) -> None:
    with joined(port) as connection:
        connection.sendall(ASKED * 3)
        answers = b""
        while more := connection.recv(1000):
            answers += more
            if answers.count(b"HTTP/1.1 200") == 3:
                return
    raise AssertionError(f"the connection was closed after {answers!r}")


def test_a_head_without_end_is_refused(port: int) -> None:
    with joined(port) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nX: " + b"x" * 65_536)
        assert connection.recv(1000).startswith(b"HTTP/1.1 400")


def test_who_is_answered_in_the_middle_of_his_body_can_send_the_rest_and_ask_again(port: int) -> None:
    with joined(port) as connection:
        connection.sendall(b"POST /nowhere HTTP/1.1\r\nHost: localhost\r\nContent-Length: 200000\r\n\r\n")
        assert connection.recv(1000).startswith(b"HTTP/1.1 404")
        connection.sendall(b"x" * 100_000)
        time.sleep(1.5 * HEAD_S)
        connection.sendall(b"x" * 100_000)
        time.sleep(HEAD_S / 10)
        connection.sendall(ASKED)
        assert connection.recv(1000).startswith(b"HTTP/1.1 200")


def test_where_there_are_too_many_the_longest_silent_goes_first(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "HEAD_S", PATIENCE_S)
    monkeypatch.setattr(Connection, "most", 10)
    with ExitStack() as open_, connect(f"ws://127.0.0.1:{port}/ws") as websocket:
        silent = [open_.enter_context(closing(joined(port))) for _ in range(30)]
        assert all(is_closed(connection) for connection in silent[:15])
        for _ in range(5):
            assert httpx.get(f"http://127.0.0.1:{port}/").text == "0"
        websocket.send("hello")
        assert websocket.recv(timeout=PATIENCE_S) == "hello"
        silent[-1].sendall(ASKED)
        assert silent[-1].recv(1000).startswith(b"HTTP/1.1 200")


def half_open(page: Page, n: int, into: ExitStack) -> list[socket.socket]:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < n + 500:
        pytest.skip(f"{n} connections need ulimit -Hn {n + 500}")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, n + 500), hard))
    opened = []
    for _ in range(n):
        connection = into.enter_context(closing(joined(page.port)))
        connection.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n")
        opened.append(connection)
    return opened


@pytest.mark.parametrize("n", [1000, pytest.param(6000, marks=thorough)])
def test_half_open_connections_keep_nobody_from_being_answered(page: Page, n: int) -> None:
    with ExitStack() as opened:
        half_open(page, n, opened)
        for path in ("/api/search?text=a+boat&limit=1", "/videos", "/static/icon.svg"):
            assert httpx.get(page.address + path, timeout=PATIENCE_S).status_code == 200
    assert "Traceback" not in page.log.read_text()


@thorough
def test_the_page_cuts_off_who_sends_a_byte_a_second(page: Page) -> None:
    assert is_cut_off(page.port, ASKED, pause_s=1.0)
    assert "Traceback" not in page.log.read_text()
