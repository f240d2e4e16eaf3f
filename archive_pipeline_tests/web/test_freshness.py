"""Ingest and page at the same time: neither gets in the other's way, and what is new is found at once."""

import json
import subprocess
import sys
import threading
from pathlib import Path

from playwright.sync_api import BrowserContext, expect
from playwright.sync_api import Page as Tab

from archive_pipeline.store.lake import Lake
from archive_pipeline.store.saved_searches import Line, SavedSearches
from archive_pipeline_tests.thorough import thorough
from archive_pipeline_tests.waiting import until
from archive_pipeline_tests.web.films import film
from archive_pipeline_tests.web.receiver import receiving
from archive_pipeline_tests.web.running import Page, Site

pytestmark = thorough


def test_a_video_ingested_by_another_process_is_found_while_the_page_is_open(
    page: Page, site: Site, context: BrowserContext
) -> None:
    tab = context.new_page()
    tab.goto("/?text=a+red+boat")
    expect(tab.locator(".ap-card").first).to_be_visible()
    _save(tab, "red boats")
    coding = ("-c:v", "libx264", "-pix_fmt", "yuv420p", "-preset", "ultrafast")
    film(site.films / "late.mp4", ("mandelbrot", "rgbtestsrc"), *coding, seconds=1.0)
    asking = _Asking(page)
    ingested = site.ingest()
    assert json.loads(ingested.stdout)["ran"] == 1, ingested.stderr
    until(lambda: "films/late.mp4" in _found(page), "the new video")  # in ten seconds where nothing else is to do
    # the open page says that there is something new, and finds it
    tab.get_by_role("button", name="Search again").click()
    expect(tab.locator(".ap-card").filter(has_text="late.mp4").first).to_be_visible()
    assert asking.stop() == []
    listed = page.client.get("/api/videos").json()
    assert {video["video_id"]: video["status"] for video in listed["videos"]}["films/late.mp4"] == "ready"
    _is_told_of_what_is_new(tab, page, site)


def _save(tab: Tab, name: str) -> None:
    tab.locator("[data-save]").click()
    tab.get_by_label("Name of the search").fill(name)
    tab.get_by_role("button", name="Save search").last.click()
    expect(tab.get_by_text(f"Saved: {name}")).to_be_visible()


def _is_told_of_what_is_new(tab: Tab, page: Page, site: Site) -> None:
    """By the page when it is counted, by a webhook after a tick; until somebody looks."""
    (saved,) = [one for one in page.client.get("/api/saved").json() if one["name"] == "red boats"]
    n_new = len(page.client.get("/api/videos/films/late.mp4").json()["shots"])
    assert saved["n_new"] == 0, "nobody has counted yet"
    with receiving() as receiver:
        SavedSearches(Lake(site.home / "lake")).add(saved["saved"], Line("hook", text=receiver.address))
        code = (
            "import dagster as dg\n"
            "from archive_pipeline.automation.saved_searches import tell_saved_searches\n"
            "from archive_pipeline.resources.archive import Archive\n"
            "for _ in range(2):\n"
            "    with dg.build_sensor_context(resources={'archive': Archive()}) as context:\n"
            "        print(tell_saved_searches(context))"
        )
        environment = site.environment | {"ARCHIVE_PRIVATE_ADDRESSES": "true"}
        ticked = subprocess.run(
            [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
        )
        assert "1 webhook told" in ticked.stdout, ticked.stderr
        (got,) = receiver.got  # the second tick has nothing to say
        assert (got["saved"], got["n_new"]) == (saved["saved"], n_new)
        assert {shot["video_id"] for shot in got["shots"]} == {"films/late.mp4"}
        assert "secret" not in ticked.stdout + ticked.stderr
    tab.goto("/saved")
    row = tab.locator(f"[data-saved='{saved['saved']}']")
    expect(row.locator("[data-new]")).to_have_text(f"{n_new} new")
    row.get_by_role("link", name="red boats").click()
    expect(tab.locator(".ap-card").filter(has_text="late.mp4").first).to_be_visible()
    tab.goto("/saved")
    expect(row.locator("[data-new]")).to_have_text("0 new")
    row.locator("[data-act=count]").click()
    expect(row.locator("[data-new]")).to_have_text("0 new")


def _found(page: Page) -> set[str]:
    answer = page.client.get("/api/search", params={"text": "a red boat", "limit": 200})
    return {shot["video_id"] for shot in answer.json()["shots"]}


def test_a_source_that_is_gone_is_said_and_everything_else_goes_on(page: Page, site: Site) -> None:
    film_file, aside = site.films / "tape.mxf", site.films.parent / "tape.mxf"
    for kept in Path(site.home, "cache", "previews").glob("*/*"):
        kept.unlink()
    film_file.rename(aside)
    try:
        answer = page.client.get("/media/clips/films/tape.mxf", params={"number": 0})
        assert (answer.status_code, answer.json()["error_code"]) == (404, "source_gone")
        assert page.client.get("/media/stills/films/tape.mxf?at=1").status_code == 200
        assert page.client.get("/api/search", params={"text": "boat"}).status_code == 200
    finally:
        aside.rename(film_file)
    assert page.client.get("/media/clips/films/tape.mxf", params={"number": 0}).status_code == 200


class _Asking:
    """Somebody who searches all the time; what went wrong is kept."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._errors: list[str] = []
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._ask)
        self._thread.start()

    def _ask(self) -> None:
        while not self._ended.wait(0.2):
            answer = self._page.client.get("/api/search", params={"text": "a boat"})
            if answer.status_code != 200 or not answer.json()["shots"]:
                self._errors.append(answer.text)

    def stop(self) -> list[str]:
        self._ended.set()
        self._thread.join()
        return self._errors
