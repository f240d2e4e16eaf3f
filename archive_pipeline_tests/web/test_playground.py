"""The playground: a scripted server's answers as text, JSON and boxes, in a real browser; and without a server."""

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, expect
from playwright.sync_api import Page as Tab

from archive_pipeline_tests.detectors import tiny
from archive_pipeline_tests.language.vlm.server import MODEL, Answer, Asked, VlmOfTests, description
from archive_pipeline_tests.thorough import thorough
from archive_pipeline_tests.web.films import film
from archive_pipeline_tests.web.running import Page, Site

pytestmark = thorough

HOSTILE = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>'
SIZE = (280, 140)  # a model sees it as it is: multiples of 28


def scripted(asked: Asked) -> Answer:
    if "nonsense" in asked.prompt:
        return "{}" + HOSTILE
    answers = {
        "ShotDescription": description(description=HOSTILE),
        "Detection": json.dumps(
            {
                "objects": [
                    {"label": f"boat {HOSTILE}", "action": "sails", "bbox_2d": [28, 28, 140, 112]},
                    {"label": "sea", "action": "", "bbox_2d": None},
                ]
            }
        ),
        "Writing": json.dumps({"lines": [{"text": "HARBOUR", "bbox_2d": [0, 0, 280, 28]}], "language": "en"}),
        "FreeAnswer": json.dumps({"answer": f"{len(asked.images)} pictures: {asked.images[0][:2].hex()}"}),
    }
    return answers[asked.schema]


@pytest.fixture(scope="module")
def vlm() -> Iterator[VlmOfTests]:
    with VlmOfTests(scripted).running() as running:
        yield running


