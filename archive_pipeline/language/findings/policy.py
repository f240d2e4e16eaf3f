"""A policy: questions that are put to every shot of a collection, for a person who reviews the answers."""

import hashlib
import json
from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from archive_pipeline.language.concepts.texts import Label, Name
from archive_pipeline.language.described_files import Described

AnswerType = Literal["flag", "score", "choice", "text"]
Reads = Literal["frames", "transcript", "both"]
Instructions = (
    Annotated[str, Field(min_length=1, max_length=2000)]
    | dict[Literal["en", "es"], Annotated[str, Field(min_length=1, max_length=2000)]]
)

MOST_FRAMES = 4
_MOST_QUESTIONS = 60
_NAMES_OF_THE_ANSWER = frozenset({"evidence"})


class Question(BaseModel):
    """One thing to find out about a shot."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    label: Label
    """What people read, in English and Spanish."""
    answer: AnswerType
    """flag: yes or no. score: 0 to 1. choice: one of `choices`. text: a sentence or two."""
    instructions: Instructions
    """What the model is told about the question; one text, or one in each language."""
    reads: Reads | None = None
    """Default: what the policy reads."""
    choices: dict[Name, Label] = {}
    """For a choice: what there is to choose from."""
    raised_from: float = Field(0.5, gt=0, le=1)
    """For a score: from here on it is something to review."""

    @model_validator(mode="after")
    def _fits_its_type(self) -> "Question":
        if self.answer == "choice" and len(self.choices) < 2:
            raise ValueError("a choice needs `choices:`, at least two")
        if self.answer != "choice" and self.choices:
            raise ValueError(f"`choices:` belongs to the answer type choice, not to {self.answer}")
        if self.answer != "score" and "raised_from" in self.model_fields_set:
            raise ValueError(f"`raised_from:` belongs to the answer type score, not to {self.answer}")
        return self


class Policy(Described):
    """One YAML file, checked."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    name: Name
    """Default: the stem of the file's name."""
    title: Label
    version: int = Field(ge=1)
    """Counts changes; stored with every finding."""
    reads: Reads = "both"
    """What the questions rest on where they do not say: pictures, what is said, or both."""
    frames: int = Field(2, ge=1, le=MOST_FRAMES)
    """Pictures of a shot that are shown."""
    instructions: Instructions
    """What the model is told before all questions."""
    max_tokens: int = Field(1500, ge=200, le=8192)
    """Of an answer; a longer one is cut off."""
    questions: dict[Name, Question] = Field(min_length=1, max_length=_MOST_QUESTIONS)

    @model_validator(mode="after")
    def _names_are_free(self) -> "Policy":
        taken = _NAMES_OF_THE_ANSWER & set(self.questions)
        if taken:
            raise ValueError(f"question {sorted(taken)[0]}: that name is taken by the answer's own form")
        return self

    def __hash__(self) -> int:
        return hash(self.digest)

    @cached_property
    def digest(self) -> str:
        """Changes with anything in the file."""
        written = json.dumps(self.model_dump(mode="json"), sort_keys=True)
        return hashlib.sha256(written.encode()).hexdigest()[:32]

    def reads_of(self, question: str) -> Reads:
        return self.questions[question].reads or self.reads

    def questions_for(self, *, words: bool) -> Mapping[str, Question]:
        """Those that can be judged of a shot in which something is said (`words`), or nothing."""
        return {
            name: question for name, question in self.questions.items() if words or self.reads_of(name) != "transcript"
        }

    def shows_frames(self, names: Mapping[str, Question]) -> bool:
        return any(self.reads_of(name) != "transcript" for name in names)


def in_language(text: Instructions, language: str | None) -> str:
    """The instructions in `language` (ISO 639-1) where they are written in it, else in English, else in any."""
    if isinstance(text, str):
        return text
    return text.get("es" if language == "es" else "en") or next(iter(text.values()))
