"""Policy files: what is shipped, what is wrong in one, and the form of an answer that is made from it."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from archive_pipeline.errors import ConfigurationError
from archive_pipeline.language.findings.policy import Policy
from archive_pipeline.language.findings.policy_files import chosen, load_policies, read_policy
from archive_pipeline.language.findings.schema import answer_schema, answers_of

FLAGS = {
    "climate_denial", "lgbtq_phobia", "sexism", "racism_xenophobia", "anti_gypsyism", "islamophobia", "antisemitism",
    "aspectism",
}  # fmt: skip
SCORES = {"toxicity", "severe_toxicity", "identity_attack", "insult", "profanity", "threat"}
HEAD = "title: T\nversion: 1\ninstructions: i\n"
FLAG = "{label: A, answer: flag, instructions: i}"
QUESTIONS: dict[str, Any] = {
    "copy": {"label": "Copy", "answer": "flag", "instructions": "is it one?"},  # names that pydantic's models have, too
    "model_dump": {"label": "Dump", "answer": "score", "instructions": "how much?", "reads": "transcript"},
    "kind": {"label": "K", "answer": "choice", "instructions": "which?", "choices": {"a": "A", "b": "B"}},
    "said": {"label": "S", "answer": "text", "instructions": "what?"},
}


def policy(**changes: Any) -> Policy:
    given = {"name": "mine", "title": "Mine", "version": 1, "instructions": "Judge.", "questions": QUESTIONS}
    return Policy.model_validate({**given, **changes})


def test_the_shipped_policy_asks_what_was_asked_for_in_both_languages(tmp_path: Path) -> None:
    known, problems = load_policies([tmp_path])
    assert problems == []
    shipped = known["intolerance"]
    by_type = {kind: {n for n, q in shipped.questions.items() if q.answer == kind} for kind in ("flag", "score")}
    assert by_type["flag"] == FLAGS | {"not_for_children"}
    assert by_type["score"] == SCORES
    assert {shipped.questions["theme"].answer, shipped.questions["justification"].answer} == {"choice", "text"}
    for question in shipped.questions.values():
        assert set(question.label) == {"en", "es"}
        assert set(question.instructions) == {"en", "es"}


def test_a_policy_of_ones_own_wins_by_name_and_a_wrong_one_lets_no_shipped_one_in(tmp_path: Path) -> None:
    written = {"title": "Mine", "version": 7, "instructions": "Judge.", "questions": QUESTIONS}
    (tmp_path / "intolerance.yaml").write_text(yaml.safe_dump(written))
    assert load_policies([tmp_path])[0]["intolerance"].version == 7
    (tmp_path / "intolerance.yaml").write_text(yaml.safe_dump({**written, "version": "seven"}))
    known, problems = load_policies([tmp_path])
    assert "intolerance" not in known
    with pytest.raises(ConfigurationError, match="wrong_policy"):
        chosen(["intolerance"], known, problems)
    with pytest.raises(ConfigurationError, match="unknown_policy"):
        chosen(["intolerence"], *load_policies([tmp_path / "nothing"]))


def test_of_two_files_with_one_name_the_first_counts_and_the_second_is_named(tmp_path: Path) -> None:
    written = {"name": "mine", "title": "Mine", "version": 1, "instructions": "Judge.", "questions": QUESTIONS}
    (tmp_path / "a.yaml").write_text(yaml.safe_dump(written))
    (tmp_path / "b.yaml").write_text(yaml.safe_dump({**written, "version": 2}))
    known, problems = load_policies([tmp_path])
    assert known["mine"].version == 1
    assert [str(problem) for problem in problems] == [
        f"{tmp_path}/b.yaml: policy 'mine' is described in {tmp_path}/a.yaml already"
    ]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", 1, "empty"),
        ("- a", 1, "keys and values"),
        (HEAD + "questions: {}", 4, "at least 1"),
        (HEAD + "questions:\n  A b: {}", 5, "no name"),
        (HEAD.replace("1", "0") + "questions: {a: " + FLAG + "}", 2, "greater"),
        (HEAD + "questions:\n  evidence: " + FLAG, 1, "taken"),
        (HEAD + "questions:\n  a: {label: A, answer: choice, instructions: i}", 5, "choices"),
        (HEAD + "frmes: 2\nquestions:\n  a: " + FLAG, 4, "did you mean frames"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_line(tmp_path: Path, text: str, line: int, words: str) -> None:
    (tmp_path / "mine.yaml").write_text(text)
    problems = read_policy(tmp_path / "mine.yaml")
    assert isinstance(problems, list)
    assert words in " ".join(str(problem) for problem in problems)
    assert line in {problem.line for problem in problems}


def test_any_change_is_another_digest() -> None:
    assert policy().digest == policy().digest
    assert len({policy().digest, policy(version=2).digest, policy(instructions="Look.").digest}) == 3


def answer(**changes: Any) -> str:
    evidence = [{"question": "copy", "justification": "j", "words": ["w"], "frames": [1]}]
    return json.dumps({"evidence": evidence, "copy": True, "model_dump": 0.25, "kind": "b", "said": "yes", **changes})


def test_an_answer_is_read_by_question_whatever_it_is_called() -> None:
    answers, evidence = answers_of(answer_schema(policy(), words=True).model_validate_json(answer()))
    assert answers == {"copy": True, "model_dump": 0.25, "kind": "b", "said": "yes"}
    assert [(one.question, one.words, one.frames) for one in evidence] == [("copy", ["w"], [1])]


@pytest.mark.parametrize(
    "changes",
    [
        {"copy": "perhaps"},
        {"model_dump": 1.5},
        {"model_dump": "NaN"},
        {"kind": "c"},
        {"said": ["a", "list"]},
        {"more": 1},
        {"evidence": [{"question": "unknown", "justification": "", "words": [], "frames": []}]},
        {"evidence": None},
    ],
)
def test_an_answer_of_another_form_is_none(changes: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        answer_schema(policy(), words=True).model_validate_json(answer(**changes))


def test_long_texts_and_lists_are_cut_and_control_characters_go() -> None:
    many = [{"question": "copy", "justification": "j" * 9999, "words": ["w\u202e"] * 99, "frames": [1] * 99}] * 99
    read = answer_schema(policy(), words=True).model_validate_json(answer(evidence=many, said="x" * 9999))
    answers, evidence = answers_of(read)
    assert len(answers["said"]) == 500
    assert len(evidence) == 4
    assert (len(evidence[0].justification), evidence[0].words, len(evidence[0].frames)) == (300, ["w"] * 3, 4)


def test_without_words_only_what_reads_pictures_is_asked() -> None:
    silent = answer_schema(policy(), words=False).model_json_schema()
    assert "model_dump" not in silent["properties"]
    assert silent["$defs"]["EvidenceOf"]["properties"]["question"]["enum"] == ["copy", "kind", "said"]
