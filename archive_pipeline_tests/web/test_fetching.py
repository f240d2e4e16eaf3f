"""A video at an address: what is fetched, what is refused, and what becomes of it."""

import contextlib
import json
import socket
import threading
import time
import tracemalloc
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml
from playwright.sync_api import Browser, expect

from archive_pipeline.errors import ArchiveError, PassingError
from archive_pipeline.settings import Settings
from archive_pipeline.store.catalogue import Catalogue
from archive_pipeline.web import fetching, uploads
from archive_pipeline.web.fetching import Fetched, fetch
from archive_pipeline.web.security import outgoing
from archive_pipeline.web.upload_line import UploadLine
from archive_pipeline_tests.thorough import thorough
from archive_pipeline_tests.waiting import until
from archive_pipeline_tests.web.films import film
from archive_pipeline_tests.web.running import Page, Site
from archive_pipeline_tests.web.test_upload import until_done
from archive_pipeline_tests.web.test_webhooks import HOSTILE

FILM = b"a film " * 1000
MOST = 1_000_000


class Files(ThreadingHTTPServer):
    """Serves `film.mp4` and what goes wrong with others."""

    def __init__(self) -> None:
        self.film = FILM
        super().__init__(("127.0.0.1", 0), _Handler)

    def at(self, path: str) -> str:
        return f"http://127.0.0.1:{self.server_port}/{path}"


class _Handler(BaseHTTPRequestHandler):
    server: Files

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        leads = {"/moved": "/film.mp4", "/loop": "/loop", "/inside": "http://169.254.169.254/film.mp4",
                 "/here": "http://127.0.0.2/film.mp4", "/local": "file:///etc/passwd"}  # fmt: skip
        if path in leads:
            self._head(302, location=leads[path])
        elif path == "/page":
            self._head(200, content_type="text/html", content_length="4")
            self.wfile.write(b"<a/>")
        elif path == "/watch":
            self._head(200, content_type="video/mp4", content_length=str(len(self.server.film)))
            self.wfile.write(self.server.film)
        elif path == "/short.mp4":
            self._head(200, content_length="9999999")
            self.wfile.write(FILM)
        elif path == "/chunks.mp4":
            self._head(200, transfer_encoding="chunked")
            with contextlib.suppress(OSError):  # who asks has gone
                self.wfile.write(b"-1\r\n")
                for _ in range(64):
                    self.wfile.write(bytes(2**20))
        elif path == "/endless.mp4":
            self._head(200)
            self.wfile.write(FILM * 10)
        elif path == "/huge.mp4":
            self._head(200, content_length=str(2**40))
        elif path == "/film.mp4":
            self._head(200, content_length=str(len(self.server.film)))
            self.wfile.write(self.server.film)
        else:
            self._head(404)

    def _head(self, status: int, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def files() -> Iterator[Files]:
    server = Files()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()


@pytest.mark.parametrize(
    "address", [*HOSTILE, "http://93.184.216.34:22/a.mp4", "https://93.184.216.34:6379/"], ids=lambda one: str(one)[:50]
)
def test_a_hostile_address_is_refused(address: str) -> None:
    with pytest.raises(ArchiveError) as error:
        fetch(address, private=False, most_bytes=MOST)
    assert error.value.code == "bad_address"


def test_a_video_comes_with_its_name_and_where_it_came_from(files: Files) -> None:
    for path, name in (("film.mp4?key=secret", "film.mp4"), ("moved", "film.mp4"), ("watch", "watch.mp4")):
        coming = fetch(files.at(path), private=True, most_bytes=MOST)
        assert (coming.name, coming.n_bytes, b"".join(coming.pieces)) == (name, len(FILM), FILM)
        assert "secret" not in coming.origin


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("page", "upload_kind"),
        ("nothing.mp4", "fetch_failed"),
        ("loop", "bad_address"),
        ("local", "bad_address"),
        ("huge.mp4", "upload_too_large"),
    ],
)
def test_what_is_no_video_is_refused_before_it_comes(files: Files, path: str, code: str) -> None:
    with pytest.raises(ArchiveError) as error:
        fetch(files.at(path), private=True, most_bytes=MOST)
    assert error.value.code == code


@pytest.mark.parametrize("path", ["inside", "here"])
def test_a_redirect_into_a_private_network_is_refused(files: Files, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    """Only the first address is allowed here, as a public one would be."""
    monkeypatch.setattr(outgoing, "_is_public", lambda written: written == "127.0.0.1")
    monkeypatch.setattr(fetching, "_PORTS", (files.server_port, 80))
    with pytest.raises(ArchiveError, match="private network"):
        fetch(files.at(path), private=False, most_bytes=MOST)


@pytest.mark.parametrize("resolved", [["10.1.2.3"], ["93.184.216.34", "fd00::1"]])
def test_a_name_that_leads_into_a_private_network_is_refused(
    monkeypatch: pytest.MonkeyPatch, resolved: list[str]
) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (number, 80)) for number in resolved]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    with pytest.raises(ArchiveError, match="private network"):
        fetch("http://films.example/film.mp4", private=False, most_bytes=MOST)


