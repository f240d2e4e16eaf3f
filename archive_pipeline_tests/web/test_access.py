"""Who may ask: this machine, or who knows the token."""

import base64
from collections.abc import Callable

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.types import ASGIApp
from starlette.websockets import WebSocket, WebSocketDisconnect

from archive_pipeline.collections.embargo import cleared
from archive_pipeline.errors import ConfigurationError
from archive_pipeline.web.security.access import COOKIE, Access, check_access
from archive_pipeline_tests.web.running import Site

TOKEN = "a-token-of-twenty-letters"


async def _hello(websocket: WebSocket) -> None:
    await websocket.accept()
    await websocket.send_text("hello")
    await websocket.close()


def client(
    token: str | None, address: str = "http://testserver", app: ASGIApp | None = None, who: str = ""
) -> TestClient:
    routes = [
        Route("/{path:path}", lambda _: PlainTextResponse("the archive"), methods=["GET", "POST"]),
        WebSocketRoute("/ws", _hello),
    ]
    guarded = app or Access(Starlette(routes=routes), token)
    return TestClient(guarded, base_url=address, follow_redirects=False, client=(who or "192.0.2.1", 50_000))


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "::1", "localhost"])
def test_this_machine_needs_no_token(host: str) -> None:
    check_access(host, None)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.4", "archive.example"])
def test_other_addresses_need_one(host: str) -> None:
    with pytest.raises(ConfigurationError, match="token_missing"):
        check_access(host, None)
    with pytest.raises(ConfigurationError, match="token_too_short"):
        check_access(host, "secret")
    check_access(host, TOKEN)


def test_the_command_refuses_to_start_open_to_others(tmp_path_factory: pytest.TempPathFactory) -> None:
    refused = Site(tmp_path_factory.mktemp("open")).command("web", "--host", "0.0.0.0")
    assert refused.returncode == 1
    assert "token_missing" in refused.stderr
    assert "ARCHIVE_WEB_TOKEN" in refused.stderr


def test_without_the_token_nothing_is_told() -> None:
    answer = client(TOKEN).get("/api/search?text=boat")
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Basic")
    assert "archive asks for its token" in answer.text


def test_the_token_in_the_address_becomes_a_cookie_and_leaves_the_address() -> None:
    browser = client(TOKEN)
    answer = browser.get(f"/map?token={TOKEN}&collection=films")
    assert (answer.status_code, answer.headers["location"]) == (303, "/map?collection=films")
    assert "HttpOnly" in answer.headers["set-cookie"]
    assert TOKEN not in answer.headers["set-cookie"]
    assert browser.get("/map").text == "the archive"
    assert client(TOKEN).get("/map", headers={"cookie": f"{COOKIE}={'0' * 64}"}).status_code == 401


def test_the_welcome_leads_to_this_site_only() -> None:
    for path in ("//evil.example/", "/\\evil.example/", "/\\/evil.example/"):
        answer = client(TOKEN).get(f"http://testserver{path}?token={TOKEN}")
        assert answer.headers["location"] in ("/evil.example/", "/%5Cevil.example/", "/%5C/evil.example/")


@pytest.mark.parametrize(
    "header",
    [lambda t: f"Bearer {t}", lambda t: "Basic " + base64.b64encode(f"somebody:{t}".encode()).decode()],
    ids=["bearer", "basic"],
)
def test_scripts_send_it_as_a_header(header: Callable[[str], str]) -> None:
    assert client(TOKEN).get("/", headers={"authorization": header(TOKEN)}).text == "the archive"
    assert client(TOKEN).get("/", headers={"authorization": header(TOKEN + "x")}).status_code == 401
    assert client(TOKEN).get("/", headers={"authorization": "Basic ünreadable".encode("latin-1")}).status_code == 401


@pytest.mark.parametrize("wrong", ["", TOKEN[:1], TOKEN[:-1], TOKEN[1:], TOKEN.upper(), TOKEN + "x", "0" * len(TOKEN)])
def test_nothing_but_the_whole_token_is_the_token(wrong: str) -> None:
    basic = "Basic " + base64.b64encode(f"somebody:{wrong}".encode()).decode()
    for header in (f"Bearer {wrong}", basic):
        assert client(TOKEN).get("/", headers={"authorization": header}).status_code == 401
    assert client(TOKEN).get("/", params={"token": wrong}).status_code == 401


def test_a_browser_that_gave_the_password_gets_the_cookie_for_its_websocket() -> None:
    browser = client(TOKEN)
    password = "Basic " + base64.b64encode(f":{TOKEN}".encode()).decode()
    assert browser.get("/", headers={"authorization": password}).cookies.get(COOKIE)
    with browser.websocket_connect("/ws") as websocket:
        assert websocket.receive_text() == "hello"


