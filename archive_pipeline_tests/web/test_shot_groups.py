"""The groups of a collection of videos: on the page of its map, and as a search within one."""

from playwright.sync_api import Browser, expect
from playwright.sync_api import Page as Tab

from archive_pipeline_tests.web.organised import organise_shots_by_hand
from archive_pipeline_tests.web.running import Page


def test_a_map_without_groups_says_how_to_have_them(tab: Tab) -> None:
    tab.goto("/map?collection=films")
    expect(tab.locator("[data-groups] code")).to_have_text("archive-pipeline organise films")


def test_groups_of_shots_are_under_the_map_and_searched_within(analysed: Page, browser: Browser) -> None:
    theme, group, part = organise_shots_by_hand(analysed.site.home, "films")
    groups = analysed.client.get("/api/groups", params={"collection": "films"}).json()["groups"]
    assert {one["group_id"] for one in groups} == {theme, group, part}
    still = analysed.client.get(groups[0]["still"])
    assert (still.status_code, still.headers["content-type"]) == (200, "image/jpeg"), "that of a shot, not of a photo"
    tab = browser.new_context(base_url=analysed.address, locale="en-GB").new_page()
    tab.goto("/map?collection=films")
    expect(tab.locator("[data-groups] h3 a")).to_have_text("boats")
    tile = tab.locator("[data-groups] [data-group]")
    expect(tile).to_have_attribute("data-group", group)
    expect(tile).to_contain_text(f"{groups[0]['n_photos']} shots")
    tile.click()
    tab.wait_for_url(f"**/?group={group}")
    expect(tab.get_by_text("In the group: boats")).to_be_visible()
    expect(tab.locator("[data-search]")).to_be_visible()
    tab.context.close()
