"""The form of an answer to a policy's questions, as a pydantic model made from them."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Annotated, Any, Literal, cast

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema, create_model

from archive_pipeline.language.findings.policy import MOST_FRAMES, Policy, Question
from archive_pipeline.language.vlm.words import first_of, words

MOST_EVIDENCE = 8
_TENTHS = {"type": "number", "enum": [step / 10 for step in range(11)]}  # a number that any grammar can end
_MOST_QUOTES = 3
_JUSTIFICATION, _QUOTE, _TEXT = 300, 200, 500  # characters


class Evidence(BaseModel):
    """What an answer to one question rests on."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    question: str
    justification: words(_JUSTIFICATION)  # type: ignore[valid-type]
    words: Annotated[
        list[words(_QUOTE)], first_of(_MOST_QUOTES), Field(json_schema_extra={"maxItems": _MOST_QUOTES})  # type: ignore[valid-type]
    ]
    frames: Annotated[
        list[Annotated[int, WithJsonSchema({"type": "integer", "enum": [1, 2, 3, 4]})]],
        first_of(MOST_FRAMES),
        Field(json_schema_extra={"maxItems": MOST_FRAMES}),
    ]


@lru_cache(maxsize=64)
def _made(policy: Policy, with_words: bool) -> type[BaseModel]:
    questions = policy.questions_for(words=with_words)
    most = min(MOST_EVIDENCE, len(questions))
    evidence = create_model("EvidenceOf", __base__=Evidence, question=(_one_of(questions), ...))
    fields: dict[str, Any] = {
        "evidence": (
            Annotated[list[evidence], first_of(most), Field(json_schema_extra={"maxItems": most})],
            ...,
        )
    }
    for number, (name, question) in enumerate(questions.items()):
        # named by number, with the question as alias: `copy` or `model_dump` may be a question, but no field
        fields[f"q{number}"] = (_type_of(question), Field(alias=name))
    return create_model("Answers", __config__=ConfigDict(extra="forbid", frozen=True), **fields)


def answer_schema(policy: Policy, *, words: bool) -> type[BaseModel]:
    """The model of an answer about a shot in which something is said (`words`), or nothing.

    Evidence comes before the answers, so that a model which writes from left to right looks before it judges.
    """
    return _made(policy, words)


def answers_of(value: BaseModel) -> tuple[Mapping[str, Any], list[Evidence]]:
    """(answers by question, evidence) of a value of such a model."""
    given = value.model_dump(by_alias=True)
    evidence = [Evidence.model_validate(one) for one in cast(list[dict[str, Any]], given.pop("evidence"))]
    return given, evidence


def _type_of(question: Question) -> Any:
    match question.answer:
        case "flag":
            return bool
        case "score":
            return Annotated[float, Field(ge=0, le=1, allow_inf_nan=False), WithJsonSchema(_TENTHS)]
        case "choice":
            return _one_of(question.choices)
        case "text":
            return words(_TEXT)


def _one_of(names: Iterable[str]) -> Any:
    return Literal[tuple(names)]
