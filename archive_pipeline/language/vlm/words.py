"""Types for what a model writes: bounded, printable, and cut where it is too long rather than turned down."""

import unicodedata
from typing import Annotated, Any

from pydantic import BeforeValidator, WithJsonSchema

_MEANT = "\n\t\u200c\u200d"  # the joiners of Persian and of emoji are letters in all but name


def clean(text: str) -> str:
    """Without control and formatting characters (bidirectional overrides among them), line ends and tabs aside."""
    kept = (c for c in text if c in _MEANT or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co"))
    return "".join(kept).strip()


def words(most: int) -> Any:
    """A string of at most `most` characters: asked for in the schema, and cut where a server does not keep to it."""

    def bounded(value: object) -> object:
        return clean(value[: 4 * most])[:most].rstrip() if isinstance(value, str) else value

    return Annotated[str, BeforeValidator(bounded), WithJsonSchema({"type": "string", "maxLength": most})]


def _language_code(value: object) -> object:
    if not isinstance(value, str):
        return value
    code = value.strip().lower()
    return code if len(code) == 2 and code.isascii() and code.isalpha() else ""


LanguageCode = Annotated[
    str, BeforeValidator(_language_code), WithJsonSchema({"type": "string", "pattern": "^[a-z]{2}$"})
]
"""ISO 639-1; empty where a model wrote something else."""


def first_of(most: int) -> BeforeValidator:
    """For a list: its first `most` items."""
    return BeforeValidator(lambda value: value[:most] if isinstance(value, list) else value)
