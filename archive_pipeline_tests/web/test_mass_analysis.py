"""A whole collection put to its policies: the cost before, started, ended in the middle, gone on with."""

import json
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, expect

from archive_pipeline.language.findings.policy import Policy
from archive_pipeline.language.findings.policy_files import parse_policy
from archive_pipeline_tests.language.vlm.server import Answer, Asked, VlmOfTests
from archive_pipeline_tests.thorough import thorough
from archive_pipeline_tests.waiting import until
from archive_pipeline_tests.web.films import film
from archive_pipeline_tests.web.running import Page, Site

pytestmark = thorough
N_SHOTS = 4


class Judge:
    """Answers the first question at once, and the others when it may."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.may = threading.Event()

    def __call__(self, asked: Asked) -> Answer:
        self.asked.append(asked.digest)
        if len(self.asked) > 1:
            self.may.wait(60)
        properties = asked.body["response_format"]["json_schema"]["schema"]["properties"]
        usual = {"boolean": False, "number": 0.0, "string": "No reason to worry."}
        answers = {name: kind.get("enum", [usual.get(kind["type"])])[0] for name, kind in properties.items()}
        return json.dumps({**answers, "evidence": []})


@pytest.fixture(scope="module")
def collection(page: Page, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A video of four shots, sent while no server answers."""
    clip = tmp_path_factory.mktemp("sent") / "debate.mp4"
    pictures = ("smptebars", "rgbtestsrc", "mandelbrot", "testsrc2")
    film(clip, pictures, "-c:v", "libx264", "-preset", "ultrafast", seconds=1)
    sent = page.client.put("/api/uploads", params={"name": clip.name}, content=clip.read_bytes()).json()["collection"]
    until(lambda: page.client.get(f"/api/uploads/{sent}").json()["phase"] in ("done", "failed"))
    return str(sent)


@pytest.fixture
def judge() -> Judge:
    return Judge()


@pytest.fixture
def desk(site: Site, collection: str, judge: Judge) -> Iterator[Page]:
    """A page that knows a server, which answers one question at a time."""
    with VlmOfTests(judge).running() as vlm:
        before = dict(site.environment)
        site.environment |= {"ARCHIVE_VLM_URL": vlm.url, "ARCHIVE_VLM_CONCURRENCY": "1"}
        site.environment["ARCHIVE_POLICIES"] = str(site.home / "policies")
        desk = Page(site)
        site.environment = before
        until(lambda: desk.client.get(f"/api/analyses/{collection}").json()["n_shots"] == N_SHOTS)
        yield desk
        judge.may.set()
        desk.close()