def test_a_body_without_a_length_is_ended_at_the_bound(
    files: Files, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "MOST_BYTES", len(FILM))
    settings = Settings(archive_home=tmp_path, private_addresses=True)
    receiving = uploads.Uploads(settings, Catalogue(settings.database))
    collection = receiving.fetch(files.at("endless.mp4"), "", "").collection
    while (state := receiving.get(collection)).phase == "fetching":
        time.sleep(0.01)
    assert state.phase == "failed"
    assert "at most" in str(state.message)
    assert [path for path in (tmp_path / "uploads").rglob("*") if path.is_file()] == []


def test_what_had_not_come_when_the_page_was_killed_is_asked_for_again(
    files: Files, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(archive_home=tmp_path, private_addresses=True)
    monkeypatch.setattr(uploads.Uploads, "_come", lambda *_: None)  # the process ended
    begun = uploads.Uploads(settings, Catalogue(settings.database)).fetch(files.at("film.mp4?key=secret"), "es", "Ana")
    monkeypatch.undo()
    (asked,) = (tmp_path / "uploads" / ".line").glob(".*.fetch")
    assert asked.stat().st_mode & 0o077 == 0
    assert "secret" in asked.read_text()
    monkeypatch.setattr(UploadLine, "_work", lambda _: None)
    tries = iter([PassingError("fetch_failed", "The network is not there yet.")])

    def fetched(address: str, **how: Any) -> Fetched:
        for error in tries:
            raise error
        return fetch(address, **how)

    monkeypatch.setattr(uploads, "fetch", fetched)
    monkeypatch.setattr(uploads, "_WAITS_S", (0.01,))
    after = uploads.Uploads(settings, Catalogue(settings.database))
    after.go_on()
    until(lambda: after.get(begun.collection).phase != "fetching", "the end of fetching")
    state = after.get(begun.collection)
    assert (state.phase, state.fetched_from, state.fetched_by) == ("waiting", files.at("film.mp4"), "Ana")
    assert (tmp_path / "uploads" / begun.collection / "film.mp4").read_bytes() == FILM
    assert not asked.exists(), "a secret is kept no longer than it is needed"
    gone = uploads.Uploads(settings, Catalogue(settings.database))
    gone.go_on()
    assert gone.get(begun.collection).phase == "waiting", "it is in line, and is not fetched a second time"


def test_a_chunk_of_negative_length_is_not_read_into_memory(files: Files) -> None:
    tracemalloc.start()
    with pytest.raises(ArchiveError, match="fetch_failed"):
        b"".join(fetch(files.at("chunks.mp4"), private=True, most_bytes=MOST).pieces)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 16 * 2**20, "64 MB were sent"


def test_a_body_that_breaks_off_is_an_error(files: Files) -> None:
    coming = fetch(files.at("short.mp4"), private=True, most_bytes=10**9)
    with pytest.raises(ArchiveError, match="fetch_failed"):
        b"".join(coming.pieces)


@thorough
def test_a_fetched_video_is_ingested(site: Site, files: Files, browser: Browser, tmp_path: Path) -> None:
    film(tmp_path / "clip.mp4", ("smptebars", "rgbtestsrc"), "-c:v", "libx264", "-preset", "ultrafast", seconds=1)
    files.film = (tmp_path / "clip.mp4").read_bytes()
    site.environment["ARCHIVE_PRIVATE_ADDRESSES"] = "true"
    page = Page(site)
    del site.environment["ARCHIVE_PRIVATE_ADDRESSES"]
    try:
        tab = browser.new_page(base_url=page.address, locale="en-GB")
        tab.context.add_cookies([{"name": "archive_reviewer", "value": "Ana", "url": page.address}])
        tab.goto("/upload")
        tab.locator("[data-fetch]").fill(files.at("page"))
        tab.get_by_role("button", name="Fetch it").click()
        expect(tab.locator("[data-said]")).to_contain_text("no video")
        tab.locator("[data-fetch]").fill(files.at("film.mp4?key=secret"))
        tab.get_by_role("button", name="Fetch it").click()
        expect(tab.get_by_role("heading", name="film.mp4")).to_be_visible()
        expect(tab.get_by_text(f"Fetched from {files.at('film.mp4')}", exact=True)).to_be_visible()
        expect(tab.get_by_text("Asked for by Ana", exact=True)).to_be_visible()
        collection = tab.url.rpartition("=")[2]
        assert until_done(page, collection)["phase"] == "done"
        assert page.client.get(f"/api/videos/{collection}/film.mp4").json()["shots"]
        broken = page.client.post("/api/uploads/fetched", json={"address": files.at("short.mp4")}).json()["collection"]
        assert until_done(page, broken)["phase"] == "failed"
        assert not (site.home / "uploads" / broken).exists()
        tab.close()
    finally:
        page.close()
    (described,) = (site.home / "collections").glob(f"{collection}.yaml")
    tags = yaml.safe_load(described.read_text())["tags"]
    assert tags == {"fetched_from": files.at("film.mp4"), "fetched_by": "Ana"}, json.dumps(tags)
    next_process = uploads.Uploads(Settings(archive_home=site.home), Catalogue(site.home / "catalogue.sqlite"))
    assert next_process.get(collection).fetched_by == "Ana"
