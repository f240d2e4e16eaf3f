"""One small archive and one running page for all tests of the web package, and the system's Chromium."""

import copy
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright
from playwright.sync_api import Page as Tab

from archive_pipeline_tests.detectors import tiny
from archive_pipeline_tests.thorough import thorough
from archive_pipeline_tests.waiting import PATIENCE_S
from archive_pipeline_tests.web.films import make_films
from archive_pipeline_tests.web.running import Page, Site

expect.set_options(timeout=1000 * PATIENCE_S)  # of the process, so that it is the same for all tests of the page

# A page in a browser takes seconds: `make test` opens a search, its results and the player on three videos.
_ALWAYS = (
    "test_a_click_opens_the_player_at_the_shot[boat.mp4-source]",
    "test_the_picture_shown_is_that_of_the_moment_asked_for",
)
_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

_OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",  # it dies where the tests' own files have filled that
    "--autoplay-policy=no-user-gesture-required",
]

_DETECTED: list[tiny.Known] = [
    ("person", 0.9, (0.1, 0.1, 0.3, 0.9)),
    ("person", 0.8, (0.4, 0.1, 0.6, 0.9)),
    ("dog", 0.7, (0.5, 0.5, 0.9, 0.9)),
]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Function]) -> None:
    for item in items:
        if "browser" in item.fixturenames and item.name not in _ALWAYS:
            item.add_marker(thorough)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """Four films are ready with their concepts, one has failed. One test adds a film."""
    site = Site(tmp_path_factory.mktemp("web"))
    make_films(site.films)
    ingested = site.ingest()
    assert ingested.returncode == 3, ingested.stderr  # some failed
    described = site.describe("concepts")
    assert described.returncode == 0, described.stderr
    return site


@pytest.fixture(scope="session")
def page(site: Site) -> Iterator[Page]:
    running = Page(site)
    yield running
    running.close()


@pytest.fixture(scope="package")
def analysed(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """The page of a copy of the archive, in whose every shot a detector found two persons and a dog, and in which it is
    known which footage the films share."""
    root = tmp_path_factory.mktemp("analysed")
    subprocess.run(["cp", "--archive", "--sparse=always", site.home, root / "home"], check=True)
    further = copy.copy(site)
    further.home = root / "home"
    further.environment = site.environment | {
        "ARCHIVE_HOME": str(root / "home"),
        "DAGSTER_HOME": str(root / "home/dagster"),
        "ARCHIVE_DEVICE": "cpu",
        "ARCHIVE_DETECTORS": json.dumps({"rt-detr": str(tiny.answering(root / "detector", _DETECTED))}),
    }
    described = further.describe("objects", "reuses")
    assert described.returncode == 0, described.stdout + described.stderr
    running = Page(further)
    yield running
    running.close()


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """The system's Chromium; a machine without one skips, CI fails.

    It ends with the tests of the page: while it runs, this thread has an event loop, and what asks for one of its own
    (`asyncio.run` behind a command) fails in whatever test comes next.
    """
    binary = next((found for name in _BROWSERS if (found := shutil.which(name))), None)
    if binary is None:
        if os.environ.get("CI"):
            pytest.fail("CI needs Chromium: apt-get install chromium")
        pytest.skip("no Chromium on this machine: apt-get install chromium")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=binary, args=_OPTIONS, timeout=1000 * PATIENCE_S)
        _be_patient(chromium)
        yield chromium
        chromium.close()


def _be_patient(browser: Browser) -> None:
    """Its contexts and tabs wait as long as all tests do; Playwright's own half minute is over on a busy machine."""
    opened = browser.new_context

    def new_context(**options: Any) -> BrowserContext:
        context = opened(**options)
        context.set_default_timeout(1000 * PATIENCE_S)
        return context

    browser.new_context = new_context  # type: ignore[method-assign]
    browser.new_page = lambda **options: new_context(**options).new_page()  # type: ignore[method-assign]


@pytest.fixture
def context(browser: Browser, page: Page) -> Iterator[BrowserContext]:
    context = browser.new_context(base_url=page.address, locale="en-GB", viewport={"width": 1360, "height": 900})
    yield context
    context.close()


@pytest.fixture
def tab(context: BrowserContext) -> Iterator[Tab]:
    """A tab in which nothing may go wrong unseen: errors of scripts fail the test."""
    tab = context.new_page()
    errors: list[str] = []
    tab.on("pageerror", lambda error: errors.append(str(error)))
    tab.on("console", lambda line: errors.append(line.text) if "Content Security Policy" in line.text else None)
    yield tab
    assert not errors, errors


@pytest.fixture
def picture(tmp_path: Path, page: Page) -> Path:
    """A picture of the archive as a file: the first shot of boat.mp4."""
    file = tmp_path / "frame.jpg"
    file.write_bytes(page.client.get("/media/stills/films/boat.mp4?at=0.5").content)
    return file
