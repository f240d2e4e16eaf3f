"""Choices of a policy's form: written as lines and read again they are the same, whichever language comes first."""

from typing import Any

import pytest

from archive_pipeline.web.choice_lines import choice_lines, choices_of


@pytest.mark.parametrize(
    "label",
    [
        "Yes",
        {"en": "Yes", "es": "Sí"},
        {"es": "Sí", "en": "Yes"},
        {"es": "Sí"},
        {"en": "Yes"},
        "at 12:30",
        "A | B",
        {"en": "A | B", "es": "A|B|C"},
        {"es": "|"},
        r"a \| b",
        {"en": r"a\|", "es": "b"},
    ],
)
def test_what_was_written_is_read_again(label: Any) -> None:
    choices = {"first": label, "second": "No"}
    assert choices_of(choice_lines(choices)) == choices


def test_what_is_half_written_is_no_error_of_the_page() -> None:
    assert choices_of("yes: Yes | Sí\n\nno\n : x\n") == {"yes": {"en": "Yes", "es": "Sí"}, "no": "", "": "x"}
    assert choices_of("yes: Yes | Sí | Oui") == {"yes": {"en": "Yes", "es": "Sí | Oui"}}
    assert choices_of(r"yes: this \| that | esto") == {"yes": {"en": "this | that", "es": "esto"}}