def test_a_policy_is_tried_on_shots_without_a_trace_before_it_is_adopted(
    desk: Page, collection: str, judge: Judge, browser: Browser, site: Site
) -> None:
    judge.may.set()
    text = desk.client.get("/api/policies/intolerance").json()["text"]
    given = {
        "collection": collection,
        "text": text.replace("{en: Sexism, es: Sexismo}", "{en: Old jokes, es: Chistes}"),
    }
    shots = [shot["id"] for shot in desk.client.get(f"/api/videos/{collection}/debate.mp4").json()["shots"]]

    def tried(**changes: Any) -> Any:
        return desk.client.post("/api/policies/intolerance/trials", json=given | changes)

    for changes, code in (
        ({"text": text.replace("answer: flag", "answer: flagg", 1)}, "wrong_policy"),
        ({"collection": "nothing"}, "unknown_collection"),
        ({"shots": "the one with the boat"}, "unknown_shot"),
        ({"shots": "00000000-0000-5000-8000-000000000000"}, "unknown_shot"),
        ({"shots": " ".join(f"00000000-0000-5000-8000-00000000000{n}" for n in range(6))}, "bad_limit"),
        ({"collection": "films", "shots": shots[0]}, "unknown_shot"),
    ):
        answer = tried(**changes).json()
        assert answer["error_code"] == code, answer
    assert not judge.asked
    drawn = tried(language="es").json()
    assert {shot["shot_id"] for shot in drawn["shots"]} == set(shots)
    assert (drawn["n_shots"], drawn["prompt_tokens"]) == (N_SHOTS, 100 * N_SHOTS)
    assert {row["question"] for row in drawn["shots"][0]["rows"]} >= {"sexism", "theme", "justification"}
    assert len(judge.asked) == N_SHOTS
    chosen = tried(shots=f"{desk.address}/?shot={shots[2]}").json()["shots"]
    assert [shot["shot_id"] for shot in chosen] == [shots[2]]
    assert not (site.home / "lake" / "findings" / collection).exists()
    assert desk.client.get(f"/api/analyses/{collection}").json()["n_requests"] == N_SHOTS

    tab = browser.new_page(base_url=desk.address, locale="en-GB")
    tab.goto(f"/analysis/policies?collection={collection}&policy=intolerance")
    tab.get_by_role("tab", name="YAML").click()
    editor = tab.get_by_label("Text of the policy")
    editor.fill(text.replace("answer: flag", "answer: flagg", 1))
    tab.locator("[data-try]").click()
    expect(tab.get_by_role("alert")).to_contain_text("line 19: questions.climate_denial.answer")
    editor.fill(given["text"])
    tab.locator("[data-try]").click()
    expect(tab.locator("[data-shot]")).to_have_count(N_SHOTS)
    expect(tab.locator("[data-shot]").first).to_contain_text("Old jokes")
    expect(tab.locator("[data-cost]")).to_contain_text("4 shots, a request each: by these, about 400 tokens asked")
    tab.locator("[data-adopt]").click()
    expect(tab.get_by_role("alert")).to_contain_text("write `version: 2`")
    own = site.home / "policies" / "old_jokes.yaml"
    tab.get_by_label("Kept under the name").fill("old_jokes")
    tab.locator("[data-adopt]").click()
    expect(tab.locator("[data-adopted]")).to_contain_text("old_jokes, version 1")
    assert own.read_text() == given["text"]
    tab.goto(f"/analysis/policies?collection={collection}&policy=old_jokes")
    expect(tab.get_by_text("your own")).to_be_visible()
    tab.close()
    own.unlink()


def rename(question: Locator, name: str) -> None:
    question.get_by_label("Name of the question").fill(name)
    question.locator("[data-rename]").click()


def test_a_policy_is_edited_in_a_form_that_is_the_same_document(
    desk: Page, collection: str, browser: Browser, site: Site
) -> None:
    text = desk.client.get("/api/policies/intolerance").json()["text"]
    tab = browser.new_page(base_url=desk.address, locale="en-GB")
    tab.goto(f"/analysis/policies?collection={collection}&policy=intolerance")
    form, yaml_tab = tab.locator("[data-form]"), tab.get_by_role("tab", name="YAML")
    form.get_by_label("Version").fill("2")
    sexism = form.locator("[data-question=sexism]")
    sexism.get_by_text("Sexism (sexism)").click()
    sexism.get_by_label("Label (es)").fill("Machismo")
    for language in ("en", "es"):
        sexism.get_by_label(f"Instructions of the model ({language})").fill("")
    expect(sexism.get_by_text("at least 1 character").first).to_be_visible()
    expect(form.locator(".text-negative", has_text="Sexism (sexism)")).to_be_visible()
    sexism.get_by_label("Instructions of the model (en)").fill("is anybody demeaned?")
    expect(sexism.get_by_text("at least 1 character")).to_have_count(0)
    form.get_by_label("Name of a new question").fill("rude")
    form.locator("[data-add]").click()
    rude = form.locator("[data-question=rude]")
    rude.get_by_text("rude (rude)").click()
    rude.get_by_label("Label (en)").fill("Rude")
    rude.get_by_label("Instructions of the model (en)").fill("is it rude?")
    form.get_by_label("Name of a new question").fill("rude")
    form.locator("[data-add]").click()  # opens the one that is there
    rude.get_by_label("Answer").click()
    tab.get_by_role("option", name="One of several").click()
    expect(rude.get_by_label("Choices")).to_be_visible()
    rude.get_by_label("Answer").click()
    tab.get_by_role("option", name="Yes or no").click()
    expect(rude.get_by_label("Choices")).to_have_count(0)
    rename(rude, "rudeness")
    rudeness = form.locator("[data-question=rudeness]")
    expect(rudeness.get_by_label("Instructions of the model (en)")).to_have_value("is it rude?")
    told = "Answers to sexism stand until then"
    rename(sexism, "sexist")
    sexist = form.locator("[data-question=sexist]")
    expect(sexist.get_by_text(told)).to_be_visible()
    expect(rudeness.get_by_text("stand until then")).to_have_count(0)  # nobody was asked it yet
    rename(sexist, "toxicity")  # opens the one that is there
    expect(form.locator("[data-question=toxicity]").get_by_label("Label (en)")).to_be_visible()
    rename(sexist, "sexism")
    expect(form.get_by_text(told)).to_have_count(0)
    rename(rudeness, "rude")
    expect(rude).to_be_visible()
    yaml_tab.click()
    written = tab.get_by_label("Text of the policy")
    expect(written).to_have_value(re.compile("is it rude"))
    edited = written.input_value()
    policy = parse_policy(Path("intolerance.yaml"), edited.encode())
    assert isinstance(policy, Policy), policy
    assert (policy.version, policy.questions["sexism"].label["es"]) == (2, "Machismo")
    assert policy.questions["rude"].instructions == {"en": "is it rude?"}
    assert edited.startswith(text.splitlines()[0]), "comments stay"
    written.fill(edited.replace("version: 2", "version: x"))
    tab.get_by_role("tab", name="Form").click()
    expect(form.get_by_text(re.compile("version: input should be a valid integer"))).to_be_visible()
    form.get_by_label("Version").fill("2")
    tab.locator("[data-adopt]").click()
    expect(tab.locator("[data-adopted]")).to_contain_text("version 2")
    own = site.home / "policies" / "intolerance.yaml"
    assert own.read_text() == edited
    own.unlink()
    tab.close()


