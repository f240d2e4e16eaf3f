"""The texts of the pages: one file a language, with the same keys. What is counted is worded by its number: of
`{n} {n:shot|shots}` the first where it is 1, else the second."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any

import yaml

LANGUAGES = ("en", "es")
COOKIE = "archive_language"


class _Worded(Formatter):
    def format_field(self, value: Any, format_spec: str) -> str:
        one, is_worded, more = format_spec.partition("|")
        if not is_worded:
            return str(super().format_field(value, format_spec))
        return one if str(value).lstrip("+-") == "1" else more


_worded = _Worded()


class Texts:
    """The texts of one language, by dotted key; a key that is missing is a bug and raises KeyError."""

    def __init__(self, language: str, texts: Mapping[str, Any]) -> None:
        self.language = language
        self._texts = texts

    def __call__(self, key: str, **facts: object) -> str:
        value: Any = self._texts
        for part in key.split("."):
            value = value[part]
        return _worded.format(str(value), **facts) if facts else str(value)

    def section(self, name: str) -> dict[str, Any]:
        """All texts below a key, for a component."""
        return dict(self._texts[name])

    def error(self, code: str, message: str) -> str:
        """What to tell somebody about an error: our own sentence, else the message as it came."""
        return str(self._texts["error"].get(code) or message)

    def failure(self, code: str | None, message: str | None) -> str:
        """Why a video failed, in this language; the sentence that was recorded, in English, where there is no text."""
        return str(self._texts["failed"].get(code) or message or "")

    def noted(self) -> list[tuple[str, str]]:
        """Of each note that a video may carry, the sentence that is recorded and the one of this language."""
        return [(recorded, self(f"noted.{code}")) for code, recorded in texts("en").section("noted").items()]

    def hint(self, code: str, message: str, facts: Mapping[str, str]) -> str:
        sentence = self._texts["hint"].get(code)
        try:
            return str(sentence).format(**facts) if sentence else message
        except KeyError:  # an older or newer hint with other facts
            return message


@cache
def texts(language: str) -> Texts:
    """The texts of a language. Raises KeyError for one that is not there."""
    if language not in LANGUAGES:
        raise KeyError(language)
    file = Path(__file__).parent / f"{language}.yaml"
    return Texts(language, yaml.safe_load(file.read_text(encoding="utf-8")))


def choose_language(cookie: str | None, accepted: str) -> str:
    """The language that was chosen, else the first of `Accept-Language` that we have, else English."""
    if cookie in LANGUAGES:
        return cookie
    wanted: list[tuple[float, str]] = []
    for part in accepted[:500].split(","):
        tag, _, quality = part.strip().partition(";q=")
        try:
            wanted.append((-float(quality or 1), tag.lower().partition("-")[0]))
        except ValueError:
            continue
    spoken = [tag for _, tag in sorted(wanted, key=lambda one: one[0]) if tag in LANGUAGES]
    return spoken[0] if spoken else "en"
