"""What is known of a shot in words, by where it comes from."""

from dataclasses import dataclass
from typing import Literal

Part = Literal["said", "described", "read", "listed"]
PARTS: tuple[Part, ...] = ("said", "described", "read", "listed")
"""Said: the transcript while the shot is on. Described: a model's description. Read: writing in the picture. Listed:
what the archive's own list says of the whole video."""


@dataclass(frozen=True)
class Text:
    """Some words of a shot, with the language that they are known to be in (ISO 639-1)."""

    part: Part
    text: str
    language: str | None = None
