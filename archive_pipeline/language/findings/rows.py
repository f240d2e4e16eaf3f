"""From a reply about one shot to rows of the table `findings`, as plain values that go through JSON."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import polars as pl

from archive_pipeline.language.findings.policy import Policy, Question
from archive_pipeline.language.findings.quotes import checked
from archive_pipeline.language.findings.schema import Evidence, answers_of
from archive_pipeline.language.transcripts.script import Said
from archive_pipeline.language.vlm import Reply
from archive_pipeline.store.schema import table

_MOST_RAW = 2000  # characters of an answer that could not be used, for whoever wants to know why
Row = dict[str, Any]


@dataclass(frozen=True)
class Judged:
    """A shot under a policy: what does not depend on the answer."""

    policy: Policy
    said: Said
    shown_s: tuple[float, ...]
    """Times of the pictures that are shown."""

    prompt: str
    """The label of the prompt."""

    part: str | None = None
    """What of the shot is judged where that is not all of it."""


def nothing_to_judge(judged: Judged) -> list[Row]:
    """A shot that nobody is asked about: nothing is said in it, and the policy reads words alone."""
    return [_row(judged, None, None, "nothing_to_judge", "nothing is said in the shot")]


def no_picture(judged: Judged, reason: str) -> list[Row]:
    """A shot that does not decode: it is not asked about."""
    return [_row(judged, None, None, "no_picture", reason)]


def rows_of(judged: Judged, reply: Reply) -> list[Row]:
    """One row per question, or the one that says why there are no answers."""
    if reply.value is None:
        row = _row(judged, None, None, reply.status, reply.reason)
        return [row | _cost(reply) | {"answer": reply.raw[:_MOST_RAW]}]
    answers, evidence = answers_of(reply.value)
    rows = []
    for name, question in judged.policy.questions.items():
        if name in answers:
            own = [one for one in evidence if one.question == name]
            row = _row(judged, name, question, "ok", judged.part) | _answered(question, answers[name])
            rows.append(row | _evidence(judged, row["raised"], own))
        else:
            rows.append(_row(judged, name, question, "nothing_to_judge", "nothing is said in the shot"))
    return [row | _cost(reply) for row in rows]


def finding_rows(rows: Sequence[Row]) -> pl.DataFrame:
    """The table without its column video_id."""
    schema = {name: kind for name, kind in table("findings").polars_schema.items() if name != "video_id"}
    return pl.DataFrame(rows, schema=schema)


def _row(judged: Judged, name: str | None, question: Question | None, status: str, reason: str | None) -> Row:
    return {
        "policy": judged.policy.name,
        "policy_version": judged.policy.version,
        "question": name,
        "answer_type": question.answer if question else None,
        "status": status,
        "reason": reason,
        **dict.fromkeys(("flag", "score", "choice", "text", "raised", "justification", "is_supported")),
        "quotes": [],
        "frames_s": [],
        "shown_s": list(judged.shown_s),
        "n_words": sum(len(line.text.split()) for line in judged.said.within),
        "model": None,
        "prompt_version": judged.prompt,
        "prompt_tokens": 0,
        "completion_tokens": 0,
        "latency_s": 0.0,
        "answer": None,
    }


def _answered(question: Question, value: Any) -> Row:
    raised = {"flag": value is True, "score": question.answer == "score" and value >= question.raised_from}
    return {question.answer: value, "raised": raised.get(question.answer)}


def _evidence(judged: Judged, raised: bool | None, evidence: Sequence[Evidence]) -> Row:
    """What the answer rests on. Pictures that were not shown and quotes that nobody said support nothing."""
    quotes = checked([words for one in evidence for words in one.words], judged.said)
    cited = {number for one in evidence for number in one.frames}
    frames_s = [time_s for number, time_s in enumerate(judged.shown_s, 1) if number in cited]
    is_named = bool(quotes or frames_s)
    return {
        "justification": " ".join(one.justification for one in evidence) or None,
        "quotes": [asdict(quote) for quote in quotes],
        "frames_s": frames_s,
        "is_supported": is_named and all(quote.said for quote in quotes) if raised else None,
    }


def _cost(reply: Reply) -> Row:
    return {
        "model": reply.model,
        "prompt_tokens": reply.prompt_tokens,
        "completion_tokens": reply.completion_tokens,
        "latency_s": round(reply.latency_s, 3),
    }
