"""Findings on the page and over REST: shown escaped with their evidence, filtered, played, reviewed."""

import csv
import html
import io
import json
import re

import pytest
from playwright.sync_api import Browser, expect
from playwright.sync_api import Page as Tab

from archive_pipeline_tests.language.vlm.server import Asked, VlmOfTests
from archive_pipeline_tests.thorough import thorough
from archive_pipeline_tests.waiting import until
from archive_pipeline_tests.web.running import Page, Site

SAID = (
    "1\n00:00:00,200 --> 00:00:01,500\nANA: <i>Women</i> cannot drive.\n\n"
    "2\n00:00:02,200 --> 00:00:03,500\nLUIS: What nonsense.\n"
)
HOSTILE = "<img src=x onerror=alert(1)><script>alert(2)</script>{{ 7*7 }}"

pytestmark = thorough  # the page's other tests look at what they share: access, REST, a browser


def judged(asked: Asked) -> str:
    """Sexism in the first shot, with a quotation; an insult in the second that rests on words that nobody said. Asked
    once more, it finds the sexism again and no insult."""
    again = "seed" in asked.body
    properties = asked.body["response_format"]["json_schema"]["schema"]["properties"]
    within = asked.prompt.partition("<said_in_the_shot>")[2].partition("</said_in_the_shot>")[0]
    usual = {"boolean": False, "number": 0.0, "string": "No reason to worry."}
    answers = {name: kind.get("enum", [usual.get(kind["type"])])[0] for name, kind in properties.items()}
    answers["evidence"] = []
    if "Women" in within:
        said = {"words": ["Women cannot drive"], "frames": [1], "justification": f"Demeans women. {HOSTILE}"}
        answers |= {"sexism": True, "evidence": [{"question": "sexism", **said}]}
    if again and answers["evidence"]:
        answers["evidence"] = [{"question": "sexism", "words": [], "frames": [], "justification": "A prejudice."}]
    if "nonsense" in within and not again:
        unsaid = {"words": ["you idiot"], "frames": [], "justification": "An insult."}
        answers |= {"insult": 0.6, "evidence": [{"question": "insult", **unsaid}]}
    return json.dumps(answers)


@pytest.fixture(scope="module", autouse=True)
def findings(site: Site, page: Page) -> None:
    """`boat.mp4` has subtitles, and was put to the shipped policy; the page runs on."""
    (site.films / "boat.en.srt").write_text(SAID)
    with VlmOfTests(judged).running() as vlm:
        site.environment["ARCHIVE_VLM_URL"] = vlm.url
        described = site.describe("transcript", "findings", "second_opinions")
        del site.environment["ARCHIVE_VLM_URL"]
    assert described.returncode == 0, described.stderr
    assert page.client.get("/api/findings").json()["total"] == 2


def finding(page: Page, question: str, **asked: object) -> dict[str, object]:
    """The finding of a question among all that the API tells, with its shot's id."""
    shots = page.client.get("/api/findings", params={"question": question, **asked}).json()["shots"]  # type: ignore[arg-type]
    (shot,) = shots
    (found,) = [one for one in shot["findings"] if one["question"] == question]
    return {"shot_id": shot["shot_id"], "policy": shot["policy"], **found}


def test_a_finding_tells_its_evidence_over_rest(page: Page) -> None:
    sexism, insult = finding(page, "sexism"), finding(page, "insult")
    assert (sexism["flag"], sexism["raised"], sexism["is_supported"]) == (True, True, True)
    assert sexism["quotes"] == [{"words": "Women cannot drive", "said": True, "start_s": 0.2}]
    assert (insult["score"], insult["is_supported"]) == (0.6, False)
    assert insult["quotes"] == [{"words": "you idiot", "said": False, "start_s": None}]


def test_filters_narrow_what_is_told(page: Page) -> None:
    def total(**asked: object) -> int:
        return int(page.client.get("/api/findings", params=asked).json()["total"])  # type: ignore[arg-type]

    assert total(collection="films", policy="intolerance") == 2
    assert total(collection="others") == total(policy="others") == total(question="racism_xenophobia") == 0
    assert total(min_score=0.7) == 1
    assert total(min_score=0.6) == 2
    assert total(question="insult", min_score=0.7) == 0
    assert total(question="theme") >= 4  # a choice is raised nowhere, and asked for everywhere
    assert total(limit=1) == 2
    assert page.client.get("/api/findings", params={"limit": 1, "offset": 1}).json()["shots"][0]["findings"]


