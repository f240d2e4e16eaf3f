"""The pages in a real browser: what a documentalist does in a day."""

import base64
import re
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

import opentimelineio as otio
import pytest
from playwright.sync_api import Browser, expect
from playwright.sync_api import Page as Tab

from archive_pipeline.store.baskets import Baskets, Change
from archive_pipeline.store.lake import Lake
from archive_pipeline_tests.web.running import Page, Site

_DROP = """
([bytes, name, type]) => {
  const content = Uint8Array.from(atob(bytes), (c) => c.charCodeAt(0));
  const transfer = new DataTransfer();
  transfer.items.add(new File([content], name, { type }));
  for (const kind of ["dragover", "drop"])
    document.body.dispatchEvent(new DragEvent(kind, { dataTransfer: transfer, bubbles: true, cancelable: true }));
}
"""
_PASTE = (
    _DROP.replace("DragEvent", "ClipboardEvent")
    .replace("dataTransfer", "clipboardData")
    .replace('["dragover", "drop"]', '["paste"]')
)
_SHOWS = """() => {
  const video = document.querySelector(".ap-programme video");
  return video && video.readyState >= 2 && video.videoWidth > 0;
}"""


def ask(tab: Tab, text: str) -> None:
    box = tab.locator("[data-search]").first
    box.fill(text)
    box.press("Enter")
    expect(tab).to_have_url(re.compile(re.escape(f"text={quote_plus(text)}")))
    expect(tab.locator("[data-found]")).to_be_visible()


def give(tab: Tab, content: bytes, name: str = "frame.jpg", kind: str = "image/jpeg", script: str = _DROP) -> None:
    tab.evaluate(script, [base64.b64encode(content).decode(), name, kind])


def shown(tab: Tab) -> list[str]:
    return [str(card.get_attribute("data-shot")) for card in tab.locator(".ap-card").all()]


def video_of(tab: Tab) -> dict[str, Any]:
    return dict(
        tab.evaluate(
            "() => { const v = document.querySelector('.ap-programme video');"
            " return { time: v.currentTime, width: v.videoWidth, paused: v.paused, duration: v.duration }; }"
        )
    )


def wait_for_picture(tab: Tab) -> None:
    tab.wait_for_function(_SHOWS)


def test_text_finds_shots_and_the_address_can_be_shared(tab: Tab) -> None:
    tab.goto("/")
    expect(tab.get_by_role("heading", name="Find a shot")).to_be_visible()
    ask(tab, "a red boat")
    found = shown(tab)
    assert len(found) > 5
    expect(tab).to_have_url(re.compile(re.escape("text=a+red+boat")))
    colleague = tab.context.new_page()
    colleague.goto(tab.url)
    expect(colleague.locator(".ap-card").first).to_be_visible()
    assert shown(colleague) == found


def test_a_dropped_picture_finds_its_shot_alone_and_with_words(tab: Tab, picture: Path) -> None:
    tab.goto("/")
    expect(tab.get_by_role("heading", name="Find a shot")).to_be_visible()
    give(tab, picture.read_bytes())
    expect(tab.locator(".ap-card").first).to_contain_text(re.compile(r"boat\.mp4|tape\.mxf"))
    expect(tab).to_have_url(re.compile("image="))
    expect(tab.get_by_text("Words 50 % · picture 50 %")).to_be_visible()
    ask(tab, "a red boat")
    expect(tab).to_have_url(re.compile("image="))
    expect(tab).to_have_url(re.compile(re.escape("text=a+red+boat")))
    tab.get_by_role("button", name="Take the picture away").click()
    expect(tab.get_by_text("Words 50 %")).to_be_hidden()
    expect(tab).not_to_have_url(re.compile("image="))


def test_a_pasted_picture_is_one_as_well(tab: Tab, picture: Path) -> None:
    tab.goto("/")
    expect(tab.get_by_role("heading", name="Find a shot")).to_be_visible()
    give(tab, picture.read_bytes(), script=_PASTE)
    expect(tab.locator(".ap-card").first).to_be_visible()


def test_bad_pictures_get_a_clear_message_with_a_code(tab: Tab) -> None:
    tab.goto("/")
    expect(tab.get_by_role("heading", name="Find a shot")).to_be_visible()
    give(tab, b"<svg onload='alert(1)'/>", "drawing.svg", "image/svg+xml")
    told = tab.get_by_role("alert")
    expect(told).to_contain_text("This is not a JPEG, PNG, WebP or AVIF picture")
    expect(told).to_contain_text("picture_format")
    tab.evaluate(
        """() => { const transfer = new DataTransfer();
        transfer.items.add(new File([new Uint8Array(26e6)], "big.jpg", { type: "image/jpeg" }));
        document.body.dispatchEvent(new DragEvent("drop", { dataTransfer: transfer, bubbles: true })); }"""
    )
    expect(told).to_contain_text("picture_too_large")


