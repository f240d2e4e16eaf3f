"""What somebody might send who means harm: refused with the right status, and the server keeps answering."""

import io
import itertools
import socket
import struct
import zlib
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from PIL import Image

from archive_pipeline_tests.thorough import mostly_thorough
from archive_pipeline_tests.waiting import PATIENCE_S
from archive_pipeline_tests.web.running import Page


@pytest.fixture(autouse=True)
def _still_answers(page: Page) -> Iterator[None]:
    before = page.log.stat().st_size  # others ask the same server, and a tab that is closed may leave its trace there
    yield
    assert page.client.get("/api/search", params={"text": "a boat", "limit": 1}).status_code == 200
    logged = page.log.read_bytes()[before:].decode()
    assert "Traceback" not in logged, logged


def code(answer: object) -> tuple[int, str]:
    return answer.status_code, answer.json()["error_code"]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "video_id",
    [
        "..%2F..%2F..%2Fetc%2Fpasswd",
        "films/..%2F..%2Fhome%2Fcatalogue.sqlite",
        "films/%2e%2e/%2e%2e/home/catalogue.sqlite",
        "films/boat.mp4%00.jpg",
        "films//boat.mp4",
        "films/boat.mp4/",
        "/etc/passwd",
        "FILMS/boat.mp4",
        "films/%5Cx2e%5Cx2e/boat.mp4",
        "films/" + "a" * 3000,
        "films/%F0%9F%92%A9%ED%A0%80.mp4",
    ],
)
def test_an_id_is_only_ever_looked_up(page: Page, video_id: str) -> None:
    for address in (
        f"/media/sources/{video_id}",
        f"/media/stills/{video_id}?at=0",
        f"/media/clips/{video_id}?number=0",
        f"/api/videos/{video_id}",
        f"/api/curve/{video_id}?text=boat",
        f"/api/maps/frames/{video_id}",
    ):
        answer = page.client.get(address)
        assert answer.status_code == 404, (address, answer.text)
        assert b"root:" not in answer.content
    assert page.client.get(f"/video/{video_id}").status_code == 404


def test_a_static_file_outside_the_folder_is_not_served(page: Page) -> None:
    for path in ("/static/../app.py", "/static/%2e%2e/app.py", "/static/..%2Fapp.py", "/static//etc/passwd"):
        assert raw(page, f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n").startswith(
            b"HTTP/1.1 404"
        )


def test_a_gigabyte_is_refused_before_it_is_read(page: Page) -> None:
    before = page.resident_mb()
    head = "POST /api/pictures HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: multipart/form-data; boundary=x\r\n"
    answer = raw(page, head + "Content-Length: 1073741824\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 413")
    assert b"body_too_large" in answer
    assert page.resident_mb() - before < 50


def test_a_gigabyte_without_a_length_is_cut_off(page: Page) -> None:
    """Chunked: nobody knows how much will come."""
    before = page.resident_mb()
    sent = 0
    with socket.create_connection(("127.0.0.1", page.port), timeout=PATIENCE_S) as connection:
        connection.sendall(
            b"POST /api/pictures HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n"
            b"Content-Type: multipart/form-data; boundary=x\r\n\r\n"
            b'4a\r\n--x\r\nContent-Disposition: form-data; name="picture"; filename="a.jpg"\r\n\r\n\r\n'
        )
        chunk = b"100000\r\n" + b"\0" * 0x100000 + b"\r\n"
        try:
            while sent < 2**30:
                connection.sendall(chunk)
                sent += 0x100000
        except (BrokenPipeError, ConnectionResetError):
            pass
    assert sent < 200 * 2**20
    assert page.resident_mb() - before < 100


def test_a_decompression_bomb_is_refused_by_its_header(page: Page) -> None:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    packed = zlib.compress(b"\0" * 50_000_000, 9)
    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    bomb = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")
    before = page.resident_mb()
    answer = page.client.post("/api/pictures", files={"picture": ("bomb.png", bomb)})
    assert code(answer) == (413, "picture_too_many_pixels")
    assert page.resident_mb() - before < 100


