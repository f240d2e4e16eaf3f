"""A film that is withheld: whatever page and API are asked, it is neither found nor counted nor named without the word.

Every route is in one of the two tables below. A new one fails here until somebody has said by which way it could tell
of a video, or why it cannot.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest
from playwright.sync_api import Browser, expect
from typer.testing import CliRunner

import archive_pipeline.web.pages
from archive_pipeline.cli import app
from archive_pipeline_tests.web.running import Page, Site
from archive_pipeline_tests.web.withholding import ITS_TITLE, SECRET, TOKEN, Asker, Withholding

ASKED = {
    "GET /api/search": ["/api/search?text=boat&limit=200&copies=1", "/api/search?text=cinta&match=words",
                        "/api/search?text=boat&by_video=1", "/api/search?text=boat&then=house&limit=200",
                        "/api/search?text=boat&facets=1&limit=200",
                        "/api/search?text=boat&facets=1&where=rights:reservado",
                        "/api/search?collection=films&facets=1", "/api/search?video={video}",
                        "/api/search?where=rights:reservado&by_video=1",
                        "/api/search?text=boat&video={video}", "/api/search?like={shot}&limit=200"],
    "GET /api/curve/{video_id}": ["/api/curve/{video}?text=boat"],
    "GET /api/videos": ["/api/videos", "/api/videos?contains=cinta", "/api/videos?contains=tape",
                        "/api/videos?status=failed"],
    "GET /api/shared/{video_id}": ["/api/shared/{video}"],
    "GET /api/videos/{video_id}": ["/api/videos/{video}"],
    "GET /api/maps/frames/{video_id}": ["/api/maps/frames/{video}"],
    "GET /api/maps/shots/{collection}": ["/api/maps/shots/films"],
    "GET /api/shots": ["/api/shots?shot={shot}"],
    "GET /api/concepts": ["/api/concepts"],
    "GET /api/export/{kind}": [
        *(f"/api/export/{kind}?video={{video}}" for kind in ("csv", "otio", "eaf", "iiif", "ebucore", "chapters")),
        "/api/export/edl?shot={shot}", "/api/export/fcpxml?basket={basket}",
    ],
    "POST /api/export/{kind}": ["/api/export/csv"],
    "GET /api/baskets/{basket}": ["/api/baskets/{basket}"],
    "GET /api/baskets": ["/api/baskets"],
    "POST /api/baskets/{basket}": ["/api/baskets/{basket}"],
    "POST /api/baskets/{basket}/shots": ["/api/baskets/{basket}/shots"],
    "GET /media/stills/{video_id}": ["/media/stills/{video}?at=1"],
    "GET /media/sources/{video_id}": ["/media/sources/{video}"],
    "GET /media/clips/{video_id}": ["/media/clips/{video}?number=0"],
    "GET /video/{video_id:path}": ["/video/{video}"],
    "GET /videos": ["/videos", "/videos?contains=cinta"],
    "GET /basket/{basket}": ["/basket/{basket}"],
    "GET /status": ["/status"],
    "POST /api/pictures/parts": ["/api/pictures/parts"],
    "GET /api/corrections": ["/api/corrections?video_id={video}"],
    "POST /api/corrections": ["/api/corrections"],
    "GET /api/transcripts": ["/api/transcripts?video_id={video}"],
    "POST /api/judgements/questions": ["/api/judgements/questions"],
}  # fmt: skip
BODIES = {
    "/api/export/csv": {"shots": "{shot}"},
    "/api/baskets/{basket}": [{"act": "name", "text": "x"}],
    "/api/baskets/{basket}/shots": ["{shot}"],
    "/api/pictures/parts": {"video": "{video}", "at_s": 1, "box": [0, 0, 1, 1]},
    "/api/corrections": {"video_id": "{video}", "field": "title", "target": "{shot}", "value": "x"},
    "/api/judgements/questions": {"run": "Otoño", "text": "boat", "ranking": "all@films"},
}
ONLY_WITH_ROWS = {
    "GET /api/objects": "counts rows of the published database (warehouse/test_embargo.py)",
    "GET /api/keywords": "counts rows of the published database",
    "GET /api/findings": "rows of the published database",
    "POST /api/reviews": "of rows of the published database",
    "GET /findings": "shows /api/findings",
    "GET /api/groups": "rows of the published database, which has no groups of a collection under an embargo",
    "PUT /api/groups/{group_id}/name": "of rows of the published database",
    "GET /api/photos": "photos are under no embargo",
    "GET /api/photos.csv": "photos",
    "POST /api/photos.csv": "photos",
    "POST /api/photos/sidecars": "photos",
    "GET /api/photos/{photo_id}": "photos",
    "GET /api/photos/{photo_id}/places": "photos",
    "GET /api/maps/photos/{collection}": "rows of the published database",
    "GET /media/photos/{photo_id}": "photos",
    "GET /photo/{photo_id}": "photos",
    "GET /photos": "photos",
    "GET /api/collections": "names of collections",
    "GET /": "asks once a browser is connected: the test in Chromium below",
    "GET /map": "shows /api/maps/shots",
    "GET /baskets": "names of baskets and how many pieces of them /api/baskets counts",
    "POST /api/baskets": "makes an empty one",
    "POST /api/pictures": "a picture that somebody gives",
    "GET /api/pictures/{name}": "a picture that somebody gave",
    "PUT /api/uploads": "a video that somebody gives, a collection of its own without a list",
    "POST /api/uploads/fetched": "a video that somebody has fetched",
    "GET /api/uploads/{collection}": "how far it is",
    "GET /upload": "how far it is",
    "GET /api/docs": "text",
    "GET /playground": "pictures that somebody gives",
    "GET /api/playground/models": "names of models",
    "GET /api/playground/detectors": "names of detectors",
    "GET /api/playground/encoders": "names of models",
    "POST /api/playground/detections": "a picture that somebody gives",
    "POST /api/playground/answers": "a picture that somebody gives",
    "POST /api/playground/comparisons": "a picture that somebody gives",
    "GET /api/findings/report/{kind}": "rows of the published database",
    "GET /analysis": "shows /api/analyses",
    "GET /api/analyses/{collection}": "counts videos of the published database without them",
    "POST /api/analyses/{collection}": "the same",
    "DELETE /api/analyses/{collection}": "the same",
    "GET /analysis/policies": "shows what /api/policies does",
    "GET /api/policies": "names of policies",
    "GET /api/policies/{name}": "a policy's file",
    "PUT /api/policies/{name}": "the same",
    "POST /api/policies/{name}/trials": "shots that the published database has: the test below",
    "POST /api/corrections/taken_back": "of the id of a correction, which /api/corrections tells",
    "POST /api/judgements/questions/{question}": "of the id of a question, which was answered above",
    "GET /api/judgements/runs": "names that people gave, and how much they judged",
    "GET /api/judgements/figures": "ranks",
    "GET /api/judgements/csv": "what people asked and marked",
    "GET /test": "shows /api/judgements",
    "GET /api/saved": "what people asked, counted without what is withheld",
    "POST /api/saved": "the same",
    "GET /api/saved/{saved}": "the same",
    "DELETE /api/saved/{saved}": "the same",
    "POST /api/saved/{saved}/count": "the same",
    "POST /api/saved/{saved}/look": "the same",
    "PUT /api/saved/{saved}/webhook": "the same",
    "GET /saved": "the same",
    "GET /saved/{saved}": "shows the search",
}


@pytest.fixture(scope="module")
def withholding(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Withholding:
    return Withholding(tmp_path_factory.mktemp("withholding"), site)


@pytest.fixture(scope="module")
def closed(withholding: Withholding) -> Iterator[Page]:
    running = Page(withholding)
    yield running
    running.close()


@pytest.fixture(scope="module")
def ask(closed: Page) -> Asker:
    return Asker(closed)


@pytest.fixture(scope="module")
def basket(ask: Asker) -> str:
    """With a piece of the film that is withheld, put in by somebody who may see it."""
    made = ask("POST", "/api/baskets", {"name": "Reserved"}, with_token=True).json()["basket"]
    put = ask("POST", f"/api/baskets/{made}/shots", ask.shots[:1], with_token=True)
    assert len(put.json()["items"]) == 1
    return str(made)


def test_every_way_to_ask_is_known_here(closed: Page) -> None:
    paths = closed.client.get("/api/openapi.json").json()["paths"]
    ways = {f"{method.upper()} {path}" for path, operations in paths.items() for method in operations}
    for file in Path(archive_pipeline.web.pages.__file__).parent.glob("*.py"):
        ways |= {f"GET {path}" for path in re.findall(r'ui\.page\("([^"]+)"', file.read_text())}
    assert ways == {*ASKED, *ONLY_WITH_ROWS}


@pytest.mark.parametrize("way", [(way, address) for way, addresses in ASKED.items() for address in addresses])
def test_it_is_neither_found_nor_counted_nor_named_without_the_word(
    ask: Asker, basket: str, way: tuple[str, str]
) -> None:
    method, address = way[0].partition(" ")[0], way[1]
    values = {"{video}": SECRET, "{shot}": ask.shots[0], "{basket}": basket}
    body = written(BODIES.get(address), values) if method == "POST" else None
    asked = written(address, values)
    without = ask(method, asked, body)
    said = {secret for secret in ask.secrets if secret in without.text and secret not in unquote(asked) + str(body)}
    assert not said, without.text[:2000]
    if "maps/frames" not in address:  # seconds of work
        with_word = ask(method, asked, body, with_token=True)
        assert with_word.status_code < 400 or "media/sources" in address, with_word.text  # which no browser plays
        if with_word.text.startswith("<!"):  # no two pages are the same
            assert any(secret in with_word.text for secret in ask.secrets)
        assert (without.status_code, without.content) != (with_word.status_code, with_word.content), "told to nobody"
    if "{video}" in address or "{shot}" in address:
        nobody = values | {"{video}": "films/none.mxf", "{shot}": "00000000-0000-5000-8000-000000000000"}
        not_there = ask(method, written(address, nobody), written(BODIES.get(address), nobody) if body else None)
        assert without.status_code == not_there.status_code
        assert plain(without.text, values) == plain(not_there.text, nobody)


def test_who_has_the_word_is_told_how_far_the_analysis_of_all_of_it_is(ask: Asker) -> None:
    seen, all_there_is = (ask("GET", "/api/analyses/films", with_token=word).json() for word in (False, True))
    assert all_there_is["n_videos"] == seen["n_videos"] + 1
    assert all_there_is["n_shots"] > seen["n_shots"]


def test_no_policy_is_tried_on_a_shot_that_is_withheld(ask: Asker) -> None:
    text = ask("GET", "/api/policies/intolerance").json()["text"]
    body = {"collection": "films", "text": text, "shots": ask.shots[0]}
    tried = [
        ask("POST", "/api/policies/intolerance/trials", body, with_token=word).json()["error_code"]
        for word in (False, True)
    ]
    assert tried == ["unknown_shot", "no_vlm_server"]


def written(template: object, values: dict[str, str]) -> object:
    if isinstance(template, str):
        for name, value in values.items():
            template = template.replace(name, value)
        return template
    if isinstance(template, list):
        return [written(one, values) for one in template]
    return {key: written(one, values) for key, one in template.items()} if isinstance(template, dict) else template


def plain(text: str, values: dict[str, str]) -> str:
    """Without what was asked for, and what differs from one answer to the next: times, tokens of a page, ids, and
    which of the names that everybody sees are nearest to the one that was asked for."""
    for name, value in values.items():
        text = text.replace(value, name)
    text = re.sub(r"(; did you mean [^?]+\?|\.) archive-pipeline status|\"near\":\[[^]]*\]", "", text)
    text = re.sub(r'"took_s":[\d.e-]+', "", text)
    return "" if text.lstrip().startswith("<!") else text


def test_facets_do_not_count_it_without_the_word(ask: Asker) -> None:
    def rights(**how: bool) -> dict[str, int]:
        asked = "/api/search?text=boat&facets=1&copies=1&limit=200"
        facets = ask("GET", asked, **how).json()["facets"]["facets"]
        return {
            one["value"]: one["n_shots"] for facet in facets if facet["column"] == "rights" for one in facet["values"]
        }

    assert rights().keys() == {"RTV"}
    assert rights(with_token=True).keys() == {"RTV", "Reservado"}


def test_commands_tell_it_only_where_they_are_told_to(
    withholding: Withholding, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("ARCHIVE_HOME", "ARCHIVE_COLLECTIONS", "DAGSTER_HOME"):
        monkeypatch.setenv(name, withholding.environment[name])

    def told(*words: str) -> str:
        return CliRunner().invoke(app, words).output

    file = tmp_path / "x.edl"
    for words in (("sql", "FROM videos", "--json"), ("search", "cinta reservada", "--match", "words", "--json")):
        assert "films/boat.mp4" in told("sql", "FROM videos", "--json")
        assert SECRET not in told(*words)
        assert SECRET in told("--embargoed", *words)
    assert "no video" in told("export", str(file), "--video", SECRET)
    assert not file.exists()
    told("--embargoed", "export", str(file), "--video", SECRET)
    assert file.exists()


def test_a_browser_with_the_word_finds_it_and_one_without_does_not(closed: Page, browser: Browser) -> None:
    for address, found in ((f"/?text={ITS_TITLE}&match=words", False), (f"/?token={TOKEN}", True)):
        context = browser.new_context(base_url=closed.address, locale="en-GB")
        tab = context.new_page()
        tab.goto(address)
        tab.locator("[data-search]").first.fill("cinta reservada")
        tab.locator("[data-search]").first.press("Enter")
        expect(tab.locator("[data-found]")).to_be_visible()
        assert (tab.locator(".ap-card", has_text=ITS_TITLE).count() > 0) == found
        assert (tab.locator("[data-embargoed]").count() > 0) == found
        assert tab.evaluate("location.search").find("token") < 0
        context.close()


@pytest.mark.verify  # an ingest more; the same behind the page is in warehouse/test_embargo.py
def test_a_list_that_is_gone_opens_nothing(withholding: Withholding, ask: Asker) -> None:
    file = withholding.file.parent / "list.csv"
    kept = file.read_text()
    file.unlink()
    try:
        assert "list_missing" in withholding.command("ingest", "films", "--json").stderr
        assert ask("GET", f"/api/videos/{SECRET}").status_code == 404
        assert ask("GET", "/api/videos/films/boat.mp4").status_code == 200
    finally:
        file.write_text(kept)
