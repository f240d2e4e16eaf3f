"""A single video sent to the page: a collection of one, ingested and analysed."""

import json
import os
import signal
import socket
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page as Tab
from playwright.sync_api import expect

from archive_pipeline.errors import RequestError
from archive_pipeline.settings import Settings
from archive_pipeline.store.catalogue import Catalogue
from archive_pipeline.web.file_names import safe_name
from archive_pipeline.web.uploads import Uploads
from archive_pipeline_tests.thorough import thorough
from archive_pipeline_tests.waiting import PATIENCE_S, until
from archive_pipeline_tests.web.films import film
from archive_pipeline_tests.web.running import Page, Site


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("film.mp4", "film.mp4"),
        ("../../etc/cron.d/evil.mp4", "evil.mp4"),
        ("C:\\Users\\ana\\Vídeo final (2).MOV", "Vídeo final _2_.MOV"),
        (".hidden.mkv", "hidden.mkv"),
        ("a\n;rm -rf $HOME`.ts", "a_rm -rf _HOME_.ts"),
        ("x" * 500 + ".mp4", "x" * 200 + ".mp4"),
        ("映" * 200 + ".mkv", "映" * 66 + ".mkv"),  # bytes are what file systems count
    ],
)
def test_a_name_from_a_browser_becomes_a_file_name(said: str, kept: str) -> None:
    assert safe_name(said) == kept


@pytest.mark.parametrize("said", ["", "film", ".mp4", "...", "film.srt", "film.mp4/", "run.sh", "a.mp4\0.exe", "../.."])
def test_what_is_no_name_of_a_video_is_refused(said: str) -> None:
    with pytest.raises(RequestError, match="upload_kind"):
        safe_name(said)


def sent(page: Page, name: str, content: bytes, **headers: str) -> httpx.Response:
    return page.client.put("/api/uploads", params={"name": name}, content=content, headers=headers)


def until_done(page: Page, collection: str) -> dict[str, Any]:
    """The state in which an upload ends."""

    def state() -> dict[str, Any]:
        return dict(page.client.get(f"/api/uploads/{collection}").json())

    until(lambda: state().get("phase") in ("done", "failed"), f"the end of the upload {collection}", within_s=600)
    return state()


def uploads_of(home: Path) -> Uploads:
    """As a process finds them that has just started."""
    return Uploads(Settings(archive_home=home), Catalogue(home / "catalogue.sqlite"))


def test_what_was_received_and_never_accepted_is_swept_away_after_a_day(tmp_path: Path) -> None:
    """A process was killed after the video was moved to its folder, before its collection was written."""
    folder = tmp_path / "uploads"
    promises = [folder / ".line" / name for name in ("upload_old", "upload_new")]
    for promise in promises:
        (folder / promise.name).mkdir(parents=True)
        (folder / promise.name / "a.mp4").write_bytes(b"x")
        promise.parent.mkdir(exist_ok=True)
        promise.write_text("a.mp4")
    os.utime(promises[0], (0, 0))
    uploads_of(tmp_path).go_on()
    assert sorted(path.name for path in folder.rglob("upload_*")) == ["upload_new", "upload_new"]


def test_what_cannot_be_a_video_is_refused_and_leaves_nothing(page: Page, site: Site) -> None:
    before = files_of(site)
    assert sent(page, "film.exe", b"x").status_code == 415
    assert sent(page, "film.mp4", b"").json()["error_code"] == "upload_empty"
    assert sent(page, "film.mp4", b"x", origin="https://evil.example").status_code == 403
    with socket.create_connection(("127.0.0.1", page.port), timeout=PATIENCE_S) as connection:
        connection.sendall(
            b"PUT /api/uploads?name=film.mp4 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1%s\r\n\r\n" % (b"0" * 12)
        )
        assert connection.recv(100).startswith(b"HTTP/1.1 413")
    assert page.client.get("/api/uploads/nothing").json()["error_code"] == "unknown_upload"
    assert files_of(site) == before


def files_of(site: Site) -> set[Path]:
    return {path for path in (site.home / "uploads").rglob("*") if path.is_file()}


def test_a_video_is_sent_ingested_and_analysed(tab: Tab, page: Page, tmp_path: Path) -> None:
    clip = tmp_path / "Mi vídeo.mp4"
    film(clip, ("smptebars", "rgbtestsrc"), "-c:v", "libx264", "-preset", "ultrafast", seconds=1)
    tab.goto("/findings")
    tab.get_by_role("link", name="Analyse one video").click()
    tab.get_by_label("Language").select_option("es")
    tab.get_by_label("Choose a video").set_input_files(clip)
    expect(tab.get_by_role("heading", name="Mi vídeo.mp4")).to_be_visible()
    state = until_done(page, "upload_mi_video")
    assert state["phase"] == "done", state
    assert "server" in state["message"]  # nobody describes here; what needs no server is done
    expect(tab.get_by_role("link", name="Watch")).to_be_visible()
    told = page.client.get("/api/videos/upload_mi_video/Mi vídeo.mp4").json()
    assert len(told["shots"]) == 2
    tab.get_by_role("link", name="Watch").click()
    expect(tab.locator(".ap-programme video")).to_be_visible()


@thorough
@pytest.mark.parametrize("how", [signal.SIGKILL, pytest.param(signal.SIGTERM, marks=pytest.mark.verify)])
def test_an_accepted_video_is_ready_after_a_restart_and_once(site: Site, tmp_path: Path, how: signal.Signals) -> None:
    """Two are sent: the first is worked on when the page ends, the second waits."""
    clip = tmp_path / "clip.mp4"
    film(clip, ("smptebars", "rgbtestsrc"), "-c:v", "libx264", "-preset", "ultrafast", seconds=1)
    page = Page(site)
    names = [sent(page, f"{how.name} {n}.mp4", clip.read_bytes()).json()["collection"] for n in (1, 2)]
    page.end(how)
    again = Page(site)
    try:
        for name in names:
            assert until_done(again, name)["phase"] == "done"
            shots = again.client.get("/api/search", params={"text": "bars", "collection": name}).json()["shots"]
            assert len(shots) == len({shot["id"] for shot in shots}) == 2
    finally:
        again.close()
    assert not list((site.home / "uploads" / ".line").iterdir())
    counts = json.loads(site.command("status", "--json").stdout)["collections"]
    assert [(row["ready"], row["failed"]) for row in counts if row["collection"] in names] == [(1, 0), (1, 0)]
    next_process = uploads_of(site.home)
    assert [next_process.get(name).phase for name in names] == ["done", "done"]


@thorough
def test_a_video_that_is_none_fails_with_the_reason(page: Page) -> None:
    answer = sent(page, "broken.mp4", b"this is no video " * 100)
    assert answer.status_code == 201, answer.text
    state = until_done(page, answer.json()["collection"])
    assert state["phase"] == "failed"
    assert "no video" in state["message"]