def test_one_answer_is_told_apart_from_two_that_agree(page: Page) -> None:
    sexism, insult = finding(page, "sexism"), finding(page, "insult")
    assert [(one["n_asked"], one["n_raised"]) for one in (sexism, insult)] == [(2, 2), (2, 1)]
    assert sexism["second"]["justification"] == "A prejudice."  # type: ignore[index]
    assert insult["score"] == 0.6, "the first answer stays as it was"
    assert insult["second"]["score"] == 0.0  # type: ignore[index]
    assert finding(page, "sexism", answers="agree")
    assert finding(page, "insult", answers="differ")
    for question, answers in (("sexism", "differ"), ("insult", "agree")):
        asked = {"question": question, "answers": answers}
        assert page.client.get("/api/findings", params=asked).json()["total"] == 0
    assert page.client.get("/api/findings", params={"answers": "x"}).status_code == 422
    told = page.client.get("/api/findings/report/html").text
    assert told.index("two of two") < told.index("A prejudice.") < told.index("one of two")
    rows = list(csv.DictReader(io.StringIO(page.client.get("/api/findings/report/csv").content.decode("utf-8-sig"))))
    assert [(row["asked"], row["raised_by"], row["second_answer"]) for row in rows if row["raised"] == "true"] == [
        ("2", "2", "true"),
        ("2", "1", "0.00"),
    ]


def test_a_report_is_one_file_with_evidence_pictures_and_words_that_runs_nothing(page: Page) -> None:
    answer = page.client.get("/api/findings/report/html", params={"policy": "intolerance", "language": "es"})
    assert answer.status_code == 200, answer.text
    told = answer.text
    assert "filename=" in answer.headers["content-disposition"]
    assert told.count("<article>") == 2
    assert told.count("data:image/jpeg;base64,") == 2
    assert told.index("Demeans women.") < told.index("An insult."), "what matters most first"
    assert "Women cannot drive" in told
    assert "ANA" in told, "what is said in the shot"
    assert HOSTILE not in told
    assert HOSTILE in html.unescape(told)
    assert "<script" not in told
    rows = list(csv.DictReader(io.StringIO(page.client.get("/api/findings/report/csv").content.decode("utf-8-sig"))))
    sexism, insult = (row for row in rows if row["raised"] == "true")
    assert (sexism["video_id"], sexism["is_supported"], insult["answer"]) == ("films/boat.mp4", "true", "0.60")
    assert "cannot drive" in sexism["said"]
    nothing = page.client.get("/api/findings/report/csv", params={"collection": "others"})
    assert (nothing.status_code, nothing.json()["error_code"]) == (404, "nothing_found")


def test_a_review_counts_at_once_and_the_latest_wins(page: Page) -> None:
    shot_id = finding(page, "insult")["shot_id"]
    given = {"shot_id": shot_id, "policy": "intolerance", "question": "insult"}
    for state, note in (("confirmed", ""), ("dismissed", "nobody says it")):
        answer = page.client.post("/api/reviews", json={**given, "state": state, "note": note, "reviewer": "Ana"})
        assert answer.status_code == 201, answer.text
        assert answer.json()["video_id"] == "films/boat.mp4"
    told = finding(page, "insult")
    assert (told["review_state"], told["review_note"], told["reviewer"]) == ("dismissed", "nobody says it", "Ana")
    assert finding(page, "insult", state="dismissed")["shot_id"] == shot_id
    assert page.client.get("/api/findings", params={"question": "insult", "state": "open"}).json()["total"] == 0


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"question": "nothing"}, 404, "unknown_finding"),
        ({"shot_id": "'; DROP TABLE findings; --"}, 404, "unknown_finding"),
        ({"shot_id": "x" * 1000}, 422, "bad_parameter"),
        ({"state": "deleted"}, 422, "bad_parameter"),
        ({"note": "x" * 3000}, 422, "bad_parameter"),
        ({"video_id": "films/other.mp4"}, 422, "bad_parameter"),
    ],
)
def test_a_review_of_nothing_is_refused(page: Page, changes: dict[str, str], status: int, code: str) -> None:
    found = finding(page, "sexism")
    given = {"shot_id": found["shot_id"], "policy": "intolerance", "question": "sexism", "state": "unsure"}
    answer = page.client.post("/api/reviews", json={**given, **changes})
    assert (answer.status_code, answer.json()["error_code"]) == (status, code)
    assert finding(page, "sexism")["review_state"] == "open"


def test_another_site_cannot_review(page: Page) -> None:
    found = finding(page, "sexism")
    given = {"shot_id": found["shot_id"], "policy": "intolerance", "question": "sexism", "state": "dismissed"}
    answer = page.client.post("/api/reviews", json=given, headers={"origin": "https://evil.example"})
    assert answer.status_code == 403
    assert finding(page, "sexism")["review_state"] == "open"


