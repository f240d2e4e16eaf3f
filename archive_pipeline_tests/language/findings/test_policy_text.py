"""One thing of a policy's text is changed, and all else stays as it was written."""

from pathlib import Path
from typing import Any

import pytest

from archive_pipeline.collections.yaml_lines import YamlFileError
from archive_pipeline.language.findings.drafts import written_policy
from archive_pipeline.language.findings.policy import Policy
from archive_pipeline.language.findings.policy_files import parse_policy
from archive_pipeline.language.findings.policy_text import values_of, with_name, with_value

SHIPPED, _ = written_policy("intolerance", [Path("/nowhere")])


def is_policy(text: str) -> bool:
    return isinstance(parse_policy(Path("intolerance.yaml"), text.encode()), Policy)


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("version",), 2),
        (("frames",), 4),
        (("reads",), "transcript"),
        (("max_tokens",), 900),
        (("title",), {"en": "Manners: good", "es": "«Modales» #1"}),
        (("title",), "One title"),
        (("instructions", "en"), "Judge: is it # so? \"Say\" 'why'.\n\nThen stop. " + "word " * 80 + "end"),
        (("instructions",), "One text for both."),
        (("questions", "sexism", "answer"), "score"),
        (("questions", "toxicity", "raised_from"), 0.7),
        (("questions", "sexism", "reads"), "frames"),
        (("questions", "sexism", "label"), {"en": "no", "es": "12:30"}),
        (("questions", "mine"), {"label": "Mine", "answer": "flag", "instructions": "is it?"}),
    ],
)
def test_a_value_is_put_in_its_place_and_nothing_else_changes(place: tuple[str, ...], value: Any) -> None:
    changed = with_value(SHIPPED, place, value)
    expected: Any = values_of(SHIPPED)
    holder = expected
    for name in place[:-1]:
        holder = holder[name]
    holder[place[-1]] = value
    assert values_of(changed) == expected
    assert is_policy(changed)
    kept = [line for line in SHIPPED.splitlines() if line in changed.splitlines()]
    assert len(kept) >= len(SHIPPED.splitlines()) - 11
    assert changed.startswith("# Assistance for a person who reviews")


def test_keys_are_taken_away() -> None:
    without = with_value(SHIPPED, ("questions", "sexism"), None)
    assert values_of(without)["questions"].keys() == values_of(SHIPPED)["questions"].keys() - {"sexism"}
    assert len(SHIPPED.splitlines()) - len(without.splitlines()) == 6
    assert with_value(without, ("questions", "sexism"), None) == without
    flow = "title: x\nversion: 1  # one\nquestions: {a: {label: A, answer: flag, reads: frames}, b: {label: B}}\n"
    for place, written in (
        (("questions", "a", "answer"), "questions: {a: {label: A, reads: frames}, b: {label: B}}"),
        (("questions", "a", "reads"), "questions: {a: {label: A, answer: flag}, b: {label: B}}"),
        (("questions", "b"), "questions: {a: {label: A, answer: flag, reads: frames}}"),
    ):
        assert with_value(flow, place, None) == f"title: x\nversion: 1  # one\n{written}\n"
    assert "version: 2  # one" in with_value(flow, ("version",), 2)
    added = with_value(flow, ("questions", "b", "choices"), {"x": "X", "y": {"en": "Y"}})
    assert values_of(added)["questions"]["b"] == {"label": "B", "choices": {"x": "X", "y": {"en": "Y"}}}


def test_a_question_is_renamed_where_it_stands() -> None:
    renamed = with_name(SHIPPED, ("questions", "sexism"), "sexist")
    assert renamed == SHIPPED.replace("\n  sexism:\n", "\n  sexist:\n")
    assert is_policy(renamed)
    flow = "title: x  # one\nquestions: {a: {label: A}, b: {label: B}}\n"
    assert with_name(flow, ("questions", "a"), "c") == flow.replace("{a:", "{c:")
    assert values_of(with_name(flow, ("questions", "a"), "no: x"))["questions"].keys() == {"no: x", "b"}
    anchored = "questions:\n  ? &n q\n  : {label: *n}\n"
    assert values_of(with_name(anchored, ("questions", "q"), "r")) == {"questions": {"r": {"label": "q"}}}
    for place, name in ((("questions", "a"), "b"), (("questions", "z"), "c")):
        with pytest.raises(KeyError):
            with_name(flow, place, name)


def test_what_cannot_be_changed_in_place_is_written_from_its_values() -> None:
    text = "title: &t {en: A, es: B}\nversion: 1\nquestions:\n  q: {label: *t}\n"
    changed = with_value(text, ("questions", "q", "label"), "C")
    assert values_of(changed) == {"title": {"en": "A", "es": "B"}, "version": 1, "questions": {"q": {"label": "C"}}}
    assert values_of(with_value("version: 1\n", ("questions", "a", "label"), "A"))["questions"] == {"a": {"label": "A"}}
    for wrong in ("", "- a\n", "a: [\n"):
        with pytest.raises(YamlFileError):
            with_value(wrong, ("version",), 1)