def test_a_picture_with_a_script_is_no_picture(page: Page) -> None:
    drawing = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    assert code(page.client.post("/api/pictures", files={"picture": ("a.svg", drawing, "image/svg+xml")})) == (
        415, "picture_format",
    )  # fmt: skip
    assert code(page.client.post("/api/pictures", files={"picture": ("a.jpg", drawing, "image/jpeg")}))[0] == 415
    whole = io.BytesIO()
    Image.new("RGB", (400, 300), "red").save(whole, "JPEG")
    assert code(page.client.post("/api/pictures", files={"picture": ("a.jpg", whole.getvalue()[:300])}))[0] == 422
    assert page.client.post("/api/pictures", files={"picture": ("a.jpg", b"")}).status_code == 415
    assert page.client.post("/api/pictures", data={"picture": "text"}).status_code == 422


def test_a_text_of_100_000_characters_is_too_long(page: Page) -> None:
    assert code(page.client.get("/api/search", params={"text": "x" * 10_000})) == (422, "text_too_long")
    far_too_long = raw(
        page, f"GET /api/search?text={'x' * 100_000} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
    )
    assert far_too_long.split(b" ")[1] in (b"400", b"414", b"422", b"431")


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"text": "boat", "collection": "nope"}, (404, "unknown_collection")),
        ({"text": "boat", "collection": "../films"}, (404, "unknown_collection")),
        ({"text": " "}, (422, "empty_request")),
        ({"text": "boat", "limit": 1_000_000}, (422, "bad_limit")),
        ({"text": "boat", "offset": 10**9}, (422, "too_deep")),
        ({"text": "boat", "limit": "many"}, (422, "bad_parameter")),
        ({"text": "boat", "weight": "nan"}, (422, "bad_share")),
        ({"text": "boat", "min_s": "inf"}, (422, "bad_filter")),
        ({"like": "not-an-id"}, (422, "bad_shot_id")),
        ({"like": "00000000-0000-0000-0000-000000000000"}, (404, "unknown_shots")),
        ({"image": "../../etc/passwd"}, (404, "unknown_picture")),
        ({"image": "0" * 64}, (404, "unknown_picture")),
        ({"text": "boat", "video": ["films/x.mp4"] * 201}, (422, "bad_parameter")),
        ({"where": "x"}, (422, "bad_filter")),
        ({"where": ["rights:TVE"] * 201}, (422, "bad_parameter")),
        ({"group": "not-an-id"}, (422, "bad_filter")),
        ({"group": "00000000-0000-0000-0000-000000000000"}, (404, "unknown_group")),
        ({"from": "9" * 5000}, (422, "bad_filter")),
    ],
)
def test_a_wrong_question_gets_its_status_and_code(
    page: Page, asked: dict[str, object], expected: tuple[int, str]
) -> None:
    answer = page.client.get("/api/search", params=asked)  # type: ignore[arg-type]
    assert code(answer) == expected, answer.text
    assert answer.json()["message"].endswith(".")


def test_words_that_look_like_markup_stay_words(page: Page) -> None:
    nasty = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'
    shown = page.client.get("/", params={"text": nasty})
    assert shown.status_code == 200
    assert "<script>alert" not in shown.text
    assert "<img src=x" not in shown.text


def test_another_site_cannot_make_a_browser_act_here(page: Page) -> None:
    picture = {"picture": ("a.jpg", b"x")}
    answer = page.client.post("/api/pictures", files=picture, headers={"origin": "https://evil.example"})
    assert code(answer) == (403, "wrong_origin")
    assert code(page.client.get("/", headers={"host": "evil.example"})) == (421, "wrong_host")
    handshake = (
        "GET /_nicegui_ws/socket.io/?EIO=4&transport=websocket HTTP/1.1\r\n"
        f"Host: 127.0.0.1:{page.port}\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n"
        "Origin: https://evil.example\r\n\r\n"
    )
    assert raw(page, handshake).startswith(b"HTTP/1.1 403")


