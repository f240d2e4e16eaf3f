"""WCAG 2.2 AA as far as axe can tell, on every page, wide and narrow: nothing serious."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect
from playwright.sync_api import Page as Tab

from archive_pipeline_tests.web.running import Page

PAGES = {
    "/": "[data-search]",
    "/?text=boat": ".ap-card",
    "/?text=boat&then=house": ".ap-card",
    "/videos": "table, .ap-card, a[href^='/video/']",
    "/video/films/boat.mp4": ".ap-programme",
    "/map?collection=films": "canvas",
    "/photos": "h1, h2",
    "/baskets": "h1, h2",
    "/basket/{basket}": "h1, h2, input",
    "/findings": "h1, h2",
    "/analysis?collection=films": "[data-phase]",
    "/analysis/policies?collection=films": "textarea",
    "/upload": "h1, h2",
    "/saved": "h1, h2",
    "/test": "h1, h2",
    "/playground": "h1, h2",
    "/status": "h1, h2",
    "/api/docs": "h1",
    "/nowhere": "h1, h2",
}
"""What is there once the page is."""
RULES = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}


@pytest.fixture(scope="module")
def basket(page: Page) -> str:
    made = str(page.client.post("/api/baskets", json={"name": "Boats"}).json()["basket"])
    shot = page.client.get("/api/videos/films/boat.mp4").json()["shots"][0]["id"]
    assert page.client.post(f"/api/baskets/{made}/shots", json=[shot]).status_code == 200
    return made


ALWAYS = ("/?text=boat", "/video/films/boat.mp4", "/map?collection=films")


@pytest.mark.parametrize(
    "address", [pytest.param(one, marks=() if one in ALWAYS else pytest.mark.verify) for one in PAGES]
)
def test_axe_finds_nothing_serious(page: Page, browser: Browser, basket: str, address: str) -> None:
    found = []
    for width, scheme in ((1360, "light"), (390, "dark")):
        context = browser.new_context(
            base_url=page.address, locale="en-GB", viewport={"width": width, "height": 900}, color_scheme=scheme
        )
        tab = context.new_page()
        tab.goto(address.format(basket=basket))
        expect(tab.locator(PAGES[address]).first).to_be_visible()
        for one in Axe().run(tab, options={"runOnly": RULES, "resultTypes": ["violations"]}).response["violations"]:
            places = [f"{node['target']} {node['html'][:160]} {node['failureSummary'][:200]}" for node in one["nodes"]]
            if one["impact"] in ("serious", "critical"):
                found.append((width, scheme, one["id"], places[:4], len(places)))
        context.close()
    assert not found, "\n".join(map(str, found))


def test_results_are_gone_through_by_keys_and_a_question_mark_shows_which(tab: Tab) -> None:
    tab.goto("/?text=boat")
    screens = tab.locator(".ap-screen")
    expect(screens.nth(3)).to_be_visible()
    screens.first.focus()
    tab.keyboard.press("ArrowRight")
    expect(screens.nth(1)).to_be_focused()
    tab.keyboard.press("ArrowDown")
    expect(screens.nth(1)).not_to_be_focused()
    tab.keyboard.press("Home")
    expect(screens.first).to_be_focused()
    expect(tab.locator(".ap-keys")).to_be_hidden()
    tab.keyboard.press("?")
    expect(tab.locator(".ap-keys")).to_be_visible()
    tab.keyboard.press("Escape")
    expect(tab.locator(".ap-keys")).to_be_hidden()
    tab.keyboard.press("/")
    expect(tab.locator("input[data-search]")).to_be_focused()
