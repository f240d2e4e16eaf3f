"""What is said, described and read, on the page and through the API: found, marked, escaped."""

from collections.abc import Iterator

import httpx
import polars as pl
import pytest
from playwright.sync_api import Page as Tab
from playwright.sync_api import expect

from archive_pipeline.search.configured import open_index
from archive_pipeline.stages.qdrant_points import refresh_points
from archive_pipeline.store.lake import Lake
from archive_pipeline.store.naming import VideoName
from archive_pipeline.store.provenance import Provenance
from archive_pipeline.store.schema import table
from archive_pipeline_tests.thorough import thorough
from archive_pipeline_tests.waiting import until
from archive_pipeline_tests.web.running import Page, Site

pytestmark = thorough

NEWS = VideoName("films", b"news.ts")
HOSTILE = 'Las cigüeñas <img src=x onerror="window.hacked=1"> vuelan</p><script>window.hacked=1</script>'


def rows(name: str, *given: dict[str, object]) -> pl.DataFrame:
    """Rows of a lake table; what is not given is null, or empty where it may not be."""
    usual = {"prompt_version": "t", "n_candidates": 1, "frames_s": [], "asked": "t", "latency_s": 0.0}
    usual |= {"prompt_tokens": 0, "completion_tokens": 0}
    columns = [column.name for column in table(name).columns]
    full = [{key: (usual | one).get(key) for key in columns} for one in given]
    return pl.DataFrame(full, schema=table(name).polars_schema)


@pytest.fixture(scope="module")
def shots(site: Site, page: Page) -> Iterator[list[dict[str, object]]]:
    """The shots of `news.ts`: something is said in the first, described and written in the second."""
    lake = Lake(site.home / "lake")
    found = lake.read("shots", NEWS).sort("shot").to_dicts()
    first, second = found[0], found[1]
    about = {"video_id": NEWS.video_id}
    said = {"segment": 0, "start_s": first["start_s"], "end_s": first["end_s"], "text": HOSTILE, "language": "es"}
    written = {"shot_id": second["shot_id"], "status": "ok", "language": "en", "title": "Two pelicans at sea"}
    written |= {"description": "A flock of pelicans dives for fish.", "visible_text": "PELICAN BAY <b>1975</b>"}
    lake.write(
        "transcripts", NEWS, rows("transcripts", about | said | {"source": "sidecar"}), Provenance("transcript", "1")
    )
    lake.write("descriptions", NEWS, rows("descriptions", about | written), Provenance("descriptions", "1"))
    with open_index(site.home / "qdrant") as index:
        assert refresh_points(lake, index, NEWS)
    _wait_until_found(page.client)
    yield found
    for name in ("transcripts", "descriptions"):
        lake.delete(name, NEWS)
    with open_index(site.home / "qdrant") as index:
        assert refresh_points(lake, index, NEWS)


def _wait_until_found(client: httpx.Client) -> None:
    asked = {"text": "pelican", "match": "words"}
    until(lambda: client.get("/api/search", params=asked).json()["shots"], "the new words among what is found")


def test_the_api_says_which_part_matched(page: Page, shots: list[dict[str, object]]) -> None:
    found = page.client.get("/api/search", params={"text": "a pelican", "match": "words"}).json()["shots"]
    assert [shot["id"] for shot in found] == [shots[1]["shot_id"]]
    assert found[0]["by_words"]
    assert not found[0]["by_picture"]
    assert -1 <= found[0]["score"] <= 1
    texts = {text["part"]: text["pieces"] for text in found[0]["texts"]}
    assert [piece["text"] for piece in texts["described"] if piece["matched"]] == ["pelicans"]
    assert texts["read"][0] == {"text": "PELICAN", "matched": True}
    everything = page.client.get("/api/search", params={"text": "cigueña"}).json()["shots"]
    assert everything[0]["id"] == shots[0]["shot_id"]
    assert len(everything) > 2
    problem = page.client.get("/api/search", params={"text": "a", "match": "smell"})
    assert problem.status_code == 422
    assert page.client.get("/api/search", params={"match": "words", "like": shots[0]["shot_id"]}).status_code == 422
    described = page.client.get("/api/openapi.json").json()["components"]["schemas"]
    assert {"part", "pieces"} == set(described["MatchedText"]["properties"])


def test_the_page_marks_what_matched_and_shows_it_as_it_is(tab: Tab, shots: list[dict[str, object]]) -> None:
    tab.goto("/?text=cig%C3%BCe%C3%B1a")
    card = tab.locator(f".ap-card[data-shot='{shots[0]['shot_id']}']")
    expect(card.locator("[data-part=said] mark")).to_have_text("cigüeñas")
    expect(card.locator("[data-part=said]")).to_contain_text('<img src=x onerror="window.hacked=1">')
    expect(card.locator(".ap-matched img")).to_have_count(0)
    assert tab.evaluate("window.hacked") is None


def test_what_comes_then_is_asked_below_and_found_beside(tab: Tab, shots: list[dict[str, object]]) -> None:
    tab.goto("/?text=cig%C3%BCe%C3%B1as&match=words")
    expect(tab.locator("[data-then]")).to_be_hidden()
    tab.locator("[data-then-open]").click()
    tab.locator("[data-then]").fill("pelicans")
    tab.locator("[data-then]").press("Enter")
    cards = tab.locator(".ap-pair .ap-card")
    expect(cards).to_have_count(2)
    assert "then=pelicans" in tab.url
    assert [card.get_attribute("data-shot") for card in cards.all()] == [one["shot_id"] for one in shots[:2]]
    expect(cards.nth(1).locator("[data-part=described] mark")).to_have_text("pelicans")
    cards.nth(1).locator(".ap-screen").click()
    expect(tab.locator(".ap-dialog")).to_be_visible()
    assert f"shot={shots[0]['shot_id']}" in tab.url
    tab.keyboard.press("Escape")
    tab.locator(".ap-then button").click()
    expect(tab.locator("[data-then]")).to_be_hidden()
    expect(tab.locator(".ap-card")).to_have_count(1)
    assert "then=" not in tab.url


def test_the_switch_chooses_what_words_are_compared_with(tab: Tab, shots: list[dict[str, object]]) -> None:
    tab.goto("/?text=pelicans")
    expect(tab.locator(f".ap-card[data-shot='{shots[1]['shot_id']}'] [data-part=described]")).to_be_visible()
    n_all = tab.locator(".ap-card").count()
    tab.locator("[data-match]").get_by_text("Words", exact=True).click()
    expect(tab.locator(".ap-card")).to_have_count(1)
    assert n_all > 1
    assert "match=words" in tab.url
    tab.locator("[data-match]").get_by_text("Pictures", exact=True).click()
    expect(tab.locator(".ap-card")).to_have_count(n_all)
    expect(tab.locator(".ap-matched")).to_have_count(0)
    tab.goto("/?text=the+of&match=words")
    expect(tab.locator(".ap-note")).to_contain_text("no word to look for")


def test_the_command_says_it_too(site: Site, page: Page, shots: list[dict[str, object]]) -> None:
    assert page
    printed = " ".join(site.command("search", "pelicans", "--match", "words", "--no-pictures").stdout.split())
    assert "described: Two pelicans at sea" in printed
    assert "read: PELICAN BAY" in printed
    pair = site.command("search", "cigüeñas", "--then", "pelicans", "--match", "words", "--no-pictures").stdout
    assert [word for word in pair.split() if word in ("then", "said:", "described:")] == ["said:", "then", "described:"]
    told = site.command("search", "cigüeña", "--json").stdout
    assert '"part": "said"' in told
    assert str(shots[0]["shot_id"]) in told