def test_marking_shots_looks_again_and_going_back_undoes_it(tab: Tab) -> None:
    tab.goto("/?text=a+red+boat")
    expect(tab.locator(".ap-card").first).to_be_visible()
    first, second = shown(tab)[:2]
    tab.locator(f"[data-shot='{first}'] [data-action=more]").click()
    expect(tab.get_by_role("button", name="more like this", exact=False).first).to_be_visible()
    expect(tab.locator(f".ap-card[data-shot='{first}']")).to_have_count(0)
    tab.locator(f"[data-shot='{second}'] [data-action=less]").click()
    expect(tab.locator(f".ap-card[data-shot='{second}']")).to_have_count(0)
    expect(tab).to_have_url(re.compile(f"like={first}"))
    expect(tab).to_have_url(re.compile(f"unlike={second}"))
    tab.evaluate("history.go(-2)")
    expect(tab.locator(f".ap-card[data-shot='{first}']")).to_be_visible()


def test_hovering_plays_the_moment(tab: Tab) -> None:
    tab.goto("/?text=boat&video=films%2Fboat.mp4")
    tab.locator(".ap-card").first.hover()
    moving = tab.locator(".ap-card video")
    expect(moving).to_be_visible()
    tab.wait_for_function("() => document.querySelector('.ap-card video').currentTime > 0")
    tab.goto("/?text=boat&video=films%2Ftape.mxf")
    tab.locator(".ap-card").first.hover()
    expect(tab.locator(".ap-card img.moving")).to_be_visible()


@pytest.mark.parametrize(
    ("name", "mode"), [("boat.mp4", "source"), ("tape.mxf", "clips"), ("master.mov", "clips"), ("news.ts", "clips")]
)
def test_a_click_opens_the_player_at_the_shot(tab: Tab, page: Page, name: str, mode: str) -> None:
    """Whether the source plays or a preview: the clock is the video's own."""
    last = page.client.get(f"/api/videos/films/{name}").json()["shots"][-1]
    tab.goto(f"/?text=boat&video=films%2F{name}")
    tab.locator(f".ap-card[data-shot='{last['id']}'] .ap-screen").click()
    wait_for_picture(tab)
    video = video_of(tab)
    assert last["start_s"] <= video["time"] < last["end_s"]
    assert abs(video["duration"] - last["end_s"]) < 0.3
    expect(tab.locator(".ap-programme")).to_have_attribute("data-mode", mode)
    expect(tab.locator(".ap-programme")).to_have_attribute("data-shot", str(last["shot"]))
    expect(tab).to_have_url(re.compile(f"shot={last['id']}"))
    tab.locator("[data-neighbour='0']").click()
    tab.wait_for_function("() => document.querySelector('.ap-programme video').currentTime < 2")
    wait_for_picture(tab)
    tab.get_by_role("button", name="Close").click()
    expect(tab.locator(".ap-programme")).to_have_count(0)
    expect(tab).not_to_have_url(re.compile("shot="))


def test_a_link_to_a_shot_opens_it(tab: Tab, page: Page) -> None:
    shots = page.client.get("/api/videos/films/boat.mp4").json()["shots"]
    tab.goto(f"/?text=boat&shot={shots[1]['id']}")
    wait_for_picture(tab)
    assert shots[1]["start_s"] <= video_of(tab)["time"] < shots[1]["end_s"] + 2  # it may play already
    tab.goto("/video/films/boat.mp4?shot=2")
    wait_for_picture(tab)
    assert shots[2]["start_s"] <= video_of(tab)["time"] < shots[2]["end_s"]


def test_a_phrase_over_the_time_of_a_programme(tab: Tab) -> None:
    tab.goto("/video/films/boat.mp4")
    wait_for_picture(tab)
    tab.locator("[data-phrase]").fill("a red boat")
    tab.locator("[data-phrase]").press("Enter")
    expect(tab.locator("polyline.curve")).to_have_count(1)
    points = str(tab.locator("polyline.curve").get_attribute("points")).split(" ")
    assert len(points) > 10
    expect(tab).to_have_url(re.compile(re.escape("phrase=a+red+boat")))
    tab.reload()
    expect(tab.locator("polyline.curve")).to_have_count(1)


