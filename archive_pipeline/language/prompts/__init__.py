"""Prompts: files `<name>.<language>.yaml` beside this one, each with a version that counts its changes."""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from string import Template

import yaml

_FALLBACK = "en"  # for languages that no prompt is written in: English instructions, an answer in the language
_NAMES = {"en": {"en": "English", "es": "Spanish"}, "es": {"en": "inglés", "es": "español"}}
_OTHER = {"en": "the language with the ISO 639-1 code {}", "es": "el idioma con el código ISO 639-1 {}"}


@dataclass(frozen=True)
class Prompt:
    """A prompt in one language of instructions."""

    name: str
    written_in: str
    version: int
    system: str
    template: str

    @property
    def label(self) -> str:
        """What results are stored with, such as `describe.es 1`; a change of words is a new version."""
        return f"{self.name}.{self.written_in} {self.version}"

    def filled(self, answer_language: str, **values: str) -> str:
        """The prompt with `values` in their places; `answer_language` is an ISO 639-1 code."""
        known = _NAMES[self.written_in].get(answer_language)
        language = known or _OTHER[self.written_in].format(answer_language)
        return Template(self.template).substitute(values, language=language)


@cache
def load_prompt(name: str, language: str | None) -> Prompt:
    """The prompt `name` with instructions in `language` (ISO 639-1; None: English) where there is such a file."""
    folder = files(__name__)
    written_in = language if language and (folder / f"{name}.{language}.yaml").is_file() else _FALLBACK
    written = yaml.safe_load((folder / f"{name}.{written_in}.yaml").read_text(encoding="utf-8"))
    return Prompt(name, written_in, written["version"], written["system"], written["prompt"])