def test_the_page_shows_evidence_as_text_plays_it_and_keeps_a_review(tab: Tab, page: Page) -> None:
    tab.goto("/findings?question=sexism")
    card = tab.locator(".ap-finding")
    expect(card).to_have_count(1)
    expect(card).to_contain_text("Demeans women.")
    expect(card).to_contain_text(HOSTILE)
    assert tab.evaluate("document.querySelectorAll('.ap-finding script, .ap-finding img[onerror]').length") == 0
    expect(card.locator("q")).to_have_text("Women cannot drive")
    card.get_by_role("button", name="Play 0:00").click()
    expect(tab.locator(".ap-dialog .ap-programme video")).to_be_visible()
    tab.keyboard.press("Escape")
    tab.get_by_label("Your name").fill("Eva")
    tab.get_by_label("Your name").blur()
    card.get_by_label("Note").fill("clear <b>case</b>")
    card.get_by_role("button", name="Confirmed").click()
    expect(card.get_by_role("button", name="Confirmed")).to_have_attribute("aria-pressed", "true")
    told = finding(page, "sexism")
    assert (told["review_state"], told["review_note"], told["reviewer"]) == ("confirmed", "clear <b>case</b>", "Eva")
    tab.reload()
    expect(tab.get_by_label("Your name")).to_have_value("Eva")
    expect(card.get_by_label("Note")).to_have_value("clear <b>case</b>")
    expect(card.get_by_role("button", name="Confirmed")).to_have_attribute("aria-pressed", "true")


def test_a_finding_whose_shot_is_another_by_now_plays_its_time(tab: Tab, page: Page) -> None:
    def shots() -> list[dict[str, object]]:
        return list(page.client.get("/api/videos/films/boat.mp4").json()["shots"])

    joined = {"video_id": "films/boat.mp4", "field": "boundary", "target": str(shots()[1]["start_s"])}
    assert page.client.post("/api/corrections", json=joined | {"value": "none"}).status_code < 300
    try:
        until(
            lambda: page.client.get("/api/shots", params={"shot": str(shots()[0]["id"])}).json(),
            "the joined shot in the index",
        )
        tab.goto("/findings?question=sexism")
        tab.locator(".ap-finding").get_by_role("button", name="Play 0:00").click()
        expect(tab.locator(".ap-dialog .ap-programme video")).to_be_visible()
    finally:
        page.client.post("/api/corrections", json=joined | {"value": ""})


def test_choosing_a_filter_is_an_address_and_nothing_fits_is_said(tab: Tab) -> None:
    tab.goto("/findings")
    expect(tab.locator(".ap-finding")).to_have_count(2)
    expect(tab.locator(".ap-finding").nth(1)).to_contain_text("not supported")
    expect(tab.locator("[data-raised-by]")).to_have_text(["two of two", "one of two"])
    tab.get_by_label("Second opinion").select_option("differ")
    expect(tab.locator("[data-raised-by]")).to_have_text(["one of two"])
    tab.get_by_label("Question").select_option("climate_denial")
    expect(tab).to_have_url(re.compile("question=climate_denial"))
    expect(tab.get_by_role("heading", name="Nothing to review")).to_be_visible()


def test_the_page_speaks_spanish(browser: Browser, page: Page) -> None:
    context = browser.new_context(base_url=page.address, locale="es-ES")
    tab = context.new_page()
    tab.goto("/findings")
    expect(tab.get_by_role("heading", name="Hallazgos")).to_be_visible()
    expect(tab.locator(".ap-finding").first).to_contain_text("Sexismo")
    expect(tab.locator(".ap-finding").first).to_contain_text("Tema: Política")
    context.close()


_ROOM_FOR_ITS_NAME = """box => {
    const style = getComputedStyle(box), pen = document.createElement("canvas").getContext("2d");
    pen.font = style.font;
    return box.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight)
        - pen.measureText(box.placeholder).width;
}"""


def test_the_names_of_filters_are_whole_on_a_phone(browser: Browser, page: Page) -> None:
    for locale, name in (("en-GB", "Lowest score"), ("es-ES", "Puntuación mínima")):
        context = browser.new_context(base_url=page.address, locale=locale, viewport={"width": 390, "height": 800})
        tab = context.new_page()
        tab.goto("/findings")
        box = tab.get_by_placeholder(name)
        expect(box).to_be_visible()
        assert box.evaluate(_ROOM_FOR_ITS_NAME) >= 15  # the arrows that Chromium shows
        context.close()