_ODD = (
    *(
        "",
        "[",
        "http://[",
        "http://[::1",
        "http://a]b",
        "//",
        "\xff",
        "\u00b2",
        "9" * 5000,
        "-1",
        "nan",
        "inf",
        "%",
        "%zz",
    ),
    *(";;=", '="', "null", "http://\u2100", "a" * 20_000),
)
_HEADERS = (
    *("Origin", "Host", "Cookie", "Authorization", "Accept", "Accept-Language", "Accept-Encoding", "Range", "If-Range"),
    *("If-None-Match", "If-Modified-Since", "Content-Type", "Content-Length", "Sec-Fetch-Site", "X-Forwarded-For"),
    *("X-Forwarded-Proto", "X-Forwarded-Prefix", "Upgrade", "Sec-WebSocket-Key", "Sec-WebSocket-Protocol"),
)
_KEYS = (
    "page",
    "shot",
    "token",
    "text",
    "min_s",
    "min_score",
    "weight",
    "offset",
    "collection",
    "video",
    "image",
    "at",
    "where",
    "group",
    "from",
    "sort",
)
_SOCKET = "/_nicegui_ws/socket.io/?EIO=4&transport=websocket"
_UPGRADE = (
    "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
)


@pytest.mark.parametrize("header", mostly_thorough(_HEADERS, {"Origin"}))
def test_no_header_makes_the_server_stumble(page: Page, header: str) -> None:
    for odd in _ODD:
        head = ("" if header == "Host" else f"Host: 127.0.0.1:{page.port}\r\n") + f"{header}: {odd}\r\n"
        for asked in (
            "GET /upload",
            "GET /api/uploads/x",
            "PUT /api/uploads?name=a.exe",
            "GET /media/sources/films/boat.mp4",
        ):
            does_not_stumble(page, f"{asked} HTTP/1.1\r\n{head}Connection: close\r\n\r\n")
        does_not_stumble(page, f"GET {_SOCKET} HTTP/1.1\r\n{head}{_UPGRADE}\r\n")


@pytest.mark.parametrize("key", mostly_thorough(_KEYS, {"page"}))
def test_no_parameter_makes_the_server_stumble(page: Page, key: str) -> None:
    """Each odd value on two pages, other ones for each key, and in the API: a page takes a tenth of a second."""
    pages = itertools.cycle(("/", "/videos", "/video/films/boat.mp4", "/findings", "/map"))
    next(itertools.islice(pages, _KEYS.index(key), None))
    for odd in map(quote, _ODD):
        for path in (next(pages), next(pages), "/api/search", "/api/videos"):
            asked = f"GET {path}?{key}={odd[:10_000]}"
            does_not_stumble(page, f"{asked} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")


@pytest.mark.parametrize("upgrade", ["", _UPGRADE], ids=["http", "websocket"])
def test_no_target_makes_the_server_stumble(page: Page, upgrade: str) -> None:
    odd = (
        "",
        "*",
        "http://[",
        "//",
        "/\xff",
        "/?\xff=\xfe",
        "/%ff%00",
        "http://a:b/",
        "?",
        "/" + "%41" * 5000,
        _SOCKET,
    )
    for target in odd:
        does_not_stumble(page, f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1\r\n{upgrade}\r\n")
        does_not_stumble(
            page,
            f"POST {target} HTTP/1.1\r\nHost: 127.0.0.1\r\n{upgrade}Content-Length: 1\r\nTransfer-Encoding: x\r\n\r\n",
        )


def does_not_stumble(page: Page, request: str) -> None:
    """The server answers or closes, by itself and with no error of its own."""
    with socket.create_connection(("127.0.0.1", page.port), timeout=PATIENCE_S) as connection:
        connection.sendall(request.encode("latin-1", "replace"))
        try:
            status = connection.recv(12)[9:]
        except ConnectionResetError:
            return
        assert not status.startswith(b"5"), (request[:300], status)


def raw(page: Page, request: str) -> bytes:
    """What comes back for these very bytes, until the server closes or says no more."""
    with socket.create_connection(("127.0.0.1", page.port), timeout=PATIENCE_S) as connection:
        answer = b""
        try:
            connection.sendall(request.encode())
            while piece := connection.recv(65536):
                answer += piece
        except (TimeoutError, ConnectionResetError, BrokenPipeError):
            pass
        return answer
