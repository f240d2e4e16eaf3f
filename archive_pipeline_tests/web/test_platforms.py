"""A video on a page of a platform: found by yt-dlp, which reaches nothing but through our proxy."""

import base64
import http.client
import os
import re
import resource
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from unittest.mock import patch
from urllib.parse import urlsplit

import pytest

from archive_pipeline.errors import ArchiveError
from archive_pipeline.locking import file_lock
from archive_pipeline.web import fetching
from archive_pipeline.web.fetching import place_to_fetch
from archive_pipeline.web.platforms import clear_left_over, fetch_from_platform
from archive_pipeline.web.security import outgoing
from archive_pipeline.web.security.forward_proxy import forward_proxy
from archive_pipeline_tests.thorough import thorough
from archive_pipeline_tests.waiting import PATIENCE_S

FILM = b"a film " * 100_000
MOST = 10_000_000


class Platform(ThreadingHTTPServer):
    """A page about a film, whose address is `video`."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked: list[str] = []
        self.video = "/film.mp4"

    def at(self, path: str) -> str:
        return f"http://127.0.0.1:{self.server_port}/{path}"


class _Handler(BaseHTTPRequestHandler):
    server: Platform

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        page = f'<html><title>Noche</title><video src="{self.server.video}"></video></html>'.encode()
        content, kind = (FILM, "video/mp4") if self.path == "/film.mp4" else (page, "text/html")
        self.send_response(200)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(content)

    do_HEAD = do_GET  # noqa: N815

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def platform() -> Iterator[Platform]:
    with Platform() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def only_here(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> Platform:
    """The platform's own address is allowed as a public one would be, and no other of this machine."""
    monkeypatch.setattr(outgoing, "_is_public", lambda written: written == "127.0.0.1")
    monkeypatch.setattr(fetching, "_PORTS", (platform.server_port, 80))
    return platform


@thorough
def test_the_video_of_a_page_comes_with_its_title(platform: Platform) -> None:
    pytest.importorskip("yt_dlp")
    with patch.object(subprocess, "Popen", wraps=subprocess.Popen) as started:
        coming = fetch_from_platform(platform.at("watch?v=1&key=secret"), private=True, most_bytes=MOST)
    assert started.call_count == 2
    assert not re.search("secret|archive:", str(started.call_args_list)), "everybody sees the words of a process"
    assert (coming.name[:5], coming.name[-4:], coming.origin) == ("Noche", ".mp4", platform.at("watch"))
    assert b"".join(coming.pieces) == FILM


@pytest.mark.verify  # two starts of yt-dlp more; the proxy alone is below
def test_a_page_that_leads_into_a_private_network_is_refused(only_here: Platform) -> None:
    pytest.importorskip("yt_dlp")
    only_here.video = "http://169.254.169.254/latest/film.mp4"
    with pytest.raises(ArchiveError, match="private network"):
        b"".join(fetch_from_platform(only_here.at("watch"), private=False, most_bytes=MOST).pieces)
    assert "/film.mp4" not in only_here.asked


@pytest.mark.verify
def test_a_page_without_a_video_is_refused(platform: Platform) -> None:
    pytest.importorskip("yt_dlp")
    platform.video = ""
    with pytest.raises(ArchiveError, match="upload_kind"):
        fetch_from_platform(platform.at("about"), private=True, most_bytes=MOST)


def test_a_page_of_this_machine_is_not_asked_for(platform: Platform) -> None:
    with pytest.raises(ArchiveError, match="bad_address"):
        fetch_from_platform(platform.at("watch"), private=False, most_bytes=MOST)
    assert not platform.asked


def test_the_proxy_answers_who_has_its_word_tunnels_where_it_may_and_ends_at_the_bound(only_here: Platform) -> None:
    with forward_proxy(lambda one: place_to_fetch(one, private=False), 3 * len(FILM) // 2) as proxy:
        known = urlsplit(proxy.address)
        word = {"Proxy-Authorization": _basic(f"{known.username}:{known.password}")}

        def status(address: str, headers: dict[str, str]) -> int:
            asking = http.client.HTTPConnection("127.0.0.1", known.port or 0, timeout=PATIENCE_S)
            asking.request("GET", address, headers=headers)
            return asking.getresponse().status

        assert status(only_here.at("watch"), {}) == 407
        assert status("http://[::1]/", word) == status("ftp://127.0.0.1/", word) == 403
        assert only_here.asked == []
        assert status(only_here.at("watch"), word) == 200
        for n_bytes in (len(FILM), 0):
            tunnel = http.client.HTTPConnection("127.0.0.1", known.port or 0, timeout=PATIENCE_S)
            tunnel.set_tunnel("127.0.0.1", only_here.server_port, word)
            tunnel.request("GET", "/film.mp4")
            if n_bytes:
                assert len(tunnel.getresponse().read()) == n_bytes
            else:
                with pytest.raises((http.client.IncompleteRead, http.client.RemoteDisconnected, OSError)):
                    tunnel.getresponse().read()
        inside = http.client.HTTPConnection("127.0.0.1", known.port or 0, timeout=PATIENCE_S)
        inside.set_tunnel("10.0.0.1", 443, word)
        with pytest.raises(OSError, match="403"):
            inside.connect()
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", known.port or 0), timeout=2)


def test_the_proxy_passes_on_where_thousands_of_files_are_open(only_here: Platform) -> None:
    """As on a page that many have open: select.select() knows no file beyond the 1,024th."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(4096, hard), hard))
    many = [os.open(os.devnull, os.O_RDONLY) for _ in range(1100)]
    try:
        with forward_proxy(lambda one: place_to_fetch(one, private=False), MOST) as proxy:
            known = urlsplit(proxy.address)
            tunnel = http.client.HTTPConnection("127.0.0.1", known.port or 0, timeout=PATIENCE_S)
            word = {"Proxy-Authorization": _basic(f"{known.username}:{known.password}")}
            tunnel.set_tunnel("127.0.0.1", only_here.server_port, word)
            tunnel.request("GET", "/film.mp4")
            assert tunnel.getresponse().read() == FILM
    finally:
        for one in many:
            os.close(one)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def _basic(words: str) -> str:
    return "Basic " + base64.b64encode(words.encode()).decode()


def test_what_a_killed_process_left_goes_at_the_next_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And neither what somebody is at work in, nor what was made a moment ago."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    old = time.time() - 3600
    killed, at_work, new = (tmp_path / f"archive-platform-{name}" for name in ("killed", "at_work", "new"))
    for folder in (killed, at_work, new):
        folder.mkdir()
        (folder / "found.json").write_text("{}")
    with file_lock(at_work / ".lock"):
        for folder in (killed, at_work):
            os.utime(folder, (old, old))
        clear_left_over()
        assert set(tmp_path.iterdir()) == {at_work, new}
    for folder in (at_work, new):
        os.utime(folder, (old, old))
    clear_left_over()
    assert not list(tmp_path.iterdir())
