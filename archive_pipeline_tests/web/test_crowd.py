"""Many at once: whoever is sent away is told so, and nobody else waits for it."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
from playwright.sync_api import Browser, expect
from starlette.applications import Starlette
from starlette.responses import HTMLResponse
from starlette.routing import Route
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Receive, Scope, Send

from archive_pipeline.web.security import load
from archive_pipeline.web.security.load import Admission, PagesInTurn
from archive_pipeline.web.security.turns import Turns
from archive_pipeline_tests.thorough import thorough
from archive_pipeline_tests.web.running import Page
from archive_pipeline_tests.web.serving import serving

_BROWSER = {"accept": "text/html,*/*;q=0.8"}


def pages(n_at_once: int) -> PagesInTurn:
    app = PagesInTurn(Starlette(routes=[Route("/{path:path}", lambda _: HTMLResponse("<h1>the archive</h1>"))]))
    app._turns = Turns(n_at_once, n_waiting=0, patience_s=5.0)
    return app


@contextmanager
def sent_away(**headers: str) -> Iterator[httpx.Response]:
    yield TestClient(pages(0)).get("/videos", headers=headers)


@pytest.mark.parametrize(
    ("language", "title", "sentence"),
    [
        ("en-GB", "Not at this moment", "Many people are asking at this moment."),
        ("es-ES,es;q=0.9", "Ahora mismo no", "Mucha gente pregunta en este momento."),
    ],
)
def test_a_browser_gets_a_page_in_its_language_that_asks_again(language: str, title: str, sentence: str) -> None:
    with sent_away(**_BROWSER, **{"accept-language": language}) as answer:
        assert (answer.status_code, answer.headers["cache-control"]) == (503, "no-store")
        seconds = int(answer.headers["retry-after"])
        assert 5 <= seconds <= 15
        assert f'http-equiv="refresh" content="{seconds}"' in answer.text
        for told in (f'lang="{language[:2]}"', title, sentence, "too_busy"):
            assert told in answer.text


def test_a_script_gets_a_code_and_a_sentence() -> None:
    with sent_away() as answer:
        assert (answer.status_code, answer.json()["error_code"]) == (503, "too_busy")
        assert answer.json()["message"].endswith(".")
        assert int(answer.headers["retry-after"]) >= 5


def test_scripts_and_websockets_of_open_pages_wait_for_no_turn() -> None:
    assert TestClient(pages(0)).get("/_nicegui/3.18.0/vue.js").status_code == 200


def test_what_is_over_the_bound_is_refused_and_comes_in_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load, "_MOST_REQUESTS", 1)
    inner: list[int] = []

    async def asks_itself(scope: Scope, receive: Receive, send: Send) -> None:
        if not inner:
            inner.append(0)
            async with httpx.AsyncClient(transport=httpx.ASGITransport(app=admission), base_url="http://a") as client:
                inner[0] = (await client.get("/")).status_code
        await HTMLResponse("the archive")(scope, receive, send)

    admission: ASGIApp = Admission(asks_itself)
    client = TestClient(admission)
    assert client.get("/").status_code == 200
    assert inner == [503]
    assert client.get("/").status_code == 200


def test_the_page_that_was_refused_comes_by_itself(browser: Browser) -> None:
    app = pages(0)
    with serving(app) as port:
        context = browser.new_context(base_url=f"http://127.0.0.1:{port}", color_scheme="dark", locale="es-ES")
        tab = context.new_page()
        answer = tab.goto("/videos")
        assert answer is not None
        assert answer.status == 503
        expect(tab.get_by_role("heading", name="Ahora mismo no")).to_be_visible()
        assert tab.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(22, 23, 21)"
        app._turns = Turns(1, 0, 5.0)
        expect(tab.get_by_role("heading", name="the archive")).to_be_visible()
        context.close()


@thorough
@pytest.mark.parametrize("most_s", [30.0, pytest.param(1.0, marks=pytest.mark.verify)])
def test_300_pages_at_once_keep_nobody_else_waiting(page: Page, most_s: float) -> None:
    """Others, at other addresses, are answered, within a second where no other tests have the processors; those of the
    crowd get a page or are sent away."""
    crowd = subprocess.Popen(
        [sys.executable, "-m", "archive_pipeline_tests.web.crowd", page.address, "300"], stdout=subprocess.PIPE
    )
    waits: dict[str, list[float]] = {"/api/search?text=a+boat&limit=1": [], "/videos": [], "/static/icon.svg": []}
    transport = httpx.HTTPTransport(local_address="127.0.0.2")
    with httpx.Client(base_url=page.address, transport=transport, timeout=most_s, headers=_BROWSER) as client:
        while crowd.poll() is None:
            for path, seconds in waits.items():
                answer = client.get(path)
                assert answer.status_code == 200, (path, answer.text)
                seconds.append(answer.elapsed.total_seconds())
    statuses = json.loads(crowd.stdout.read())  # type: ignore[union-attr]
    print(statuses, {path: (len(seconds), f"{max(seconds):.2f} s") for path, seconds in waits.items()})
    assert sum(statuses.values()) == 300
    assert set(statuses) == {"200", "503"}
    assert "Traceback" not in page.log.read_text()
