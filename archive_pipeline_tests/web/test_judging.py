"""The documentalists' test: asked and marked by API and page; what is shown tells nothing of where it came from."""

import csv
import io
from typing import Any

import pytest
from playwright.sync_api import Page as Tab
from playwright.sync_api import expect

from archive_pipeline_tests.web.running import Page

ALL, WORDS, PICTURE = "all@films", "words@films", "picture@films"


def ask(page: Page, text: str, **given: str) -> dict[str, Any]:
    asked = {"run": "spring", "person": "Ana", "ranking": ALL, "text": text} | given
    answer = page.client.post("/api/judgements/questions", json=asked)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def judge(page: Page, question: str, shot_id: str = "") -> dict[str, Any]:
    answer = page.client.post(f"/api/judgements/questions/{question}", json={"shot_id": shot_id})
    return dict(answer.json())


def test_a_run_is_asked_marked_and_counted(page: Page) -> None:
    for n, text in enumerate(("a red boat", "una casa", "a tree")):
        asked = ask(page, text, person="Ana" if n else "Béa")
        assert [shot["score"] for shot in asked["shots"]] == [0] * len(asked["shots"])
        marked = asked["shots"][n]["id"] if n < 2 else ""
        assert judge(page, asked["question"], marked) == {"rank": n + 1 if n < 2 else 0, "credited": ""}
        assert judge(page, asked["question"])["error_code"] == "unknown_question", "a question is judged once"
    whole, *parts = page.client.get("/api/judgements/figures", params={"run": "spring"}).json()
    figures = {one["metric"]: one for one in whole["figures"]}
    assert [figures[name]["value"] for name in ("r_at_1", "r_at_2", "mrr", "not_there")] == pytest.approx(
        [1 / 3, 2 / 3, 0.5, 1 / 3]
    )
    assert all(one["low"] <= one["value"] <= one["high"] and one["n"] == 3 for one in figures.values())
    assert (whole["ranking"], whole["model"], whole["duel"]) == (ALL, "archive-tiny", None)
    assert [one["person"] for one in parts if one["person"]] == ["Ana", "Béa"]
    assert {one["language"] for one in parts if one["language"]} >= {"en", "es"}
    (listed,) = [one for one in page.client.get("/api/judgements/runs").json() if one["run"] == "spring"]
    assert (listed["n"], listed["people"]) == (3, ["Ana", "Béa"])
    rows = list(csv.DictReader(io.StringIO(page.client.get("/api/judgements/csv", params={"run": "spring"}).text)))
    assert [(row["text"], row["rank"]) for row in rows] == [("a red boat", "1"), ("una casa", "2"), ("a tree", "0")]


def test_two_rankings_are_mixed_blind_and_the_one_that_found_it_is_credited(page: Page) -> None:
    credited = []
    for _ in range(8):
        asked = ask(page, "a red boat", run="duel", ranking=PICTURE, against="picture+rerank@films")
        assert {shot["model"] for shot in asked["shots"]} == {""}
        ids = [shot["id"] for shot in asked["shots"]]
        assert len(set(ids)) == len(ids)
        credited.append(judge(page, asked["question"], ids[0])["credited"])
    assert set(credited) <= {PICTURE, "picture+rerank@films"}
    (whole, *_) = page.client.get("/api/judgements/figures", params={"run": "duel"}).json()
    duel = whole["duel"]
    assert (duel["first"], duel["second"]) == (credited.count(PICTURE), 8 - credited.count(PICTURE))
    assert 0 < duel["p"] <= 1


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"run": " "}, "bad_judgement"),
        ({"ranking": "best"}, "bad_ranking"),
        ({"ranking": "best@films"}, "bad_ranking"),
        ({"against": ALL}, "bad_ranking"),
        ({"ranking": "all@nowhere"}, "unknown_collection"),
        ({"text": " "}, "empty_request"),
    ],
)
def test_what_cannot_be_asked_is_said_before_anybody_looks(page: Page, given: dict[str, str], code: str) -> None:
    asked = {"run": "r", "person": "", "ranking": ALL, "text": "a boat"} | given
    assert page.client.post("/api/judgements/questions", json=asked).json()["error_code"] == code


def test_what_was_not_shown_is_not_marked(page: Page) -> None:
    asked = ask(page, "a boat", run="other")
    answer = judge(page, asked["question"], "00000000-0000-5000-8000-000000000001")
    assert answer["error_code"] == "unknown_shots"
    assert page.client.get("/api/judgements/figures", params={"run": "other"}).status_code == 404


def test_the_test_is_taken_on_its_page(tab: Tab) -> None:
    tab.goto("/test")
    tab.get_by_label("Run", exact=True).fill("on the page")
    tab.get_by_label("Person", exact=True).fill("Ana")
    for n in range(2):
        box = tab.locator("[data-search]").first
        box.fill("a red boat")
        box.press("Enter")
        if n == 0:
            tab.locator(".ap-card [data-action=right]").nth(1).click()
            expect(tab.locator("[data-kept]")).to_contain_text("place 2")
        else:
            tab.locator("[data-not-there]").click()
            expect(tab.locator("[data-kept]")).to_contain_text("not there")
    expect(tab.get_by_text("on the page: 2 questions")).to_be_visible()
    expect(tab.locator(".ap-plot circle")).to_have_count(8)
    expect(tab.locator("[data-metric=r_at_2]").first).to_contain_text("0.500")
