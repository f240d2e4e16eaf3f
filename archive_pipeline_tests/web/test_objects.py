"""What a detector found: offered, searched for by number, and shown on cards."""

from playwright.sync_api import Browser, expect

from archive_pipeline_tests.thorough import thorough
from archive_pipeline_tests.web.running import Page

pytestmark = thorough


def test_what_was_found_is_offered_and_searched_by_number(analysed: Page) -> None:
    offered = {one["label"]: one for one in analysed.client.get("/api/objects").json()}
    assert set(offered) == {"person", "dog"}
    assert offered["person"]["most"] == 2
    assert offered["person"]["n_shots"] == offered["dog"]["n_shots"] > 3

    def search(*objects: str) -> list[dict[str, object]]:
        answer = analysed.client.get("/api/search", params={"text": "colour bars", "objects": objects})
        return list(answer.json()["shots"])

    assert search("person>=2", "dog")[0]["objects"] == {"dog": 1, "person": 2}
    assert search("person>=3") == []
    refused = analysed.client.get("/api/search", params={"text": "x", "objects": "<script>"})
    assert (refused.status_code, refused.json()["error_code"]) == (422, "bad_filter")


def test_the_filter_narrows_the_page_and_cards_say_how_many(browser: Browser, analysed: Page) -> None:
    context = browser.new_context(base_url=analysed.address, locale="en-GB", viewport={"width": 1360, "height": 1000})
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
