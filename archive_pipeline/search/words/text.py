"""What is known of a shot in words, by where it comes from."""

from dataclasses import dataclass
from typing import Literal

Part = Literal["said", "described", "read"]
PARTS: tuple[Part, ...] = ("said", "described", "read")
"""Said: the transcript while the shot is on. Described: a model's description. Read: writing in the picture."""


@dataclass(frozen=True)
class Text:
    """Some words of a shot, with the language that they are known to be in (ISO 639-1)."""

    part: Part
    text: str
    language: str | None = None