def test_the_timeline_leads_to_its_shots_and_keys_work(tab: Tab, page: Page) -> None:
    shots = page.client.get("/api/videos/films/tape.mxf").json()["shots"]
    tab.goto("/video/films/tape.mxf")
    wait_for_picture(tab)
    tab.locator("rect.shot").nth(1).click()
    tab.wait_for_function(f"() => document.querySelector('.ap-programme video').currentTime >= {shots[1]['start_s']}")
    wait_for_picture(tab)
    expect(tab.locator(".ap-programme")).to_have_attribute("data-shot", "1")
    tab.keyboard.press("]")
    expect(tab.locator(".ap-programme")).to_have_attribute("data-shot", "2")
    wait_for_picture(tab)
    tab.keyboard.press("k")
    tab.wait_for_function("() => !document.querySelector('.ap-programme video').paused")


def test_the_class_map_shows_the_picture_of_a_frame(tab: Tab) -> None:
    tab.goto("/video/films/boat.mp4")
    area = tab.locator(".ap-map[data-ready]:not([data-ready='']) canvas")
    expect(area).to_be_visible()
    area.scroll_into_view_if_needed()
    box = area.bounding_box()
    assert box is not None
    tip = tab.locator(".ap-map .ap-tip img")
    for y in range(10, int(box["height"]), 12):
        for x in range(10, int(box["width"]), 24):
            tab.mouse.move(box["x"] + x, box["y"] + y)
            if tip.count():
                expect(tip).to_have_attribute("src", re.compile(r"/media/stills/films/boat\.mp4\?at="))
                return
    pytest.fail("no dot of the map has a picture")


def test_a_lasso_on_the_map_lists_shots(tab: Tab) -> None:
    """A few shots are near: they show their pictures."""
    tab.goto("/map")
    area = tab.locator(".ap-map[data-ready]:not([data-ready='']) canvas")
    expect(area).to_be_visible()
    expect(tab.locator(".ap-map")).to_have_attribute("data-pictures", re.compile("[1-9]"))
    box = area.bounding_box()
    assert box is not None
    left, top, right, bottom = box["x"] + 3, box["y"] + 60, box["x"] + box["width"] - 3, box["y"] + box["height"] - 3
    tab.mouse.move(left, top)
    tab.mouse.down()
    for x, y in ((right, top), (right, bottom), (left, bottom)):
        tab.mouse.move(x, y, steps=6)
    tab.mouse.up()
    expect(tab.locator("aside .ap-card").first).to_be_visible()
    tab.locator("aside .ap-screen").first.click()
    wait_for_picture(tab)


def test_the_status_page_says_what_failed_and_why(tab: Tab) -> None:
    tab.goto("/status")
    expect(tab.get_by_text("films/broken.mp4")).to_be_visible()
    expect(tab.get_by_text("not_a_video")).to_be_visible()
    expect(tab.get_by_role("link", name="Open the Dagster UI")).to_have_attribute("href", "http://127.0.0.1:3000")


def test_the_interface_speaks_spanish_when_asked_and_when_the_browser_does(browser: Browser, page: Page) -> None:
    context = browser.new_context(base_url=page.address, locale="es-ES")
    tab = context.new_page()
    tab.goto("/")
    expect(tab.get_by_role("heading", name="Encuentra un plano")).to_be_visible()
    assert tab.evaluate("document.documentElement.lang") == "es"
    ask(tab, "un barco rojo")
    expect(tab.locator("[data-found]")).to_contain_text("planos")
    tab.locator("[data-language=en]").click()
    expect(tab.locator("[data-found]")).to_contain_text("shots")
    tab.goto("/estado-que-no-existe")
    expect(tab.get_by_role("heading", name="There is no such page")).to_be_visible()
    context.close()


def test_what_is_not_there_says_so(tab: Tab) -> None:
    answer = tab.goto("/video/films/nowhere.mp4")
    assert answer is not None
    assert answer.status == 404
    expect(tab.get_by_role("alert")).to_contain_text("There is no such video in this archive.")
    expect(tab.get_by_role("alert")).to_contain_text("unknown_video")
    answer = tab.goto("/video/films/broken.mp4")
    assert answer is not None
    assert answer.status == 404
    expect(tab.get_by_role("alert")).to_contain_text("video_not_ready")
    answer = tab.goto("/no/such/page")
    assert answer is not None
    assert answer.status == 404
    expect(tab.get_by_role("heading", name="There is no such page")).to_be_visible()
    tab.goto("/?text=boat&collection=nowhere")
    expect(tab.get_by_role("alert")).to_contain_text("unknown_collection")


