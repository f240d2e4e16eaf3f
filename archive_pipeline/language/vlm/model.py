"""A question to the server and what came back."""

from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel

Status = Literal["ok", "refused", "cut_off", "invalid"]
"""`ok`: an answer of the schema. `refused`: the model or the server would not answer this question. `cut_off`: the
answer did not end within its bounds of tokens, bytes or time. `invalid`: it ended and is not of the schema."""


@dataclass(frozen=True)
class Question:
    """One request; its answer is of `schema`, as JSON."""

    key: str
    """Comes back with the reply; a shot_id, for example."""

    prompt: str
    schema: type[BaseModel]
    images: tuple[bytes, ...] = ()
    """JPEG files, in the order in which the prompt speaks of them."""

    system: str | None = None
    max_tokens: int = 1024
    """Of each candidate."""

    temperature: float = 0.0
    seed: int | None = None
    """Of the draw, where the temperature is above 0; None: the server's own."""

    n: int = 1
    """Candidates that are asked for; above 1 the temperature should be above 0."""


@dataclass(frozen=True)
class Reply:
    """What became of a question. Everything in it was written by a model: hostile until shown escaped."""

    key: str
    status: Status
    """`ok` where at least one candidate is."""

    values: tuple[BaseModel, ...]
    """The candidates that are of the schema, in the server's order; empty unless `ok`."""

    raw: str
    """The first candidate's text, at most 20,000 characters of it."""

    reason: str | None
    """Why there is no value; None where there is one."""

    model: str
    prompt_tokens: int
    completion_tokens: int
    """Of all candidates together."""

    latency_s: float
    """From the last attempt's first byte sent to the answer's last byte."""

    turned_down: bool = False
    """Whether it is the server that refused, before the model saw the question."""

    @property
    def value(self) -> BaseModel | None:
        return self.values[0] if self.values else None
