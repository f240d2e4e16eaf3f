"""Summaries from notes: in one question where they fit, else of parts first and then of the parts' summaries."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from pydantic import BaseModel, ConfigDict

from archive_pipeline.language.descriptions.notes import packed
from archive_pipeline.language.prompts import load_prompt
from archive_pipeline.language.vlm import Question, Reply
from archive_pipeline.language.vlm.words import LanguageCode, words

Kind = Literal["scene", "programme", "part"]
MAX_TOKENS = 1024

_WHAT: Mapping[str, Mapping[Kind, str]] = {
    "en": {
        "scene": "These are notes on the shots of one scene, in order of time. Summarize the scene.",
        "programme": "These are notes on the scenes of one programme, in order of time. Summarize the programme.",
        "part": "These are notes on one part of a longer programme, in order of time. Summarize this part.",
    },
    "es": {
        "scene": "Estas son notas sobre los planos de una escena, en orden. Resume la escena.",
        "programme": "Estas son notas sobre las escenas de un programa, en orden. Resume el programa.",
        "part": "Estas son notas sobre una parte de un programa más largo, en orden. Resume esta parte.",
    },
}
_LENGTH: Mapping[str, Mapping[Kind, str]] = {
    "en": {"scene": "two to four sentences", "programme": "one to three paragraphs", "part": "one paragraph"},
    "es": {"scene": "de dos a cuatro frases", "programme": "de uno a tres párrafos", "part": "un párrafo"},
}


class WrittenSummary(BaseModel):
    """The answer for one scene, programme or part of one."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: words(160)  # type: ignore[valid-type]
    summary: words(3000)  # type: ignore[valid-type]
    language: LanguageCode


@dataclass(frozen=True)
class Summary:
    """Plain values: it goes through JSON."""

    status: str
    reason: str | None = None
    title: str | None = None
    summary: str | None = None
    language: str | None = None
    n_questions: int = 1
    model: str | None = None
    prompt_tokens: int = 0
    completion_tokens: int = 0
    latency_s: float = 0.0


@dataclass(frozen=True)
class ToSummarize:
    """A scene or programme whose notes, at least one, become a summary."""

    key: str
    kind: Kind
    notes: tuple[str, ...]


AskAll = Callable[[Sequence[Question]], Mapping[str, Summary]]
"""Puts the questions of one level; the summaries by the questions' keys."""


def summarize(asked: Sequence[ToSummarize], language: str, ask: AskAll) -> dict[str, Summary]:
    """The summary of each, by its key. Every level of all of them is asked at once.

    A part that has no summary (refused, invalid) is missing in what is made of the others; where none has one, the
    first one's status is the result's.
    """
    done: dict[str, Summary] = {}
    open_ = list(asked)
    spent: dict[str, list[Summary]] = {one.key: [] for one in asked}
    while open_:
        groups = {one.key: packed(one.notes) for one in open_}
        questions = {
            (one.key, place): summary_question(one.kind if len(groups[one.key]) == 1 else "part", group, language)
            for one in open_
            for place, group in enumerate(groups[one.key])
        }
        answers = ask(list({question.key: question for question in questions.values()}.values()))
        following: list[ToSummarize] = []
        for one in open_:
            found = [answers[questions[one.key, place].key] for place in range(len(groups[one.key]))]
            spent[one.key] += found
            parts = [part for part in found if part.status == "ok"]
            if len(found) == 1 or not parts:
                done[one.key] = _with_costs(found[0], spent[one.key])
            else:
                following.append(replace(one, notes=tuple(f"{part.title}. {part.summary}" for part in parts)))
        open_ = following
    return done


def summary_question(kind: Kind, notes: Sequence[str], language: str) -> Question:
    """The key is a digest of everything that is asked, so that an answer that was kept is found again."""
    prompt = load_prompt("summarize", language)
    text = prompt.filled(
        language,
        what=_WHAT[prompt.written_in][kind],
        length=_LENGTH[prompt.written_in][kind],
        notes="\n".join(notes),
    )
    key = hashlib.sha256(text.encode()).hexdigest()[:32]
    return Question(key, text, WrittenSummary, system=prompt.system, max_tokens=MAX_TOKENS)


def summary_from(reply: Reply) -> Summary:
    value = reply.value
    said = value if isinstance(value, WrittenSummary) else None
    return Summary(
        status=reply.status,
        reason=reply.reason,
        title=said.title if said else None,
        summary=said.summary if said else None,
        language=(said.language or None) if said else None,
        model=reply.model,
        prompt_tokens=reply.prompt_tokens,
        completion_tokens=reply.completion_tokens,
        latency_s=round(reply.latency_s, 3),
    )


def _with_costs(summary: Summary, spent: Sequence[Summary]) -> Summary:
    return replace(
        summary,
        n_questions=len(spent),
        prompt_tokens=sum(one.prompt_tokens for one in spent),
        completion_tokens=sum(one.completion_tokens for one in spent),
        latency_s=round(sum(one.latency_s for one in spent), 3),
    )