@pytest.fixture(scope="module")
def served(site: Site, vlm: VlmOfTests, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """The page of the same archive, with a VLM server and detectors, one of which is not there."""
    folder = tmp_path_factory.mktemp("detectors")
    detectors = {
        "near": str(
            tiny.answering(folder / "near", [("car", 0.9, (0.1, 0.2, 0.5, 0.8)), ("dog", 0.6, (0.0, 0.0, 0.3, 0.3))])
        ),
        "far": str(tiny.answering(folder / "far", [("person", 0.8, (0.5, 0.0, 1.0, 1.0))])),
        "gone": str(folder / "gone"),
    }
    with_server = copy.copy(site)
    with_server.environment = site.environment | {
        "ARCHIVE_VLM_URL": vlm.url,
        "ARCHIVE_DETECTORS": json.dumps(detectors),
    }
    running = Page(with_server)
    yield running
    running.close()


@pytest.fixture
def bench(browser: Browser, served: Page) -> Iterator[Tab]:
    context = browser.new_context(base_url=served.address, locale="en-GB", viewport={"width": 1360, "height": 1000})
    tab = context.new_page()
    tab.goto("/playground")
    expect(tab.locator("[data-model] option")).to_have_count(2)  # and none
    yield tab
    context.close()


@pytest.fixture(scope="module")
def picture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    drawn = Image.new("RGB", SIZE, "navy")
    ImageDraw.Draw(drawn).rectangle((28, 28, 140, 112), fill="red")
    drawn.save(file := tmp_path_factory.mktemp("pictures") / "boat.png")
    return file


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    film(
        file := tmp_path_factory.mktemp("clips") / "clip.mp4",
        ("testsrc2", "rgbtestsrc"),
        "-c:v",
        "libx264",
        "-pix_fmt",
        "yuv420p",
    )
    return file


def give(tab: Tab, file: Path, task: str, question: str = "") -> None:
    tab.locator("[data-file]").set_input_files(file)
    tab.locator("[data-task]").select_option(task)
    if question:
        tab.locator("[data-question]").fill(question)
    tab.locator("[data-ask]").click()
    expect(tab.locator("[data-answer]")).to_be_visible()


def test_things_are_found_and_drawn_where_the_model_says(bench: Tab, picture: Path) -> None:
    give(bench, picture, "detect")
    box = bench.locator("figure .box")
    expect(box).to_have_count(1)
    shown, drawn = bench.locator("figure img").bounding_box(), box.bounding_box()
    assert shown is not None
    assert drawn is not None
    assert (drawn["x"] - shown["x"]) / shown["width"] == pytest.approx(0.1, abs=0.02)
    assert (drawn["y"] - shown["y"]) / shown["height"] == pytest.approx(0.2, abs=0.02)
    assert drawn["width"] / shown["width"] == pytest.approx(0.4, abs=0.02)
    assert drawn["height"] / shown["height"] == pytest.approx(0.6, abs=0.02)
    expect(bench.locator("[data-things] tbody tr")).to_have_count(2)
    expect(bench.locator("[data-things] tbody tr").first).to_contain_text("28, 28, 140, 112")
    expect(bench.locator("[data-things] tbody tr").first).to_contain_text("sails")
    assert bench.evaluate("window.hacked") is None


def test_detectors_are_seen_beside_the_model(bench: Tab, picture: Path) -> None:
    for name in ("near", "far"):
        bench.locator(f"[data-detector={name}]").check()
    give(bench, picture, "detect")
    expect(bench.locator("figure")).to_have_count(3)  # torch is imported for the first one
    expect(bench.locator("[data-ask]")).to_be_enabled()
    for who, label, (x0, y0, x1, y1) in (("near", "car", (0.1, 0.2, 0.5, 0.8)), ("far", "person", (0.5, 0, 1, 1))):
        figure = bench.locator(f"[data-figure={who}]")
        shown, drawn = figure.locator("img").bounding_box(), figure.locator(f"[data-box={label}]").bounding_box()
        assert shown is not None
        assert drawn is not None
        at = [(drawn["x"] - shown["x"]) / shown["width"], (drawn["y"] - shown["y"]) / shown["height"]]
        assert at == pytest.approx([x0, y0], abs=0.02)
        assert drawn["width"] / shown["width"] == pytest.approx(x1 - x0, abs=0.02)
        assert drawn["height"] / shown["height"] == pytest.approx(y1 - y0, abs=0.02)
        expect(figure.locator("[data-seconds]")).to_contain_text(" s")
    rows = bench.locator("[data-things] tbody tr").all_inner_texts()
    assert [row.split()[0] for row in rows] == [MODEL, MODEL, "near", "near", "far"]
    assert rows[2].split() == ["near", "car", "0.90", "28,", "28,", "140,", "112"]
    bench.locator("[data-min-score]").fill("0.7")
    bench.locator("[data-model]").select_option("")
    bench.locator("[data-ask]").click()
    expect(bench.locator("[data-things] tbody tr")).to_have_count(2)


def test_a_detector_that_is_missing_says_so_beside_the_others(bench: Tab, picture: Path) -> None:
    for name in ("near", "gone"):
        bench.locator(f"[data-detector={name}]").check()
    bench.locator("[data-model]").select_option("")
    bench.locator("[data-file]").set_input_files(picture)
    bench.locator("[data-ask]").click()
    expect(bench.locator("[data-thing=car]")).to_be_visible()
    expect(bench.locator(".ap-note.bad")).to_contain_text("gone")
    expect(bench.locator("figure")).to_have_count(1)


def test_a_description_shows_text_json_time_and_tokens(bench: Tab, picture: Path, vlm: VlmOfTests) -> None:
    give(bench, picture, "describe")
    expect(bench.locator("[data-text]")).to_contain_text(HOSTILE)
    expect(bench.locator("[data-cost]")).to_contain_text(f"{MODEL} · ")
    expect(bench.locator("[data-cost]")).to_contain_text("100 + 10 tokens")
    bench.locator("summary", has_text="JSON").click()
    assert json.loads(bench.locator("[data-json]").inner_text())["title"] == "A boat"
    assert bench.evaluate("window.hacked") is None
    assert vlm.asked[-1].body["model"] == MODEL


def test_writing_is_read_and_questions_are_answered(bench: Tab, picture: Path, clip: Path, vlm: VlmOfTests) -> None:
    give(bench, picture, "read")
    expect(bench.locator("[data-text]")).to_have_text("HARBOUR")
    give(bench, clip, "ask", "What happens?")
    expect(bench.locator("[data-text]")).to_have_text("4 pictures: ffd8")
    expect(bench.locator("figure img")).to_have_count(4)
    assert "What happens?" in vlm.asked[-1].prompt


def test_an_answer_that_is_none_says_why(bench: Tab, picture: Path) -> None:
    give(bench, picture, "ask", "nonsense")
    expect(bench.locator("[data-answer]")).to_have_attribute("data-status", "invalid")
    expect(bench.locator("[data-reason]")).to_contain_text("Not of the schema")
    assert bench.evaluate("window.hacked") is None


def test_sentences_compete_for_the_picture(bench: Tab, picture: Path) -> None:
    bench.locator("[data-file]").set_input_files(picture)
    bench.locator("[data-sentences]").fill(f"a red square\n\na {HOSTILE}\nsnow")
    bench.locator("[data-compare]").click()
    shares = bench.locator("[data-shares] li")
    expect(shares).to_have_count(3)
    percents = [float(one.split()[-2]) for one in shares.all_inner_texts()]
    assert sum(percents) == pytest.approx(100, abs=0.3)
    assert percents == sorted(percents, reverse=True)
    assert bench.evaluate("window.hacked") is None
    bench.locator("[data-sentences]").fill("only one")
    bench.locator("[data-compare]").click()
    expect(bench.locator(".ap-note")).to_contain_text("two sentences or more")


def test_what_cannot_be_sent_is_refused(served: Page, clip: Path) -> None:
    def ask(data: bytes, **fields: str) -> tuple[int, str]:
        answer = served.client.post("/api/playground/answers", files={"file": data}, data={"task": "ask", **fields})
        return answer.status_code, answer.json().get("error_code", "")

    assert ask(b"no picture " * 9, question="what?") == (415, "not_a_picture_or_video")
    assert ask(b"#EXTM3U\n#EXTINF:1,\n/etc/passwd\n", question="what?")[1] == "not_a_picture_or_video"
    assert ask(clip.read_bytes()) == (422, "no_question")
    assert ask(clip.read_bytes(), question="w" * 2001) == (422, "text_too_long")
    assert ask(clip.read_bytes(), question="what?", task="obey")[0] == 422


def test_a_detector_is_asked_over_rest(served: Page, picture: Path, clip: Path) -> None:
    def ask(data: bytes, **fields: str) -> Any:
        return served.client.post(
            "/api/playground/detections", files={"file": data}, data={"detector": "far", **fields}
        )

    assert served.client.get("/api/playground/detectors").json() == ["near", "far", "gone"]
    found = ask(picture.read_bytes()).json()
    assert (found["detector"], found["size"]) == ("far", list(SIZE))
    (thing,) = found["things"]
    assert thing["label"] == "person"
    assert thing["score"] == pytest.approx(0.8, abs=0.01)
    assert thing["box"] == pytest.approx({"left": 0.5, "top": 0, "right": 1, "bottom": 1}, abs=0.02)
    assert len(ask(clip.read_bytes()).json()["things"]) == 1
    for fields, status, code in (
        ({"detector": "/etc"}, 404, "detector_unknown"),
        ({"min_score": "1"}, 422, "bad_score"),
        ({"detector": "gone"}, 503, "detector_unavailable"),
    ):
        answer = ask(picture.read_bytes(), **fields)
        assert (answer.status_code, answer.json()["error_code"]) == (status, code)
    assert ask(b"no picture " * 9).status_code == 415


def test_without_a_server_the_page_says_so_and_sentences_still_compete(tab: Tab, page: Page, picture: Path) -> None:
    tab.goto("/playground")
    expect(tab.locator(".ap-note.bad")).to_contain_text("ARCHIVE_VLM_URL")
    expect(tab.locator("[data-ask]")).to_be_disabled()
    tab.locator("[data-file]").set_input_files(picture)
    tab.locator("[data-sentences]").fill("a red square\nsnow")
    tab.locator("[data-compare]").click()
    expect(tab.locator("[data-shares] li")).to_have_count(2)
    answer = page.client.get("/api/playground/models")
    assert (answer.status_code, answer.json()["error_code"]) == (503, "no_vlm_server")
