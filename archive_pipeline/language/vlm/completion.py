"""From the bytes of a chat completion to a reply. Nothing in them is taken on trust, not even their types."""

from typing import Any

from pydantic import BaseModel, Field, ValidationError

from archive_pipeline.language.vlm.model import Question, Reply, Status

_MOST_RAW = 20_000  # characters kept
_MOST_REASON = 300


class _Message(BaseModel):
    content: str | None = None
    refusal: str | None = None


class _Choice(BaseModel):
    message: _Message
    finish_reason: str | None = None


class _Usage(BaseModel):
    prompt_tokens: int = Field(0, ge=0, lt=1 << 31)
    completion_tokens: int = Field(0, ge=0, lt=1 << 31)


class _Model(BaseModel):
    id: str


class _Models(BaseModel):
    data: list[_Model]


class _Completion(BaseModel):
    model: str = ""
    choices: list[_Choice] = Field(min_length=1)
    usage: _Usage | None = None


def read_completion(question: Question, body: bytes, model: str, latency_s: float) -> Reply:
    """The reply that a chat completion is; `model` is the name that was asked for, where the server gives none."""
    try:
        completion = _Completion.model_validate_json(body)
    except ValidationError as error:
        text = body[:_MOST_RAW].decode("utf-8", "replace")
        return unanswered(question, "invalid", f"not a chat completion: {_first(error)}", model, latency_s, text)
    read = [_read_choice(question, choice) for choice in completion.choices[: question.n]]
    values = tuple(value for value, _, _ in read if value is not None)
    _, status, reason = read[0]
    usage = completion.usage or _Usage()
    return Reply(
        question.key,
        "ok" if values else status,
        values,
        printable(completion.choices[0].message.content or "")[:_MOST_RAW],
        None if values else reason,
        printable(completion.model or model)[:200],
        usage.prompt_tokens,
        usage.completion_tokens,
        latency_s,
    )


def read_models(body: bytes) -> list[str]:
    """The names in a list of models; none where it is no such list."""
    try:
        return [model.id for model in _Models.model_validate_json(body).data]
    except ValidationError:
        return []


def unanswered(question: Question, status: Status, reason: str, model: str, latency_s: float, raw: str = "") -> Reply:
    """A reply without a value."""
    return Reply(question.key, status, (), raw, printable(reason)[:_MOST_REASON], model, 0, 0, latency_s)


def printable(text: str) -> str:
    """Without what UTF-8 cannot carry (half a surrogate pair), which JSON can smuggle in."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _read_choice(question: Question, choice: _Choice) -> tuple[BaseModel | None, Status, str | None]:
    content = choice.message.content or ""
    if choice.message.refusal or choice.finish_reason == "content_filter":
        return None, "refused", choice.message.refusal or "the server's content filter"
    try:
        return question.schema.model_validate_json(content), "ok", None
    except ValidationError as error:
        if choice.finish_reason == "length":
            return None, "cut_off", f"no end within {question.max_tokens} tokens"
        return None, "invalid", _first(error) if content.strip() else "an empty answer"


def _first(error: ValidationError) -> str:
    """The first thing that is wrong, with its place and without the value, which may be anything."""
    found: Any = error.errors(include_url=False, include_context=False, include_input=False)[0]
    place = ".".join(str(part) for part in found["loc"])
    return f"{place}: {found['msg']}" if place else found["msg"]