def test_websockets_are_for_pages_of_this_server() -> None:
    browser = client(TOKEN)
    with pytest.raises(WebSocketDisconnect), browser.websocket_connect("/ws"):
        pass
    browser.get(f"/?token={TOKEN}")
    with browser.websocket_connect("/ws", headers={"origin": "http://testserver"}) as websocket:
        assert websocket.receive_text() == "hello"
    with (
        pytest.raises(WebSocketDisconnect),
        browser.websocket_connect("/ws", headers={"origin": "https://evil.example"}),
    ):
        pass


def test_without_a_token_only_names_of_this_machine_are_answered() -> None:
    """A page of another site that points its name at 127.0.0.1 (DNS rebinding) is sent away."""
    assert client(None, "http://localhost:8080").get("/").text == "the archive"
    assert client(None, "http://[::1]:8080").get("/").text == "the archive"
    assert client(None, "http://evil.example").get("/").status_code == 421


def test_forms_of_other_sites_are_refused() -> None:
    local = client(None, "http://localhost")
    assert local.post("/", headers={"origin": "http://localhost"}).status_code == 200
    assert local.post("/", headers={"origin": "https://evil.example"}).status_code == 403
    assert local.post("/", headers={"sec-fetch-site": "cross-site"}).status_code == 403
    assert local.post("/").status_code == 200  # a script, not a browser


def test_who_guesses_is_slowed_down_and_who_was_let_in_before_is_not() -> None:
    known = client(TOKEN)
    assert known.get(f"/?token={TOKEN}").status_code == 303
    guesser, neighbour = client(TOKEN, app=known.app), client(TOKEN, app=known.app, who="192.0.2.2")
    kinds = [
        lambda n: guesser.get("/", params={"token": f"{TOKEN}{n}"}),
        lambda n: guesser.get("/", headers={"authorization": f"Bearer {TOKEN}{n}"}),
    ]
    answers = [kinds[n % 2](n) for n in range(60)]
    assert [answer.status_code for answer in answers[:20]] == [401] * 20
    assert {answer.status_code for answer in answers[20:]} <= {429, 401}
    refused = answers[-1]
    assert (refused.status_code, refused.json()["error_code"]) == (429, "too_many_guesses")
    assert int(refused.headers["retry-after"]) >= 1
    assert guesser.get("/", params={"token": TOKEN}).status_code == 429  # not looked at: nothing is to be learned
    assert known.get("/").text == "the archive"  # from the same address, as behind a proxy
    assert neighbour.get("/", headers={"authorization": f"Bearer {TOKEN}"}).text == "the archive"


def test_asking_without_a_token_or_with_an_old_cookie_is_no_guess() -> None:
    browser = client(TOKEN)
    for _ in range(50):
        assert browser.get("/").status_code == 401
        assert browser.get("/", headers={"cookie": f"{COOKIE}={'0' * 64}"}).status_code == 401
    assert browser.get(f"/?token={TOKEN}").status_code == 303


def told(headers: dict[str, str] | None = None, address: str = "/cleared", token: str | None = TOKEN) -> str:
    """What somebody is told who asks a page that has a token of its own, and another one for what is withheld."""

    async def tell(_: Request) -> PlainTextResponse:
        return PlainTextResponse(str(cleared.get()))

    app: ASGIApp = Access(Starlette(routes=[Route("/cleared", tell)]), token=token, embargo_token=WORD)
    base = "http://testserver" if token else "http://localhost"
    return TestClient(app, base_url=base).get(address, headers=headers or {}).text


WORD = "the-word-for-what-is-withheld"


@pytest.mark.parametrize("token", [TOKEN, None])
def test_the_word_for_what_is_withheld_lets_in_and_clears(token: str | None) -> None:
    assert told({"authorization": f"Bearer {WORD}"}, token=token) == "True"
    assert told(address=f"/cleared?token={WORD}", token=token) == "True"  # by its cookie
    assert told({"authorization": f"Bearer {WORD}x"}, token=token) != "True"


def test_the_page_s_own_token_does_not_clear() -> None:
    assert told({"authorization": f"Bearer {TOKEN}"}) == "False"
    assert told(token=None) == "False"
    assert not cleared.get()


def test_the_word_s_cookie_ends_with_the_browser_and_holds_neither_word() -> None:
    app = Access(Starlette(), token=TOKEN, embargo_token=WORD)
    answer = TestClient(app, follow_redirects=False).get(f"/?token={WORD}")
    assert answer.status_code == 303
    assert "Max-Age" not in answer.headers["set-cookie"]
    assert WORD not in answer.headers["set-cookie"]


def test_both_tokens_alike_or_a_short_word_are_refused() -> None:
    with pytest.raises(ConfigurationError, match="tokens_alike"):
        check_access("127.0.0.1", TOKEN, TOKEN)
    with pytest.raises(ConfigurationError, match="token_too_short"):
        check_access("127.0.0.1", None, "word")
