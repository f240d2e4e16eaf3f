"""What a detector found: offered, searched for by number, and shown on cards."""

import copy
import json
import subprocess
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from archive_pipeline_tests.detectors import tiny
from archive_pipeline_tests.thorough import thorough
from archive_pipeline_tests.web.running import Page, Site

pytestmark = thorough

FOUND: list[tiny.Known] = [
    ("person", 0.9, (0.1, 0.1, 0.3, 0.9)),
    ("person", 0.8, (0.4, 0.1, 0.6, 0.9)),
    ("dog", 0.7, (0.5, 0.5, 0.9, 0.9)),
]


@pytest.fixture(scope="module")
def found(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """The page of a copy of the archive, in whose every shot a detector found two persons and a dog."""
    root = tmp_path_factory.mktemp("objects")
    subprocess.run(["cp", "--archive", "--sparse=always", site.home, root / "home"], check=True)
    with_objects = copy.copy(site)
    with_objects.home = root / "home"
    with_objects.environment = site.environment | {
        "ARCHIVE_HOME": str(root / "home"),
        "DAGSTER_HOME": str(root / "home/dagster"),
        "ARCHIVE_DEVICE": "cpu",
        "ARCHIVE_DETECTORS": json.dumps({"rt-detr": str(tiny.answering(root / "detector", FOUND))}),
    }
    described = with_objects.describe("objects")
    assert described.returncode == 0, described.stdout + described.stderr
    running = Page(with_objects)
    yield running
    running.close()


def test_what_was_found_is_offered_and_searched_by_number(found: Page) -> None:
    offered = {one["label"]: one for one in found.client.get("/api/objects").json()}
    assert set(offered) == {"person", "dog"}
    assert offered["person"]["most"] == 2
    assert offered["person"]["n_shots"] == offered["dog"]["n_shots"] > 3

    def search(*objects: str) -> list[dict[str, object]]:
        answer = found.client.get("/api/search", params={"text": "colour bars", "objects": objects})
        return list(answer.json()["shots"])

    assert search("person>=2", "dog")[0]["objects"] == {"dog": 1, "person": 2}
    assert search("person>=3") == []
    refused = found.client.get("/api/search", params={"text": "x", "objects": "<script>"})
    assert (refused.status_code, refused.json()["error_code"]) == (422, "bad_filter")


def test_the_filter_narrows_the_page_and_cards_say_how_many(browser: Browser, found: Page) -> None:
    context = browser.new_context(base_url=found.address, locale="en-GB", viewport={"width": 1360, "height": 1000})
    tab = context.new_page()
    tab.goto("/?text=colour+bars")
    expect(tab.locator(".ap-card .objects").first).to_have_text("dog · 2 × person")
    tab.get_by_role("combobox", name="Objects").click()
    tab.get_by_role("option", name="person ≥ 2").click()
    expect(tab).to_have_url("/?text=colour+bars&objects=person%3E%3D2")
    expect(tab.locator(".ap-card").first).to_be_visible()
    tab.goto("/?text=colour+bars&objects=Person >= 3")
    expect(tab.get_by_role("heading", name="Nothing was found")).to_be_visible()
    tab.locator(".q-chip", has_text="person>=3").get_by_role("button").click()
    expect(tab.locator(".ap-card").first).to_be_visible()
    context.close()