def test_it_is_ended_and_gone_on_with_and_nothing_that_was_answered_is_asked_again(
    desk: Page, collection: str, judge: Judge, browser: Browser
) -> None:
    def state() -> dict[str, Any]:
        return dict(desk.client.get(f"/api/analyses/{collection}").json())

    before = state()
    assert (before["phase"], before["n_done"], before["n_requests"]) == ("waiting", 0, N_SHOTS)
    assert desk.client.post("/api/analyses/nothing").status_code == 404
    tab = browser.new_page(base_url=desk.address, locale="en-GB")
    tab.goto(f"/analysis?collection={collection}")
    expect(tab.locator("[data-cost]")).to_contain_text("4 shots are left: 4 requests")
    tab.get_by_role("button", name="Start").click()
    until(lambda: len(judge.asked) == 2)  # the second waits
    assert state()["phase"] == "running"
    busy = desk.client.post("/api/analyses/films")
    assert (busy.status_code, busy.json()["error_code"]) == (503, "analysis_busy")
    expect(tab.get_by_role("button", name="End")).to_be_visible()
    tab.get_by_role("button", name="End").click()
    expect(tab.locator("[data-phase=ended]")).to_be_visible()
    until(lambda: state()["phase"] == "ended")
    judge.may.set()
    tab.get_by_role("button", name="Start").click()
    until(lambda: state()["phase"] == "done")
    assert len(set(judge.asked)) == N_SHOTS
    assert judge.asked.count(judge.asked[0]) == 1, "it was answered before the end"
    assert len(judge.asked) <= N_SHOTS + 1, "asked twice is what waited for its answer when it was ended"
    expect(tab.locator("[data-phase=done]")).to_be_visible()
    tab.close()
    until(lambda: state()["n_requests"] == 0)


def test_a_restarted_page_goes_on(site: Site, collection: str) -> None:
    """It begins again, finds nothing to ask for, and is done."""
    (site.home / "mass_analysis").write_text(collection)
    again = Page(site)
    try:
        until(lambda: not (site.home / "mass_analysis").exists())
        assert again.client.get(f"/api/analyses/{collection}").json()["phase"] in ("done", "failed")
    finally:
        again.close()
    (site.home / "mass_analysis").write_text("gone")
    once_more = Page(site)
    once_more.close()
    assert not (site.home / "mass_analysis").exists(), "a collection that is gone keeps no page from starting"
