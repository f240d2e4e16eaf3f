"""Twenty documentalists for a minute: no error, and how long they waited."""

import asyncio
import random
import re
import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor

import httpx
import numpy as np
import pytest
from playwright.sync_api import Browser, expect

from archive_pipeline_tests.web.running import Page

pytestmark = pytest.mark.verify

USERS, SECONDS = 20, 60.0
PHRASES = ("a red boat", "un barco rojo", "people in the snow", "a house by the sea", "a yellow train", "night")


class Times:
    """Seconds by kind of request, and what went wrong."""

    def __init__(self) -> None:
        self.seconds: dict[str, list[float]] = defaultdict(list)
        self.errors: list[str] = []

    async def get(self, client: httpx.AsyncClient, kind: str, address: str, **asked: object) -> httpx.Response:
        started = time.perf_counter()
        answer = await client.get(address, params=asked or None)  # type: ignore[arg-type]
        self.seconds[kind].append(time.perf_counter() - started)
        if answer.status_code >= 400:
            self.errors.append(f"{answer.status_code} {address}: {answer.text[:200]}")
        return answer


async def documentalist(address: str, seed: int, until: float, times: Times) -> None:
    """Searches, looks at cards, opens a shot, refines, and thinks for half a second between."""
    chance = random.Random(seed)
    async with httpx.AsyncClient(base_url=address, timeout=60) as client:
        while time.monotonic() < until:
            await times.get(client, "page", "/")
            text = f"{chance.choice(PHRASES)} {chance.randrange(1000)}"  # nobody asks what was asked before
            shots = (await times.get(client, "search", "/api/search", text=text)).json()["shots"]
            await asyncio.gather(*(times.get(client, "still", shot["still"]) for shot in shots))
            chosen = chance.choice(shots)
            await times.get(client, "search", "/api/search", text=text, like=chosen["id"])
            video = (await times.get(client, "video", f"/api/videos/{chosen['video_id']}")).json()
            if video["source"]:
                await times.get(client, "source", video["source"])
            else:
                await times.get(client, "clip", video["clips"]["address"], number=0)
            await times.get(client, "curve", f"/api/curve/{chosen['video_id']}", text=text)
            await asyncio.sleep(chance.uniform(0.2, 0.8))


def test_twenty_users_for_a_minute(page: Page) -> None:
    times = Times()

    async def everybody() -> None:
        until = time.monotonic() + SECONDS
        await asyncio.gather(*(documentalist(page.address, seed, until, times) for seed in range(USERS)))

    with ThreadPoolExecutor(1) as thread:  # Playwright has a loop of its own in this one
        thread.submit(lambda: asyncio.run(everybody())).result()
    print(f"\n{USERS} users, {SECONDS:.0f} s, resident {page.resident_mb():.0f} MB")
    for kind, seconds in sorted(times.seconds.items()):
        median, high = 1000 * np.percentile(seconds, [50, 95])
        print(f"{kind:8} {len(seconds):6} requests, median {median:6.0f} ms, p95 {high:6.0f} ms")
    assert times.errors == []
    assert "Traceback" not in page.log.read_text()


def test_twenty_open_pages_for_a_minute(page: Page, browser: Browser) -> None:
    """The same through the pages and their websockets; stills and videos are left out, Chromium needs the cores too."""
    contexts = [browser.new_context(base_url=page.address, locale="en-GB") for _ in range(USERS)]
    waits: list[float] = []
    try:
        tabs = []
        for context in contexts:
            context.route("**/media/**", lambda route: route.abort())
            tab = context.new_page()
            tab.goto("/?text=a+boat")
            tabs.append(tab)
        until, count = time.monotonic() + SECONDS, 0
        while time.monotonic() < until:
            count += 1
            for number, tab in enumerate(tabs):
                tab.locator("[data-search]").first.fill(f"{PHRASES[number % len(PHRASES)]} {count} {number}")
            started = time.perf_counter()
            for tab in tabs:
                tab.locator("[data-search]").first.press("Enter")
            for number, tab in enumerate(tabs):
                expect(tab).to_have_url(re.compile(rf"\+{count}\+{number}$"), timeout=30_000)
                expect(tab.locator("[data-found]")).to_be_visible(timeout=30_000)
                expect(tab.get_by_role("alert")).to_have_count(0)
            waits.append(time.perf_counter() - started)
    finally:
        for context in contexts:
            context.close()
    print(f"\n{USERS} pages, {len(waits)} rounds of {USERS} searches, the median round takes {np.median(waits):.1f} s")
    print(f"resident {page.resident_mb():.0f} MB")
    assert "Traceback" not in page.log.read_text()