def test_a_basket_is_filled_trimmed_noted_ordered_and_handed_on(tab: Tab) -> None:
    tab.goto("/?text=boat")
    expect(tab.locator(".ap-card").first).to_be_visible()
    for number, shot in enumerate(shown(tab)[:2], start=1):
        tab.locator(f"[data-shot='{shot}'] [data-action=pick]").click()
        expect(tab.get_by_text(f"Basket ({number})")).to_be_visible()
    tab.get_by_text("Basket (2)").click()
    pieces = tab.locator("[data-item]")
    expect(pieces).to_have_count(2)
    item = str(pieces.first.get_attribute("data-item"))
    mine = tab.locator(f"[data-item='{item}']")
    count = mine.locator("[data-frames]")
    n_frames = int(str(count.get_attribute("data-frames")))
    for side, step in (("begin", "+10"), ("begin", "-1"), ("end", "-1")):
        mine.get_by_role("button", name=f"Move the {side} by {step} frame").click()
        n_frames += {"+10": -10, "-1": 1 if side == "begin" else -1}[step]
        expect(count).to_have_attribute("data-frames", str(n_frames))
    mine.locator("[data-note]").fill("ночь 夜")
    mine.locator("[data-act=down]").click()
    expect(pieces.last).to_have_attribute("data-item", item)
    colleague = tab.context.new_page()
    colleague.goto(tab.url)
    expect(colleague.locator("[data-item]").last.locator("[data-note]")).to_have_value("ночь 夜")
    tab.locator("[data-export] summary").click()
    with tab.expect_download() as download:
        tab.get_by_role("button", name="OpenTimelineIO").click()
    cut = otio.adapters.read_from_string(Path(download.value.path()).read_text(), "otio_json")
    clips = list(cut.find_clips())
    assert [len(clip.markers) for clip in clips] == [0, 1]
    assert clips[1].markers[0].name == "ночь 夜"
    assert clips[1].source_range.duration.value == n_frames


def test_a_long_basket_is_shown_in_pages(tab: Tab, page: Page, site: Site) -> None:
    shot = page.client.get("/api/videos/films/boat.mp4").json()["shots"][0]
    baskets = Baskets(Lake(site.home / "lake"), lambda _: True)
    basket = baskets.create("long").basket
    put = Change("put", "", "films/boat.mp4", shot["id"], shot["start_s"], shot["end_s"])
    items = [one.item for one in baskets.change(basket, [put] * 51 + [replace(put, sha256="0" * 64)]).items]
    tab.goto(f"/basket/{basket}")
    pieces = tab.locator("[data-item]")
    expect(pieces).to_have_count(50)
    expect(tab.get_by_text("Page 1 of 2 · 52 pieces")).to_be_visible()
    tab.get_by_role("link", name="Next page").click()
    expect(pieces).to_have_count(2)
    expect(pieces.last).to_contain_text("its file was replaced")
    pieces.first.locator("[data-act=up]").click()
    expect(pieces.first).to_have_attribute("data-item", items[49])
    for left in (1, 50):
        pieces.first.locator("[data-act=remove]").click()
        expect(pieces).to_have_count(left)
    expect(tab.get_by_text("Page 1 of")).to_have_count(0)


def test_a_shot_is_put_into_the_basket_from_the_player(tab: Tab) -> None:
    tab.goto("/video/films/boat.mp4")
    tab.locator("[data-put]").click()
    expect(tab.get_by_text("Put into the basket")).to_be_visible()
    tab.goto("/baskets")
    expect(tab.get_by_text("1 piece").first).to_be_visible()


def test_on_a_phone_options_are_folded_and_what_was_chosen_is_a_chip(browser: Browser, page: Page) -> None:
    with browser.new_context(base_url=page.address, locale="en-GB", viewport={"width": 390, "height": 844}) as phone:
        tab = phone.new_page()
        tab.goto("/?text=boat")
        expect(tab.locator(".ap-card").first).to_be_in_viewport()
        options = tab.locator(".ap-options")
        expect(options).to_be_hidden()
        tab.get_by_role("button", name="Options").click()
        expect(options).to_be_visible()
        tab.goto("/?text=boat&min_s=1")
        expect(tab.locator(".ap-chip", has_text="Shortest shot (s): 1")).to_be_in_viewport()
        expect(options).to_be_hidden()
        assert tab.evaluate("document.documentElement.scrollWidth") == 390


def test_all_of_it_works_by_keyboard(tab: Tab) -> None:
    tab.goto("/?text=boat")
    expect(tab.locator(".ap-card").first).to_be_visible()
    tab.locator(".ap-card .ap-screen").first.focus()
    tab.keyboard.press("c")
    expect(tab.get_by_text("Basket (1)")).to_be_visible()
    tab.locator(".ap-card .ap-screen").first.focus()
    tab.keyboard.press("Enter")
    wait_for_picture(tab)
    tab.keyboard.press("Escape")
    expect(tab.locator(".ap-programme")).to_have_count(0)
    tab.keyboard.press("/")
    expect(tab.locator("input[data-search], [data-search] input").first).to_be_focused()
