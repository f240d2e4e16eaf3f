"""Choices of a question as a person writes them: a line each, `name: text`, or `name: text | texto`; a bar that is part
of a text is written `\\|`."""

import re
from collections.abc import Mapping
from typing import Any

from archive_pipeline.language.concepts.texts import LANGUAGES

_BETWEEN = re.compile(r"(?<!\\)\|")


def choice_lines(choices: Mapping[Any, Any]) -> str:
    """A text in each language stands in the order of LANGUAGES, whatever order the policy has; one that is missing
    leaves its place empty."""
    return "\n".join(f"{name}: {_line(label)}" for name, label in choices.items())


def choices_of(lines: str) -> dict[str, Any]:
    """What the lines say, right or wrong as choices of a policy."""
    choices: dict[str, Any] = {}
    for line in filter(str.strip, lines.splitlines()):
        name, _, label = line.partition(":")
        texts = [_plain(text).strip() for text in _BETWEEN.split(label, len(LANGUAGES) - 1)]
        by_language = {language: text for language, text in zip(LANGUAGES, texts, strict=False) if text}
        choices[name.strip()] = texts[0] if len(texts) == 1 else by_language
    return choices


def _line(label: Any) -> str:
    if not isinstance(label, dict):
        return _escaped(label)
    return " | ".join(_escaped(label.get(language) or "") for language in LANGUAGES)


def _escaped(text: Any) -> str:
    return str(text).replace("|", r"\|")


def _plain(text: str) -> str:
    return text.replace(r"\|", "|")
